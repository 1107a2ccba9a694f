"""选民名册: who may vote, and who did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet
from communities.models.refusals import TRIGGER_REFUSALS

from .electorates import OfPollQuerySet
from .polls import Poll

if TYPE_CHECKING:
    from communities.models import Resident, User

TRIGGER_REFUSALS |= {
    "roll_frozen": _("The voter roll is frozen when the poll opens."),
    "poll_not_open": _("The poll is not open."),
}


class VoterRollEntryQuerySet(ScopedQuerySet):
    region_lookup = "poll__region"

    def entitled(self) -> Self:
        """Keep those who may vote: everybody who was not struck."""
        return self.filter(struck="")

    def people(self) -> Self:
        """Keep those of the residents' voice, whom the quorum counts."""
        return self.filter(voice=VoterRollEntry.Voice.PEOPLE)

    def experts(self) -> Self:
        return self.filter(voice=VoterRollEntry.Voice.EXPERTS)

    def with_voted(self) -> Self:
        """Add the bare fact whether the person has voted."""
        return self.annotate(has_voted=models.Exists(Turnout.objects.filter(entry=models.OuterRef("pk"))))

    def not_voted(self) -> Self:
        return self.filter(turnout=None)


class VoterRollEntry(models.Model):
    """选民: a person's one place on a poll's roll, whatever the channel; struck, with the reason, when interested.

    `user` is the account with which the person votes by phone; it is set once, also after opening, when somebody
    on the roll signs up late. The rest is frozen (trigger). An expert has an account and may be no resident.
    """

    class Voice(models.TextChoices):
        PEOPLE = "people", _("residents")
        EXPERTS = "experts", _("experts")

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="roll", verbose_name=_("poll"))
    voice = models.CharField(_("voice"), max_length=8, choices=Voice, default=Voice.PEOPLE)
    resident = models.ForeignKey(
        "communities.Resident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roll_entries",
        verbose_name=_("resident"),
    )
    stands_for = models.ForeignKey(
        "communities.Resident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stands in for"),
    )
    user = models.ForeignKey(
        "communities.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="roll_entries",
        verbose_name=_("account"),
    )
    struck = models.CharField(_("struck because"), max_length=200, blank=True)

    objects = VoterRollEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("voter")
        verbose_name_plural = _("voter roll")
        ordering = ["poll", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "resident"],
                name="one_roll_entry_per_resident",
                violation_error_message=_("This person is already on the voter roll."),
            ),
            models.UniqueConstraint(
                fields=["poll", "user"],
                name="one_roll_entry_per_account",
                violation_error_message=_("This account is already on the voter roll."),
            ),
            models.CheckConstraint(
                condition=Q(voice="people", resident__isnull=False) | Q(voice="experts", user__isnull=False),
                name="a_voter_is_somebody",
                violation_error_message=_("A voter is a resident, or an expert with an account."),
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def person(self) -> Resident | User:
        """Who it is: a resident, or an expert by account."""
        return self.resident or self.user  # type: ignore[return-value]  # one of them is there: a constraint

    @property
    def masked_name(self) -> str:
        """The person's name as lists may show it."""
        return self.person.masked_name

    @property
    def masked_phone(self) -> str:
        return self.person.masked_phone

    @property
    def grid(self) -> str:
        """Where the resident lives; empty of an expert."""
        return self.resident.grid if self.resident else ""

    @property
    def is_expert(self) -> bool:
        return self.voice == self.Voice.EXPERTS


class Turnout(models.Model):
    """到票: this person has voted, and by which channel. Never when, and never what.

    The roll entry is the primary key: one person, one ballot, and no number that tells the order of arrival.
    """

    class Channel(models.TextChoices):
        PHONE = "phone", _("own phone")
        SLIP = "slip", _("voting slip")
        KIOSK = "kiosk", _("kiosk")
        PAPER = "paper", _("paper")

    entry = models.OneToOneField(VoterRollEntry, models.PROTECT, primary_key=True, related_name="turnout")
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="turnout")
    channel = models.CharField(_("channel"), max_length=8, choices=Channel, default=Channel.PHONE)
    replaced = models.PositiveSmallIntegerField(_("times replaced"), default=0)

    class Meta:
        verbose_name = _("turnout")
        verbose_name_plural = _("turnout")

    def __str__(self) -> str:
        return str(self.entry_id)


class Presence(models.Model):
    """签到: this resident is at the venue; taken before the vote opens too, so it names no place on the roll."""

    class How(models.TextChoices):
        CODE = "code", _("by the code on the screen")
        STAFF = "staff", _("by staff from the list")

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="presences", verbose_name=_("poll"))
    resident = models.ForeignKey(
        "communities.Resident", models.PROTECT, related_name="presences", verbose_name=_("resident")
    )
    how = models.CharField(_("how"), max_length=8, choices=How)

    objects = OfPollQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("who is present")
        ordering = ["poll", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "resident"],
                name="present_once",
                violation_error_message=_("This person has already checked in."),
            )
        ]

    def __str__(self) -> str:
        return str(self.resident)
