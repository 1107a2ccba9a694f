"""选票: the one place that touches ballots. It casts, seals and counts them, and tells nobody anything in between."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from projects.models import Poll, PollOption, Turnout, VoterRollEntry
from projects.models.ballots import Ballot

# No letter or digit that is mistaken for another when read from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
KEY_LENGTH = 22
HEADER = "receipt,projects"


def new_key() -> str:
    """A random secret for one voting page (128 bits). It is never stored; its fingerprint goes with the ballot."""
    return secrets.token_urlsafe(16)


def cast(
    poll: Poll,
    *,
    choices: Iterable[int],
    key: str,
    by: User,
    channel: str = Turnout.Channel.PHONE,
    at: datetime | None = None,
) -> str:
    """Put one secret ballot into the box; returns the receipt code.

    Sent again with the same key and the same choices it returns the same receipt. Raises Refused when the poll
    is not open, the person is not on the roll or has voted, or the choices do not fit the rule.
    """
    chosen, at = sorted(set(choices)), at or now()
    if len(key) < KEY_LENGTH:
        raise Refused(_("The voting key is too short: it has at least 22 random characters."), code="key_too_short")
    if not chosen:
        raise Refused(_("Please choose at least one project."), code="nothing_chosen")
    receipt = _put(poll, by=by, chosen=chosen, key=key, channel=channel, at=at)
    if receipt is None and _take_place(poll, by):
        receipt = _put(poll, by=by, chosen=chosen, key=key, channel=channel, at=at)
    return receipt or _receipt_of_retry(poll, chosen=chosen, key=key, by=by, at=at)


def _put(poll: Poll, *, by: User, chosen: list[int], key: str, channel: str, at: datetime) -> str | None:
    """The receipt of the ballot, or None if there is no place for it."""
    receipt = "".join(secrets.choice(ALPHABET) for _number in range(12))
    fields: dict[str, Any] = {
        "choices": chosen,
        "key_hash": _fingerprint(key),
        "receipt": receipt,
        "channel": channel,
        "at": at,
    }
    try:
        return receipt if Ballot.objects.put(poll.pk, user=by.pk, **fields) else None
    except IntegrityError as error:  # the poll closed this very moment, or the key is somebody else's
        raise Refused.from_database(error) from error


def _fingerprint(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def place_of(poll: Poll, *, user: User) -> Any:
    """The person's place on the roll, with the bare fact whether they have voted; None if they are not on it."""
    _take_place(poll, user)
    return VoterRollEntry.objects.with_voted().filter(poll=poll, user=user).first()


def _take_place(poll: Poll, user: User) -> bool:
    """Give somebody on the roll who signed up after the opening their place; whether there was one."""
    waiting = VoterRollEntry.objects.filter(poll=poll, user=None, resident__user=user)
    taken = VoterRollEntry.objects.filter(poll=poll, user=user)
    return not taken.exists() and bool(waiting.update(user=user))


def _receipt_of_retry(poll: Poll, *, chosen: list[int], key: str, by: User, at: datetime) -> str:
    """The receipt of the ballot that was already cast with this key, or the reason why there is none."""
    entry = VoterRollEntry.objects.filter(poll=poll, user=by).first()
    if entry and Turnout.objects.filter(entry=entry).exists():
        ballot = Ballot.objects.filter(poll=poll, key_hash=_fingerprint(key)).first()
        if ballot is None:
            raise Refused(_("You have already voted in this poll. Each person has one ballot."), code="already_voted")
        if ballot.choices != chosen:
            raise Refused(_("You have already voted with another choice; that ballot stands."), code="key_reused")
        return ballot.receipt
    raise _refusal(poll, entry=entry, chosen=chosen, at=at)


def _refusal(poll: Poll, *, entry: VoterRollEntry | None, chosen: list[int], at: datetime) -> Refused:
    known = Poll.objects.filter(pk=poll.pk).first()
    if known is None or not known.is_open(at):
        return Refused(_("The poll is not open now; your vote was not counted."), code="poll_not_open")
    if entry is None:
        return Refused(_("You are not on the voter roll of this poll."), code="not_on_roll")
    if entry.struck:
        return Refused(_("You may not vote in this poll: %s") % entry.struck, code="struck")
    if len(chosen) > known.max_choices:
        return Refused(
            _("You chose %(chosen)d projects; at most %(most)d are possible. Nothing was sent yet.")
            % {"chosen": len(chosen), "most": known.max_choices},
            code="too_many",
        )
    return Refused(_("One of the projects does not stand for this vote."), code="not_an_option")


@transaction.atomic
def seal(poll: Poll, *, by: User) -> None:
    """Write the ballots and the turnout of an open poll anew in random order.

    Until now a row's transaction number and place on disk could join the two; after this they cannot.
    """
    Ballot.objects.shuffle(poll.pk)


@transaction.atomic
def destroy(poll: Poll, *, by: User) -> None:
    """Destroy the ballots of an open poll that is called off: nobody will ever count them."""
    Ballot.objects.filter(poll=poll).delete()


def tally(poll: Poll) -> dict[int, int]:
    """The votes of each project, counted from the ballots in SQL. Raises Refused before the poll is closed."""
    _only_counted(poll)
    counted = Ballot.objects.count_votes(poll.pk)
    options = PollOption.objects.filter(poll=poll).values_list("project", flat=True)
    return {project: counted.get(project, 0) for project in options}


def published(poll: Poll) -> Iterator[tuple[str, list[int]]]:
    """Every ballot as (receipt code, projects), by receipt code. Raises Refused before the poll is closed."""
    _only_counted(poll)
    rows = Ballot.objects.filter(poll=poll).order_by("receipt").values_list("receipt", "choices")
    return ((as_shown(receipt), choices) for receipt, choices in rows.iterator(chunk_size=5000))


def lines(poll: Poll) -> Iterator[str]:
    """The published list, line by line: the very bytes of which the seal is the SHA-256."""
    yield f"{HEADER}\n"
    for receipt, choices in published(poll):
        yield f"{receipt},{' '.join(map(str, choices))}\n"


def digest(poll: Poll) -> tuple[int, str]:
    """How many ballots there are, and the seal: the SHA-256 of the published list."""
    seal, number = sha256(), -1
    for number, line in enumerate(lines(poll)):  # noqa: B007
        seal.update(line.encode())
    return number, seal.hexdigest()


def find(poll: Poll, *, receipt: str) -> list[int] | None:
    """What the ballot with this receipt code says; None if there is no such ballot. Only after closing."""
    _only_counted(poll)
    code = "".join(character for character in receipt.upper() if character in ALPHABET)
    found = Ballot.objects.filter(poll=poll, receipt=code).first()
    return found.choices if found else None


def as_shown(receipt: str) -> str:
    """A receipt code in groups of four, as it is printed and published."""
    return "-".join(receipt[start : start + 4] for start in range(0, len(receipt), 4))


def _only_counted(poll: Poll) -> None:
    if not Poll.objects.filter(pk=poll.pk, status__in=Poll.COUNTED).exists():
        raise Refused(_("Nobody can count before the poll is closed."), code="not_closed")
