"""居民名册: who lives here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.encryption import EncryptedField, index_of, mask_name, mask_phone

from .lifecycle import Lifecycle
from .regions import ScopedQuerySet

if TYPE_CHECKING:
    from .record import StatusChange
    from .users import User


class ResidentQuerySet(ScopedQuerySet):
    owner_lookups = ("user",)

    def verified(self) -> Self:
        return self.filter(status=Resident.Status.VERIFIED)

    def requested(self) -> Self:
        return self.filter(status=Resident.Status.REQUESTED)

    def current(self) -> Self:
        """Those on the roll, and those who asked to be."""
        return self.exclude(status__in=[Resident.Status.REFUSED, Resident.Status.LEFT, Resident.Status.ERASED])

    def representatives(self) -> Self:
        return self.verified().filter(is_representative=True)

    def with_phone(self, phone: str) -> Self:
        """Those with this number in its international form."""
        return self.filter(phone_index=index_of(phone))


class Resident(Lifecycle):
    """居民: a person on a community's roll, with or without a phone, signed up or not."""

    class Status(models.TextChoices):
        REQUESTED = "requested", _("asked to be added")
        VERIFIED = "verified", _("verified")
        REFUSED = "refused", _("not accepted")
        LEFT = "left", _("moved away")
        ERASED = "erased", _("data deleted")

    MOVES = {
        Status.REQUESTED: {Status.VERIFIED, Status.REFUSED, Status.ERASED},
        Status.REFUSED: {Status.REQUESTED, Status.ERASED},
        Status.VERIFIED: {Status.LEFT, Status.ERASED},
        Status.LEFT: {Status.VERIFIED, Status.ERASED},
    }
    NEED_REASON = {Status.REFUSED, Status.LEFT, Status.ERASED}

    # What is recorded besides the statuses.
    EVENTS = {
        "represents": _("resident representative"),
        "represents_not": _("no longer resident representative"),
        "corrected": _("entry corrected"),
    }

    user = models.ForeignKey(
        "communities.User", models.PROTECT, null=True, blank=True, related_name="residencies", verbose_name=_("account")
    )
    name = EncryptedField(pgettext_lazy("person", "name"))
    phone = EncryptedField(_("phone"), blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    address = EncryptedField(_("address"), blank=True)
    grid = models.CharField(_("grid"), max_length=32, blank=True)
    household = models.CharField(_("household"), max_length=64, blank=True)
    is_representative = models.BooleanField(_("resident representative"), default=False)

    objects = ResidentQuerySet.as_manager()

    PERSONAL = ("name", "phone", "address")

    class Meta:
        verbose_name = _("resident")
        verbose_name_plural = _("residents' roll")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "phone_index"],
                condition=~models.Q(phone_index="") & ~models.Q(status__in=["refused", "left", "erased"]),
                name="one_resident_per_phone",
                violation_error_message=_("Somebody on this roll already has this phone number."),
            ),
            models.UniqueConstraint(
                fields=["region", "user"],
                condition=~models.Q(status__in=["refused", "left", "erased"]),
                name="one_residency_per_account",
                violation_error_message=_("This account is already on this roll."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status="erased")
                | models.Q(phone="", phone_index="", address="", household="", is_representative=False),
                name="forgotten_resident_is_nobody",
                violation_error_message=_("Of somebody who was forgotten nothing personal is kept."),
            ),
        ]

    def __str__(self) -> str:
        return mask_name(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.phone_index = index_of(self.phone) if self.phone else ""
        super().save(*args, **kwargs)

    def audience(self, change: StatusChange) -> Iterable[User]:
        """The resident, when they have an account."""
        return [self.user] if self.user else []

    def get_absolute_url(self) -> str:
        return reverse("communities:community", args=[self.region.code])

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)
