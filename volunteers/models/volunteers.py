"""志愿者: who helps."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from communities.encryption import EncryptedField, mask_name
from communities.models import Lifecycle, ScopedQuerySet

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

    `region` is where they live. Names may be one word; the birth date is optional and may be a year only.
    """

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

    user = models.OneToOneField("communities.User", models.PROTECT, related_name="volunteer", verbose_name=_("account"))
    number = models.CharField(_("volunteer number"), max_length=12, unique=True, editable=False)
    name = EncryptedField(_("name"))
    nationality = CountryField(_("nationality"), default="CN")
    born = EncryptedField(_("birth date or year"), blank=True, validators=[check_born])
    guardian = EncryptedField(_("guardian"), blank=True)
    skills = models.ManyToManyField("volunteers.Skill", blank=True, related_name="volunteers", verbose_name=_("skills"))

    objects = VolunteerQuerySet.as_manager()

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")

    def __str__(self) -> str:
        return f"{self.masked_name} {self.number}"

    def get_absolute_url(self) -> str:
        return "/volunteer/"

    def audience(self, _change: Any) -> list[Any]:
        return [self.user]

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)


def age_at_most(born: str, *, on: date) -> int:
    """The age in full years that a birth date, or a year alone (then its last day), gives for sure."""
    birthday = date.fromisoformat(born) if len(born) > len("2000") else date(int(born), 12, 31)
    return on.year - birthday.year - ((on.month, on.day) < (birthday.month, birthday.day))
