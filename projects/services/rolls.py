"""选民名册: frozen when the poll opens, one place a person, those with an interest struck."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from communities.models import Resident, User
from communities.services import notices
from projects.models import Poll, VoterRollEntry
from teams.models import TeamContact


@dataclass(frozen=True)
class Figures:
    """Turnout: how many may vote, have voted, must vote for the quorum, and are missing for it."""

    roll: int
    voted: int
    needed: int

    @property
    def missing(self) -> int:
        return max(self.needed - self.voted, 0)

    @property
    def percent(self) -> int:
        return self.voted * 100 // self.roll if self.roll else 0


def electorate(poll: Poll) -> QuerySet[Resident]:
    """Who lives there and votes by this poll's rule."""
    people = Resident.objects.filter(region=poll.region)
    return people.representatives() if poll.electorate == poll.Electorate.REPRESENTATIVES else people.verified()


@transaction.atomic
def freeze(poll: Poll, *, by: User) -> int:
    """Write the roll of a poll that is about to open; returns how many may vote."""
    interests = _interests(poll)
    people = electorate(poll).order_by("pk").values_list("pk", "user", "phone_index")
    entries = (
        VoterRollEntry(
            poll=poll, resident_id=pk, user_id=user, struck=interests.get(user) or interests.get(phone or None) or ""
        )
        for pk, user, phone in people.iterator(chunk_size=5000)
    )
    VoterRollEntry.objects.bulk_create(entries, batch_size=500)
    return poll.roll.entitled().count()


def _interests(poll: Poll) -> dict[int | str | None, str]:
    """Why somebody may not vote, by account and by phone number: they speak for a team that presents."""
    contacts = TeamContact.objects.filter(team__projects__poll_options__poll=poll).select_related("team", "user")
    reasons: dict[int | str | None, str] = {}
    for contact in contacts:
        reason = _("contact of the presenting team “%s”") % contact.team
        reasons |= {contact.user_id: reason, contact.user.phone_index: reason}
    return {key: reason for key, reason in reasons.items() if key}


def figures(poll: Poll) -> Figures:
    """The turnout at this moment; after closing the sealed one."""
    voted = poll.turnout.count() if poll.voted is None else poll.voted
    return Figures(roll=poll.roll_size or 0, voted=voted, needed=poll.votes_needed)


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
