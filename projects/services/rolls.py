"""选民名册: frozen when the poll opens, one place a person, those with an interest struck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import Refused, Resident, StatusChange, User
from communities.services import notices
from projects.models import Poll, Substitution, Turnout, VoterRollEntry
from teams.models import TeamContact, TeamMember


@dataclass(frozen=True)
class Figures:
    """Turnout: how many may vote, are present, have voted, are needed for the quorum, and are missing for it."""

    roll: int
    present: int
    voted: int
    needed: int
    counts_presence: bool = False

    @property
    def missing(self) -> int:
        return max(self.needed - (self.present if self.counts_presence else self.voted), 0)

    @property
    def percent(self) -> int:
        return self.voted * 100 // self.roll if self.roll else 0


def electorate(poll: Poll) -> QuerySet[Resident]:
    """Who lives there and votes by this poll's rule; a substitute in the place of who cannot come."""
    people = Resident.objects.filter(region=poll.region).verified()
    if poll.electorate == poll.Electorate.LIST:
        people = people.filter(listed_in__poll=poll)
    elif poll.electorate == poll.Electorate.REPRESENTATIVES:
        standing = _substitutions(poll)
        seated = Q(is_representative=True) & ~Q(pk__in=standing.values("absent"))
        people = people.filter(seated | Q(pk__in=standing.values("substitute")))
    return people


def _substitutions(poll: Poll) -> QuerySet[Substitution]:
    """Those that stand: with the seat of whoever cannot come, the substitute's vote is gone too."""
    return poll.substitutions.filter(absent__in=Resident.objects.representatives())


def entitled(poll: Poll) -> QuerySet[Resident]:
    """Which residents may vote: by the frozen roll as soon as there is one, before by the rule."""
    if poll.roll_size is None:
        return electorate(poll)
    return Resident.objects.filter(roll_entries__in=poll.roll.entitled())


def awaited(poll: Poll) -> QuerySet[Resident]:
    """Whom the door lets in: by the rule, and once there is a roll those on it, struck ones and experts too."""
    if poll.roll_size is None:
        return electorate(poll)
    as_experts = Q(region=poll.region, user__in=poll.roll.experts().values("user"))
    return Resident.objects.filter(Q(pk__in=poll.roll.people().values("resident")) | as_experts)


def check_seats(poll: Poll) -> None:
    """Refuse a poll of representatives of whom a grid has more than its seats; a substitute takes another's."""
    if not poll.seats_per_grid or poll.electorate != poll.Electorate.REPRESENTATIVES:
        return
    seated = Resident.objects.filter(region=poll.region).representatives()
    grids = seated.order_by().values("grid").annotate(seats=Count("pk")).filter(seats__gt=poll.seats_per_grid)
    nowhere = _("without a grid")
    if crowded := [f"{each['grid'] or nowhere} ({each['seats']})" for each in grids.order_by("grid")]:
        words = _("More representatives than the %(seats)d seats of a grid: %(grids)s.")
        raise Refused(words % {"seats": poll.seats_per_grid, "grids": ", ".join(crowded)}, code="too_many_seats")


@transaction.atomic
def freeze(poll: Poll, *, by: User) -> int:
    """Write the roll of a poll that is about to open; returns how many residents may vote."""
    check_seats(poll)
    interests, experts = _interests(poll), set(poll.experts.values_list("user", flat=True))
    stands_for = dict(_substitutions(poll).values_list("substitute", "absent"))
    people = electorate(poll).order_by("pk").values_list("pk", "user", "phone_index", "user__phone_index")
    # Who votes as an expert does not vote as a resident too.
    entries = (
        VoterRollEntry(
            poll=poll,
            resident_id=pk,
            user_id=user,
            stands_for_id=stands_for.get(pk),
            struck=_struck(interests, user, phone, own_phone),
        )
        for pk, user, phone, own_phone in people.iterator(chunk_size=5000)
        if user is None or user not in experts
    )
    VoterRollEntry.objects.bulk_create(entries, batch_size=500)
    voice = VoterRollEntry.Voice.EXPERTS
    VoterRollEntry.objects.bulk_create(
        VoterRollEntry(poll=poll, user_id=user, voice=voice, struck=_struck(interests, user, phone))
        for user, phone in sorted(poll.experts.values_list("user", "user__phone_index"))
        if poll.has_experts
    )
    return poll.roll.entitled().people().count()


def _interests(poll: Poll) -> dict[int | str | None, str]:
    """Why somebody may not vote, by account and by phone number: they speak for a team that presents, or work in it.

    Who left a team after the rule was announced is still struck: nobody leaves in order to vote.
    """
    presenting: dict[str, Any] = {"team__projects__poll_options__poll": poll}
    announced = StatusChange.objects.about(poll).filter(new=Poll.Status.ANNOUNCED).order_by("pk").last()
    members = TeamMember.objects.since(localdate(announced.at if announced else None)).filter(**presenting)
    reasons: dict[int | str | None, str] = {}
    for member in members.select_related("team", "user"):
        reason = _("member of the presenting team “%s”") % member.team
        account = member.user.phone_index if member.user else None
        reasons |= dict.fromkeys((member.user_id, member.phone_index, account), reason)
    for contact in TeamContact.objects.filter(**presenting).select_related("team", "user"):
        reason = _("contact of the presenting team “%s”") % contact.team
        reasons |= dict.fromkeys((contact.user_id, contact.user.phone_index), reason)
    return {key: reason for key, reason in reasons.items() if key}


def _struck(interests: dict[int | str | None, str], *known: int | str | None) -> str:
    """The first reason that concerns somebody, known by account and by phone numbers."""
    return next((interests[key] for key in known if key in interests), "")


def check_entitled(entry: VoterRollEntry) -> None:
    """Refuse whoever was struck, saying why."""
    if entry.struck:
        raise Refused(_("This person may not vote in this poll: %s") % entry.struck, code="struck")


def figures(poll: Poll) -> Figures:
    """The turnout at this moment; after closing the sealed one."""
    if poll.voted is not None:
        present, voted = poll.present or 0, poll.heard
    else:
        present, voted = count_present(poll), count_voted(poll)
    return Figures(poll.roll_size or 0, present, voted, poll.votes_needed, poll.counts_presence)


def count_present(poll: Poll) -> int:
    """How many are at the venue; once the roll is frozen, of those who may vote."""
    if poll.roll_size is None:
        return poll.presences.count()
    return poll.roll.entitled().filter(resident__presences__poll=poll).count()


def count_voted(poll: Poll) -> int:
    """How many residents have voted; the few experts are counted apart, so that a large turnout is counted once."""
    voted = poll.turnout.count()
    if poll.has_experts:
        voted -= poll.turnout.filter(entry__voice=VoterRollEntry.Voice.EXPERTS).count()
    return voted


def by_channel(poll: Poll) -> dict[str, int]:
    """How many voted by each channel."""
    counted = dict(poll.turnout.values_list("channel").annotate(n=Count("pk")))
    return {channel: counted.get(channel, 0) for channel in Turnout.Channel.values}


def remind(poll: Poll, *, at: datetime, by: User) -> None:
    """Tell those who may vote and have not yet that the poll closes soon; each of them once."""
    waiting = User.objects.filter(roll_entries__in=poll.roll.entitled().not_voted())
    notices.tell(
        waiting,
        kind="poll_closes_soon",
        key=f"poll_closes_soon:{poll.pk}",
        region=poll.region,
        params={"title": poll.roadshow.title},
        url=poll.get_absolute_url(),
        at=at,
    )
