"""投票凭条: printed codes that let people vote without an account, at the venue or on any phone."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.encryption import fingerprint, index_of
from communities.models import Refused, Resident, User
from communities.models.record import record
from communities.services import reveals
from projects.models import Expert, Poll, Turnout, VoterRollEntry, VotingSlip
from projects.services import ballots, rolls

CODES = 1_000_000


@dataclass(frozen=True)
class Printed:
    """What stands on a slip. It is known at this moment only: stored are fingerprints."""

    holder: Resident | User
    secret: str
    code: str

    @property
    def resident(self) -> Resident | None:
        """The resident whose slip it is; nobody if it is an expert's."""
        return self.holder if isinstance(self.holder, Resident) else None


@transaction.atomic
def print_for(poll: Poll, *, residents: Iterable[Resident] | None = None, by: User) -> list[Printed]:
    """Make a slip for each of these people who may vote, or for all who have none; an older slip of theirs dies."""
    _check_printable(poll)
    people = rolls.entitled(poll)
    if residents is None:
        people = people.exclude(pk__in=poll.slips.valid().exclude(resident=None).values("resident"))
    else:
        people = people.filter(pk__in=[resident.pk for resident in residents])
    return _print(poll, list(people.order_by("grid", "pk")), by=by)


@transaction.atomic
def print_for_experts(poll: Poll, *, experts: Iterable[Expert] | None = None, by: User) -> list[Printed]:
    """The same for these experts, or for all who have none."""
    _check_printable(poll)
    people = poll.experts.select_related("user").exclude(user__in=_struck(poll)).order_by("pk")
    if experts is None:
        people = people.exclude(user__in=poll.slips.valid().exclude(user=None).values("user"))
    else:
        people = people.filter(pk__in=[expert.pk for expert in experts])
    return _print(poll, [expert.user for expert in people], by=by)


def _struck(poll: Poll) -> Any:
    return poll.roll.experts().exclude(struck="").values("user")


def _print(poll: Poll, people: list[Any], *, by: User) -> list[Printed]:
    printed = _make(poll, people)
    record(poll, region=poll.region, old=poll.status, new="slips_printed", by=by, reason=str(len(printed)))
    return printed


@transaction.atomic
def print_named(poll: Poll, *, residents: Iterable[Resident] | None = None, by: User) -> list[tuple[str, Printed]]:
    """The same with each person's full name, so that the slip reaches them; each name shown is recorded."""
    printed = print_for(poll, residents=residents, by=by)
    people = Resident.objects.filter(pk__in=[each.holder.pk for each in printed]).select_related("region")
    names = reveals.reveal_all(people, field="name", by=by, purpose=_purpose(poll))
    return [(names[each.holder.pk], each) for each in printed]


@transaction.atomic
def print_named_for_experts(
    poll: Poll, *, experts: Iterable[Expert] | None = None, by: User
) -> list[tuple[str, Printed]]:
    """The same for experts."""
    printed = print_for_experts(poll, experts=experts, by=by)
    named = poll.experts.filter(user__in=[each.holder.pk for each in printed]).select_related("user", "poll__region")
    names = reveals.reveal_all(named, field="user", by=by, purpose=_purpose(poll))
    by_user = {expert.user_id: names[expert.pk] for expert in named}
    return [(by_user[each.holder.pk], each) for each in printed]


def _purpose(poll: Poll) -> str:
    return _("To hand out voting slips: %s") % poll


@transaction.atomic
def help_with(entry: VoterRollEntry, *, helper: str, witness: str, by: User) -> str:
    """Open one helped vote: who helps and who watches is written down, what is chosen never. Returns its secret."""
    if not helper.strip() or not witness.strip() or helper.strip() == witness.strip():
        raise Refused(_("Please name a helper and, as another person, a witness."), code="two_people")
    if entry.poll.status != Poll.Status.OPEN:
        raise Refused(_("The poll is not open now; your vote was not counted."), code="poll_not_open")
    rolls.check_entitled(entry)
    if Turnout.objects.filter(entry=entry).exists():
        raise Refused(_("This person has already voted."), code="already_voted")
    names = {"helper": helper.strip(), "witness": witness.strip()}
    return _make(entry.poll, [entry.person], **names)[0].secret


def helped(entry: VoterRollEntry) -> VotingSlip | None:
    """The note of who helped this person to vote, and who watched."""
    return VotingSlip.objects.filter(poll=entry.poll_id, **_of(entry.person)).exclude(helper="").last()


def revoke(slip: VotingSlip, *, by: User) -> None:
    """Kill a slip that was lost; who had it may be given another."""
    VotingSlip.objects.valid().filter(pk=slip.pk).update(revoked_at=now())


def find(secret: str) -> VotingSlip:
    """The slip whose QR code was scanned. Raises Refused when there is none, or it was replaced."""
    slip: VotingSlip | None = VotingSlip.objects.select_related("poll").filter(secret_hash=fingerprint(secret)).first()
    if slip is None:
        raise Refused(_("This is not a valid voting slip. Please ask the staff for a new one."), code="no_slip")
    if slip.revoked_at:
        raise Refused(_("This voting slip was replaced by a newer one and is no longer valid."), code="slip_revoked")
    return slip


def entry_of(slip: VotingSlip) -> VoterRollEntry | None:
    """The place on the roll of whom the slip was made for, with the bare fact whether they have voted."""
    places = VoterRollEntry.objects.with_voted().filter(poll=slip.poll)
    if slip.user_id:
        return places.experts().filter(user=slip.user_id).first()
    return places.filter(resident=slip.resident_id).first()


def cast(slip: VotingSlip, *, channel: str, **paper: Any) -> str:
    """Put the one ballot of whom the slip was made for into the box; returns the receipt."""
    return ballots.cast_for(slip.poll, ballots.by_slip(slip.secret_hash), channel=channel, **paper)


def find_by_code(poll: Poll, *, code: str) -> VotingSlip | None:
    """The valid slip of this poll with these six digits."""
    return poll.slips.valid().filter(code_hash=code_index(poll, code)).first()


def code_index(poll: Poll, code: str) -> str:
    """The keyed fingerprint of six digits, which nobody without the key can try out."""
    digits = "".join(character for character in code if character.isdecimal())
    return index_of(f"slip:{poll.pk}:{digits}")


def _of(person: Resident | User) -> dict[str, Any]:
    """By what the slips of a person are found: a resident's place, an expert's account."""
    return {"resident": person} if isinstance(person, Resident) else {"user": person}


def _make(poll: Poll, people: list[Any], **fields: str) -> list[Printed]:
    residents, users = ([one for one in people if isinstance(one, kind)] for kind in (Resident, User))
    theirs = poll.slips.valid().filter(Q(resident__in=residents) | Q(user__in=users))
    theirs.update(revoked_at=now())
    taken = set(poll.slips.valid().values_list("code_hash", flat=True))
    printed = [Printed(person, secrets.token_urlsafe(16), _new_code(poll, taken)) for person in people]
    VotingSlip.objects.bulk_create(
        VotingSlip(
            poll=poll,
            **_of(each.holder),
            secret_hash=fingerprint(each.secret),
            code_hash=code_index(poll, each.code),
            **fields,
        )
        for each in printed
    )
    return printed


def _new_code(poll: Poll, taken: set[str]) -> str:
    """Six digits that no other valid slip of the poll has."""
    while True:
        code = f"{secrets.randbelow(CODES):06}"
        if (index := code_index(poll, code)) not in taken:
            taken.add(index)
            return code


def _check_printable(poll: Poll) -> None:
    status = Poll.objects.select_for_update().values_list("status", flat=True).get(pk=poll.pk)
    if status not in Poll.UNDER_WAY:
        raise Refused(_("Slips are printed after the rule is announced, until the vote closes."), code="too_late")
