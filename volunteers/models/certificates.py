"""志愿服务记录证明: what a volunteer shows to others, and the seal of the unit that keeps the record."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField
from communities.models import Lifecycle, Region, ScopedQuerySet

from .documents import DocumentType

if TYPE_CHECKING:
    from communities.models import StatusChange, User

# Nobody mistakes these letters and digits for each other; twelve of them cannot be guessed (58 bits).
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH, A_GROUP = 12, 4


class SealQuerySet(ScopedQuerySet):
    def in_use(self) -> Self:
        return self.filter(status=Seal.Status.IN_USE)

    def around(self, region: Region) -> Self:
        """Those of a region and of the ones above it, the nearest first."""
        codes = [region.code[:length] for length in (4, 6, 9, 12) if length <= len(region.code)]
        return self.filter(region__code__in=codes).order_by(Length("region__code").desc(), "-id")


class Seal(Lifecycle):
    """记录单位印章: the unit that keeps a place's volunteer records, as its certificates name it, and its seal."""

    class Status(models.TextChoices):
        IN_USE = "in_use", _("in use")
        RETIRED = "retired", _("no longer used")

    MOVES = {Status.IN_USE: {Status.RETIRED}}

    unit = models.CharField(_("recording unit"), max_length=80)
    unit_en = models.CharField(_("recording unit in English"), max_length=120, blank=True)
    picture = models.ForeignKey(
        "communities.Upload", models.PROTECT, related_name="+", verbose_name=_("seal of the unit")
    )

    objects = SealQuerySet.as_manager()

    class Meta:
        verbose_name = _("seal of a recording unit")
        verbose_name_plural = _("seals of recording units")
        constraints = [
            models.UniqueConstraint(
                fields=["region"],
                condition=Q(status="in_use"),
                name="one_seal_in_use_each",
                violation_error_message=_("This place has a seal in use already; retire it first."),
            )
        ]

    def __str__(self) -> str:
        return self.unit


class CertificateQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user",)

    def valid(self) -> Self:
        return self.filter(status=Certificate.Status.VALID)

    def about(self, first: date, last: date) -> Self:
        """Those whose period shares a day with this one."""
        return self.filter(first_on__lte=last, last_on__gte=first)


class Certificate(Lifecycle):
    """志愿服务记录证明: hours and services of a period as they were recorded when it was issued.

    `content` names nobody and is in no language; it and everything else that is printed is frozen by the database,
    which only lets the name be taken out when a person is forgotten. The number says nothing about anybody.
    """

    class Status(models.TextChoices):
        VALID = "valid", _("valid")
        SUPERSEDED = "superseded", _("superseded")
        REVOKED = "revoked", _("revoked")

    MOVES = {Status.VALID: {Status.SUPERSEDED, Status.REVOKED}}
    NEED_REASON = {Status.REVOKED, Status.SUPERSEDED}

    number = models.CharField(_("certificate number"), max_length=NUMBER_LENGTH, unique=True, editable=False)
    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="certificates", verbose_name=_("volunteer"))
    name = EncryptedField(pgettext_lazy("person", "name"), blank=True, editable=False)
    # A document's kind and number, as it is printed; only where the volunteer agreed to it.
    document = EncryptedField(_("identity document"), blank=True, editable=False)
    first_on = models.DateField(_("first day"))
    last_on = models.DateField(_("last day"))
    minutes = models.PositiveIntegerField(_("minutes"))
    content = models.JSONField(_("content"), editable=False)
    content_hash = models.CharField(_("fingerprint"), max_length=64, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    seal = models.ForeignKey(
        Seal, models.PROTECT, null=True, editable=False, related_name="certificates", verbose_name=_("seal of the unit")
    )
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("superseded by")
    )

    EVENTS = {"sealed": _("sealed")}

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate of volunteer service")
        verbose_name_plural = _("certificates of volunteer service")
        indexes = [models.Index(fields=["volunteer", "-id"], name="certificates_of_a_volunteer")]
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "first_on", "last_on"],
                condition=Q(status="valid"),
                name="one_valid_certificate_a_period",
                violation_error_message=_("There is a valid certificate of this period already."),
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=models.F("first_on")),
                name="certificate_ends_after_it_begins",
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=1),
                name="certificate_says_something",
                violation_error_message=_("There are no confirmed hours in this period."),
            ),
        ]

    def __str__(self) -> str:
        return self.shown_number

    def get_absolute_url(self) -> str:
        return reverse("volunteers:certificate", args=[self.pk])

    @property
    def shown_number(self) -> str:
        """The number as people read and type it, in groups of four."""
        return "-".join(self.number[start : start + A_GROUP] for start in range(0, NUMBER_LENGTH, A_GROUP))

    @property
    def hours(self) -> tuple[int, int]:
        """Full hours, and the minutes beyond them."""
        return divmod(self.minutes, 60)

    @property
    def unit(self) -> str:
        """The recording unit in the reader's language."""
        return in_words(self.content["unit"])

    @property
    def services(self) -> list[dict[str, Any]]:
        """What was done: {words, times, hours, minutes, is_former} for each kind, in the reader's language."""
        lines = [(line, False) for line in self.content["services"]]
        lines += [(line, True) for line in self.content["former"]]
        return [
            {
                "words": in_words(line),
                "times": line["times"],
                "hours": line["minutes"] // 60,
                "minutes": line["minutes"] % 60,
                "is_former": is_former,
            }
            for line, is_former in lines
        ]

    @property
    def shown_document(self) -> str:
        """The document in the reader's words, as it stood when the certificate was issued; often none."""
        kind, _space, number = self.document.partition(" ")
        return f"{DocumentType(kind).label} {number}" if number else ""

    def audience(self, change: StatusChange) -> list[User]:
        """The volunteer hears when a certificate no longer holds."""
        return [self.volunteer.user] if change.new in self.NEED_REASON else []


def in_words(line: dict[str, Any]) -> str:
    """What is kept in both languages, in the reader's; Chinese where there is no English."""
    is_chinese = (get_language() or "zh").startswith("zh")
    return str(line["zh"] if is_chinese else line["en"] or line["zh"])


def hash_of(content: dict[str, Any]) -> str:
    """The fingerprint of a certificate's content: the same for the same words and numbers, in whatever order kept."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
