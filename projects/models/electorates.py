"""选民组成: who besides the residents' roll says may vote, written down before the poll opens and frozen with it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.models import Region, ScopedQuerySet, User
from communities.models.refusals import TRIGGER_REFUSALS

from .polls import Poll

TRIGGER_REFUSALS["electorate_frozen"] = _("Who votes is fixed when the poll opens.")


class OfPollQuerySet(ScopedQuerySet):
    """Parts of a poll, reached by the staff of its community."""

    region_lookup = "poll__region"


class Substitution(models.Model):
    """替补: somebody votes in the place of a named representative who cannot come."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="substitutions", verbose_name=_("poll"))
    absent = models.ForeignKey(
        "communities.Resident", models.PROTECT, related_name="replaced_in", verbose_name=_("who cannot come")
    )
    substitute = models.ForeignKey(
        "communities.Resident", models.PROTECT, related_name="substitute_in", verbose_name=_("who votes instead")
    )
    reason = models.CharField(_("reason"), max_length=200)

    objects = OfPollQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitute")
        verbose_name_plural = _("substitutes")
        ordering = ["poll", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "absent"],
                name="one_substitute_each",
                violation_error_message=_("This representative already has a substitute."),
            ),
            models.UniqueConstraint(
                fields=["poll", "substitute"],
                name="one_seat_per_substitute",
                violation_error_message=_("This person already stands in for somebody."),
            ),
            models.CheckConstraint(
                condition=~Q(absent=F("substitute")),
                name="substitute_is_another",
                violation_error_message=_("Nobody stands in for themselves."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.absent} → {self.substitute}"


class ListedVoter(models.Model):
    """名单选民: a resident on the list that was uploaded for this poll."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="listed", verbose_name=_("poll"))
    resident = models.ForeignKey(
        "communities.Resident", models.PROTECT, related_name="listed_in", verbose_name=_("resident")
    )

    objects = OfPollQuerySet.as_manager()

    class Meta:
        verbose_name = _("person on the list")
        verbose_name_plural = _("uploaded list")
        ordering = ["poll", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "resident"],
                name="listed_once",
                violation_error_message=_("This person is already on the list."),
            )
        ]

    def __str__(self) -> str:
        return str(self.resident)


class Expert(models.Model):
    """专家评委: somebody who votes with the experts' voice; never with the residents' as well."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="experts", verbose_name=_("poll"))
    user = models.ForeignKey("communities.User", models.PROTECT, related_name="expert_in", verbose_name=_("person"))
    field = models.CharField(_("expert for"), max_length=100, blank=True)

    objects = OfPollQuerySet.as_manager()

    # Printed on the slip, so that it reaches its person.
    PERSONAL = ("user",)

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        ordering = ["poll", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "user"],
                name="expert_once",
                violation_error_message=_("This person is already among the experts."),
            )
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def region(self) -> Region:
        return self.poll.region

    @property
    def masked_name(self) -> str:
        user: User = self.user
        return user.masked_name
