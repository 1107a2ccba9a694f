"""志愿者: who helps."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from communities.encryption import EncryptedField, index_of, mask, mask_name
from communities.models import Lifecycle, ScopedQuerySet

from .documents import DocumentType, birth_date_in

MINIMUM_AGE = 14
ADULT_AGE = 18


def check_born(value: str) -> None:
    """A year, or a day as year-month-day."""
    try:
        age_at_most(value, on=date.max)
    except ValueError:
        raise ValidationError(_("Write a year (1998) or a day (1998-05-20).")) from None


def _minutes_of(rows: Any) -> Any:
    """The sum of these rows' minutes for each volunteer, as the database adds it up."""
    own = rows.filter(volunteer=OuterRef("pk")).order_by().values("volunteer")
    return Coalesce(Subquery(own.annotate(total=Sum("minutes")).values("total")), 0)


class VolunteerQuerySet(ScopedQuerySet):
    owner_lookups = ("user",)

    def active(self) -> Self:
        return self.filter(status=Volunteer.Status.ACTIVE)

    def with_figures(self) -> Self:
        """Add the confirmed and taken-over minutes (`served`) and the points (`balance`)."""
        stays = self.model.attendances.rel.related_model.objects.confirmed()
        former = self.model.former.rel.related_model.objects.standing()
        served = _minutes_of(stays) + _minutes_of(former)
        return self.annotate(served=served, balance=F("account__balance"))


class Volunteer(Lifecycle):
    """志愿者: a person who helps, with a number that says nothing about their documents.

    `region` is where they live. Names may be one word; the birth date is optional and may be a year only; sex and
    document are kept only if they are given (民政部令第67号).
    """

    class Sex(models.TextChoices):
        FEMALE = "female", _("female")
        MALE = "male", _("male")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        LEFT = "left", _("left the volunteers")

    MOVES = {
        Status.ACTIVE: {Status.SUSPENDED, Status.LEFT},
        Status.SUSPENDED: {Status.ACTIVE, Status.LEFT},
        Status.LEFT: {Status.ACTIVE},
    }
    NEED_REASON = {Status.SUSPENDED}
    # What is recorded besides the statuses.
    EVENTS = {"guardian_agreed": _("the guardian agreed")}

    user = models.OneToOneField("communities.User", models.PROTECT, related_name="volunteer", verbose_name=_("account"))
    number = models.CharField(_("volunteer number"), max_length=12, unique=True, editable=False)
    name = EncryptedField(pgettext_lazy("person", "name"))
    nationality = CountryField(_("nationality"), default="CN")
    born = EncryptedField(_("birth date or year"), blank=True, validators=[check_born])
    guardian = EncryptedField(_("guardian"), blank=True)
    guardian_agreed_on = models.DateField(_("guardian agreed on"), null=True, editable=False)
    sex = models.CharField(_("sex"), max_length=8, blank=True, choices=Sex)
    document_type = models.CharField(_("document type"), max_length=20, blank=True, choices=DocumentType)
    document_number = EncryptedField(_("document number"), blank=True)
    document_index = models.CharField(max_length=64, blank=True, editable=False)
    # Of a birth date that was forgotten while it said under 18: whether the one given later is the same, and no more.
    minor_index = models.CharField(max_length=64, blank=True, editable=False)
    skills = models.ManyToManyField("volunteers.Skill", blank=True, related_name="volunteers", verbose_name=_("skills"))
    kinds = models.ManyToManyField(
        "volunteers.ActivityKind", blank=True, related_name="volunteers", verbose_name=_("kinds of service")
    )

    objects = VolunteerQuerySet.as_manager()

    PERSONAL = ("name", "born", "guardian", "document_number")

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        constraints = [
            models.UniqueConstraint(
                fields=["document_index"],
                condition=~Q(document_index=""),
                name="one_volunteer_per_document",
                violation_error_message=_("This document number cannot be used; please ask your community."),
            ),
            models.CheckConstraint(
                condition=Q(document_type="", document_number="", document_index="")
                | ~Q(document_type="") & ~Q(document_number="") & ~Q(document_index=""),
                name="document_has_type_and_number",
                violation_error_message=_("A document has a type and a number, or is not given at all."),
            ),
            models.CheckConstraint(
                condition=Q(guardian_agreed_on=None) | ~Q(guardian=""),
                name="a_guardian_who_agreed_is_known",
                violation_error_message=_("There is no guardian on record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.masked_name} {self.number}"

    def get_absolute_url(self) -> str:
        return "/volunteer/"

    def audience(self, _change: Any) -> list[Any]:
        return [self.user]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.document_index = self._index_of_document()
        if not {"document_number", "nationality"}.isdisjoint(kwargs.get("update_fields") or ()):
            kwargs["update_fields"] = {*kwargs["update_fields"], "document_index"}
        super().save(*args, **kwargs)

    def _index_of_document(self) -> str:
        """Passports of two countries may have the same number."""
        if not self.document_number:
            return ""
        country = self.nationality.code if self.document_type == DocumentType.PASSPORT else ""
        return index_of(f"{self.document_type} {country} {self.document_number}")

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_document(self) -> str:
        """Its type and the end of its number; empty where none is kept."""
        return f"{self.get_document_type_display()} {mask(self.document_number, tail=4)}".strip()

    @property
    def birth(self) -> str:
        """What is known of the birth date: as given, else as the document's number says it; often nothing."""
        return self.born or birth_date_in(self.document_type, self.document_number)

    def index_of_birth(self) -> str:
        """A keyed fingerprint of the birth date; of this person alone, so that no two people can be compared."""
        return index_of(f"birth {self.user_id} {self.birth}")

    def is_minor(self, *, on: date) -> bool:
        """Whether what is known says that they are under 18."""
        return bool(self.birth) and age_at_most(self.birth, on=on) < ADULT_AGE

    def needs_guardian(self, *, on: date) -> bool:
        """Whether they may not help yet, as nobody has noted that the guardian agreed."""
        return self.is_minor(on=on) and self.guardian_agreed_on is None


def age_at_most(born: str, *, on: date) -> int:
    """The age in full years that a birth date, or a year alone (then its last day), gives for sure."""
    birthday = date.fromisoformat(born) if len(born) > len("2000") else date(int(born), 12, 31)
    return on.year - birthday.year - ((on.month, on.day) < (birthday.month, birthday.day))
