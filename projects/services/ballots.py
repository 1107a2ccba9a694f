"""选票: the one place that touches ballots. It casts, seals and counts them, and tells nobody anything in between."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import zip_longest
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.encryption import fingerprint
from communities.models import Refused, User
from projects.models import Poll, PollOption, Turnout, VoterRollEntry
from projects.models.ballots import BALLOTS, TURNOUT, Ballot, Paper, Voter
from projects.models.rules import FULL_SCORE
from projects.tally import Voice

_Voices = VoterRollEntry.Voice

# No letter or digit that is mistaken for another when read from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY_LENGTH = 22
RECEIPT_LENGTH = 12
HEADER = "receipt,voice,projects"
Choice = Iterable[int] | Mapping[int, int]
Reading = tuple[str, str, list[int], list[int]]  # of a paper ballot: voice, code, projects, points


def new_key() -> str:
    """A random secret for one voting page (128 bits). It is never stored; its fingerprint goes with the ballot."""
    return secrets.token_urlsafe(16)


def new_receipt() -> str:
    """A random receipt code (58 bits), drawn at once: to ask the machine for each letter takes twelve times as long."""
    number, letters = secrets.randbelow(len(ALPHABET) ** RECEIPT_LENGTH), ""
    for _place in range(RECEIPT_LENGTH):
        number, letter = divmod(number, len(ALPHABET))
        letters += ALPHABET[letter]
    return letters


def cast(poll: Poll, *, by: User, **paper: Any) -> str:
    """Put somebody's one secret ballot into the box by their account: see `cast_by_number`."""
    return cast_by_number(poll.pk, voter=by.pk, **paper)


def cast_by_number(
    poll: int,
    *,
    voter: int,
    choices: Choice,
    key: str,
    channel: str = Turnout.Channel.PHONE,
    replaces: str = "",
    at: datetime | None = None,
) -> str:
    """Put the one secret ballot of an account into the box of a poll, both by number; returns the receipt code.

    `choices` are the projects, or by score the points of each. Sent again with the same key and the same choices it
    returns the same receipt. `replaces` is the key of the ballot to be taken out, where the rule allows that. Raises
    Refused when the poll is not open, the person is not on the roll or has voted, or the choices do not fit the rule.
    """
    at, paper = at or now(), _paper(choices, key)
    account = Voter.account(voter)
    receipt = _put(poll, account, paper, channel=channel, replaces=replaces, at=at)
    if receipt is None and _take_place(poll, voter):
        receipt = _put(poll, account, paper, channel=channel, replaces=replaces, at=at)
    return receipt or _receipt_of_retry(poll, account, paper, replaces=replaces, at=at)


def cast_for(
    poll: Poll,
    voter: Voter,
    *,
    choices: Choice,
    key: str,
    channel: str,
    replaces: str = "",
    at: datetime | None = None,
) -> str:
    """The same for somebody whom a slip or staff's list shows entitled, without an account."""
    at, paper = at or now(), _paper(choices, key)
    receipt = _put(poll.pk, voter, paper, channel=channel, replaces=replaces, at=at)
    return receipt or _receipt_of_retry(poll.pk, voter, paper, replaces=replaces, at=at)


def by_slip(secret_hash: str) -> Voter:
    """Who is entitled by the valid slip with this fingerprint."""
    return Voter.slip("secret_hash", secret_hash)


def _paper(choices: Choice, key: str) -> Paper:
    """The ballot paper as it is stored. Raises Refused when it says nothing or its key is no secret."""
    if len(key) < KEY_LENGTH:
        raise Refused(_("The voting key is too short: it has at least 22 random characters."), code="key_too_short")
    chosen, points = read_choice(choices)
    return Paper(choices=chosen, points=points, key_hash=fingerprint(key), receipt=new_receipt())


def read_choice(choices: Choice) -> tuple[list[int], list[int]]:
    """Projects in ascending order, and by score the points of each; what was given no point is left out."""
    if not isinstance(choices, Mapping):
        chosen, points = sorted(set(choices)), []
    else:
        given = {project: value for project, value in sorted(choices.items()) if value}
        if not all(0 < value <= FULL_SCORE for value in given.values()):
            raise Refused(_("Each project is given 0 to 10 points."), code="points_out_of_range")
        chosen, points = list(given), list(given.values())
    if not chosen:
        raise Refused(_("Please choose at least one project."), code="nothing_chosen")
    return chosen, points


def _put(poll: int, voter: Voter, paper: Paper, *, channel: str, replaces: str, at: datetime) -> str | None:
    """The receipt of the ballot, or None if there is no place for it."""
    fields: dict[str, Any] = {"voter": voter, "paper": paper, "at": at}
    if replaces and fingerprint(replaces) == paper.key_hash:
        raise Refused(_("A new ballot needs a new voting key."), code="key_reused")
    try:
        if replaces:
            done = Ballot.objects.replace(poll, old_key_hash=fingerprint(replaces), **fields)
        else:
            done = Ballot.objects.put(poll, channel=channel, **fields)
    except IntegrityError as error:  # the poll closed this very moment, or the key was used already
        if replaces and (again := _ballot_of(poll, paper)):
            return again.receipt
        raise Refused.from_database(error) from error
    return paper.receipt if done else None


def place_of(poll: Poll, *, user: User) -> Any:
    """The person's place on the roll, with the bare fact whether they have voted; None if they are not on it."""
    _take_place(poll.pk, user.pk)
    return VoterRollEntry.objects.with_voted().filter(poll=poll, user=user).first()


def _take_place(poll: int, user: int) -> bool:
    """Give somebody on the roll who signed up after the opening their place; whether there was one."""
    waiting = VoterRollEntry.objects.filter(poll=poll, user=None, resident__user=user)
    taken = VoterRollEntry.objects.filter(poll=poll, user=user)
    return not taken.exists() and bool(waiting.update(user=user))


def _receipt_of_retry(poll: int, voter: Voter, paper: Paper, *, replaces: str, at: datetime) -> str:
    """The receipt of the ballot that was already cast with this key, or the reason why there is none."""
    entry = entry_of(poll, voter)
    if entry and Turnout.objects.filter(entry=entry).exists():
        if ballot := _ballot_of(poll, paper):
            return ballot.receipt
        if not replaces:
            raise Refused(_("You have already voted in this poll. Each person has one ballot."), code="already_voted")
        if not Ballot.objects.filter(poll=poll, key_hash=fingerprint(replaces)).exists():
            raise Refused(_("The ballot to be replaced is not there; what was cast last stands."), code="not_replaced")
    raise _refusal(poll, entry=entry, paper=paper, replaces=replaces, at=at)


def _ballot_of(poll: int, paper: Paper) -> Ballot | None:
    """The ballot that was cast with this key, if it says the same."""
    ballot = Ballot.objects.filter(poll=poll, key_hash=paper.key_hash).first()
    if ballot and (list(ballot.choices), list(ballot.points)) != (paper.choices, paper.points):
        raise Refused(_("You have already voted with another choice; that ballot stands."), code="key_reused")
    return ballot


def entry_of(poll: int, voter: Voter) -> VoterRollEntry | None:
    """The voter's place on the roll."""
    found = VoterRollEntry.objects.raw(
        f"SELECT e.* FROM projects_voterrollentry e WHERE e.poll_id = %s AND {voter.where}",  # noqa: S608 (own words)
        [poll, voter.value],
    )
    return next(iter(found), None)


def _refusal(poll: int, *, entry: VoterRollEntry | None, paper: Paper, replaces: str, at: datetime) -> Refused:
    known = Poll.objects.filter(pk=poll).first()
    if known is None or not known.is_open(at):
        return Refused(_("The poll is not open now; your vote was not counted."), code="poll_not_open")
    if entry is None:
        return Refused(_("You are not on the voter roll of this poll."), code="not_on_roll")
    if entry.struck:
        return Refused(_("You may not vote in this poll: %s") % entry.struck, code="struck")
    if replaces and not known.may_replace:
        return Refused(_("In this poll a ballot is not replaced once it is cast."), code="no_replacing")
    no = misfit(known, paper.choices, paper.points)
    return no or Refused(_("Your vote was not taken. Please send it again."), code="try_again")


def misfit(poll: Poll, chosen: list[int], points: list[int]) -> Refused | None:
    """Why a choice does not fit the rule, or None if it does."""
    if bool(points) != poll.is_by_score:
        words = (
            _("In this poll projects are given points.") if poll.is_by_score else _("In this poll no points are given.")
        )
        return Refused(words, code="wrong_ballot_type")
    options = PollOption.objects.filter(poll=poll, project__in=chosen)
    if len(options) < len(chosen):
        return Refused(_("One of the projects does not stand for this vote."), code="not_an_option")
    cost = sum(option.cost for option in options)
    if poll.ballot_type == Poll.BallotType.BUDGET and cost > poll.budget:
        words = _("What you chose asks for %(cost)s yuan; the budget is %(budget)s. Nothing was sent yet.")
        return Refused(words % {"cost": cost, "budget": poll.budget}, code="over_budget")
    if not poll.is_by_score and len(chosen) > poll.max_choices:
        words = _("You chose %(chosen)d projects; at most %(most)d are possible. Nothing was sent yet.")
        return Refused(words % {"chosen": len(chosen), "most": poll.max_choices}, code="too_many")
    return None


@transaction.atomic
def seal(poll: Poll, *, by: User) -> None:
    """Write the ballots and the turnout of an open poll anew in random order.

    Until now a row's transaction number and place on disk could join the two; after this they cannot.
    """
    for table in (BALLOTS, TURNOUT):
        Ballot.objects.shuffle(table, poll.pk)


@transaction.atomic
def put_papers(poll: Poll, *, readings: Iterable[Reading], by: User) -> None:
    """Put what two people read on each paper ballot into the box of its voice, and mix it anew."""
    papers = [
        (voice, Paper(choices=choices, points=points, key_hash=fingerprint(new_key()), receipt=code))
        for voice, code, choices, points in readings
    ]
    Ballot.objects.put_anonymous(poll.pk, papers)
    Ballot.objects.shuffle(BALLOTS, poll.pk)


@transaction.atomic
def destroy(poll: Poll, *, by: User) -> None:
    """Destroy the ballots of a poll that is called off before it is counted: nobody will ever count them."""
    Ballot.objects.filter(poll=poll).delete()


def tally(poll: Poll) -> tuple[Voice, Voice]:
    """What the residents and the experts said, counted from the ballots in SQL. Raises Refused before closing."""
    _only_counted(poll)
    votes, ballots = (
        Ballot.objects.count_votes(poll.pk, by_score=poll.is_by_score),
        Ballot.objects.count_voices(poll.pk),
    )
    people, experts = (Voice(ballots[voice], votes[voice]) for voice in (_Voices.PEOPLE, _Voices.EXPERTS))
    return people, experts


def published(poll: Poll) -> Iterator[tuple[str, str, list[int], list[int]]]:
    """Every ballot as (receipt code, voice, projects, points), by receipt code. Raises Refused before closing."""
    _only_counted(poll)
    fields = ("receipt", "voice", "choices", "points")
    rows = Ballot.objects.filter(poll=poll).order_by("receipt").values_list(*fields)
    return ((as_shown(receipt), *rest) for receipt, *rest in rows.iterator(chunk_size=5000))


def lines(poll: Poll) -> Iterator[str]:
    """The published list, line by line: the very bytes of which the seal is the SHA-256."""
    yield f"{HEADER}\n"
    for receipt, voice, choices, points in published(poll):
        said = [f"{c}:{p}" for c, p in zip(choices, points, strict=True)] if points else map(str, choices)
        yield f"{receipt},{voice},{' '.join(said)}\n"


def digest(poll: Poll) -> tuple[int, str]:
    """How many ballots there are, and the seal: the SHA-256 of the published list."""
    seal, number = sha256(), -1
    for number, line in enumerate(lines(poll)):  # noqa: B007
        seal.update(line.encode())
    return number, seal.hexdigest()


def find(poll: Poll, *, receipt: str) -> dict[int, int] | None:
    """What the ballot with this code says: the points of each project, 1 by approval; None if there is no such
    ballot. Only after closing."""
    _only_counted(poll)
    found = Ballot.objects.filter(poll=poll, receipt=as_typed(receipt)).first()
    return dict(zip_longest(found.choices, found.points, fillvalue=1)) if found else None


def as_shown(receipt: str) -> str:
    """A receipt code in groups of four, as it is printed and published."""
    return "-".join(receipt[start : start + 4] for start in range(0, len(receipt), 4))


def as_typed(receipt: str) -> str:
    """A receipt code as it is stored, whatever was typed between its letters."""
    return "".join(character for character in receipt.upper() if character in ALPHABET)


def _only_counted(poll: Poll) -> None:
    if not Poll.objects.filter(pk=poll.pk, status__in=Poll.COUNTED).exists():
        raise Refused(_("Nobody can count before the poll is closed."), code="not_closed")
