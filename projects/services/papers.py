"""纸质选票: handed out at the door, counted in by two people independently, and put into the box with the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from projects.models import PaperEntry, PaperSheet, Poll, Turnout, VoterRollEntry
from projects.services import ballots, rolls

Voices = VoterRollEntry.Voice
MOST_SHEETS = 2000
LOOKS = 2


@dataclass(frozen=True)
class Sheet:
    """Where the counting-in of one sheet stands: how many looked, and whether two of them read the same."""

    code: str
    looks: int
    is_agreed: bool
    reading: tuple[bool, tuple[int, ...], tuple[int, ...]] | None
    voice: str = Voices.PEOPLE

    @property
    def differs(self) -> bool:
        return self.looks >= LOOKS and not self.is_agreed


@transaction.atomic
def print_sheets(poll: Poll, *, number: int, by: User, for_experts: bool = False) -> list[PaperSheet]:
    """Make so many ballot papers, each with a code of its own; who gets which is written down nowhere."""
    if for_experts and not poll.has_experts:
        raise Refused(_("By this poll's rule experts have no vote."), code="no_experts")
    if poll.status not in Poll.UNDER_WAY:
        raise Refused(
            _("Ballot papers are printed after the rule is announced, until the vote closes."), code="too_late"
        )
    there = poll.sheets.count()
    if not 1 <= number <= MOST_SHEETS - there:
        words = _("A poll has at most %(most)d ballot papers; %(there)d are printed already.")
        raise Refused(words % {"most": MOST_SHEETS, "there": there}, code="too_many_sheets")
    codes = (ballots.new_receipt() for _number in range(number))
    return PaperSheet.objects.bulk_create(PaperSheet(poll=poll, code=code, for_experts=for_experts) for code in codes)


@transaction.atomic
def hand_out(entry: VoterRollEntry, *, by: User, at: datetime | None = None) -> None:
    """Give somebody on the roll a ballot paper of their voice: from now on they vote by it and no other way."""
    if not entry.poll.is_open(at):
        raise Refused(_("The poll is not open."), code="poll_not_open")
    rolls.check_entitled(entry)
    if Turnout.objects.filter(entry=entry).exists():
        raise Refused(_("You have already voted in this poll. Each person has one ballot."), code="already_voted")
    try:
        with transaction.atomic():
            Turnout.objects.create(entry=entry, poll_id=entry.poll_id, channel=Turnout.Channel.PAPER)
    except IntegrityError as error:
        raise Refused.from_database(error) from error


def handed_out(poll: Poll, *, voices: Iterable[str] = Voices.values) -> int:
    """How many people of these voices were given a ballot paper."""
    return poll.turnout.filter(channel=Turnout.Channel.PAPER, entry__voice__in=voices).count()


@transaction.atomic
def enter(poll: Poll, *, code: str, choices: ballots.Choice, by: User, is_spoiled: bool = False) -> PaperEntry:
    """Write down what one reads on a sheet, without seeing what others read there.

    Raises Refused when nothing is being counted in, the code is unknown, or one has looked at this sheet before.
    """
    if not Poll.objects.select_for_update().filter(pk=poll.pk, status=Poll.Status.COUNTING).exists():
        raise Refused(_("Paper ballots are counted in between the end of voting and the result."), code="not_counting")
    sheet = poll.sheets.filter(code=ballots.as_typed(code)).first()
    if sheet is None:
        raise _unknown()
    if sheet.set_aside:
        raise Refused(_("This ballot paper was set aside: %s") % sheet.set_aside, code="set_aside")
    chosen, points = ([], []) if is_spoiled else ballots.read_choice(choices)
    if not is_spoiled:
        _check_fits(poll, chosen, points)
    if sheet.entries.filter(by=by).exists():
        words = _("You have already entered this paper ballot; somebody else looks now.")
        raise Refused(words, code="one_look_each")
    return PaperEntry.objects.create(sheet=sheet, by=by, choices=chosen, points=points, is_spoiled=is_spoiled)


def _unknown() -> Refused:
    words = _("No ballot paper of this poll has this code; please compare it letter by letter.")
    return Refused(words, code="unknown")


def _check_fits(poll: Poll, chosen: list[int], points: list[int]) -> None:
    if misfit := ballots.misfit(poll, chosen, points):
        raise Refused(_("%s If the voter wrote it so, the ballot is spoiled.") % misfit, code=misfit.code)


@transaction.atomic
def set_aside(poll: Poll, *, code: str, reason: str, by: User) -> None:
    """Leave a sheet out of the count, saying why: it is no ballot of this hall, or two stubs have one code."""
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    poll.take()  # whoever puts the sheets into the box is waited for
    sheet = poll.sheets.select_for_update().filter(code=ballots.as_typed(code), set_aside="").first()
    if sheet is None or poll.status != Poll.Status.COUNTING:
        raise _unknown()
    sheet.set_aside = reason.strip()
    sheet.save(update_fields=["set_aside"])
    reason = f"{ballots.as_shown(sheet.code)}: {reason}"
    record(poll, region=poll.region, old=poll.status, new="sheet_set_aside", by=by, reason=reason)


def sheets(poll: Poll) -> Iterator[Sheet]:
    """Every sheet that somebody has looked at. What was read is in it for the count alone."""
    for sheet in poll.sheets.counted_in().prefetch_related("entries").order_by("code"):
        looks = Counter(entry.reading for entry in sheet.entries.all())
        (reading, most), *others = looks.most_common(2)
        # Two against two is no agreement, whoever of them looked first.
        agreed = most >= LOOKS and all(number < most for _reading, number in others)
        voice = Voices.EXPERTS if sheet.for_experts else Voices.PEOPLE
        yield Sheet(ballots.as_shown(sheet.code), looks.total(), agreed, reading if agreed else None, voice)


def put_into_box(poll: Poll, *, by: User) -> int:
    """Put the agreed sheets into the box; returns how many of the residents' were spoiled.

    Raises Refused while a sheet was looked at once only or read differently, and when there are more sheets of a
    voice than were handed out.
    """
    counted = list(sheets(poll))
    if waiting := [sheet.code for sheet in counted if not sheet.is_agreed]:
        words = _("These ballot papers need another look: %s.")
        raise Refused(words % ", ".join(waiting[:10]), code="another_look")
    for voice in Voices:
        _check_number(poll, [sheet for sheet in counted if sheet.voice == voice], voice)
    readings = [(sheet.voice, sheet.code, *sheet.reading) for sheet in counted if sheet.reading]
    valid = [
        (voice, ballots.as_typed(code), list(choices), list(points))
        for voice, code, is_spoiled, choices, points in readings
        if not is_spoiled
    ]
    ballots.put_papers(poll, readings=valid, by=by)
    return sum(is_spoiled for voice, _code, is_spoiled, *_rest in readings if voice == Voices.PEOPLE)


def _check_number(poll: Poll, counted: list[Sheet], voice: str) -> None:
    if len(counted) <= (out := handed_out(poll, voices=[voice])):
        return
    words = _("%(counted)d ballot papers were counted in, but only %(out)d were handed out.")
    if voice == Voices.EXPERTS:
        words = _("%(counted)d ballot papers of experts were counted in, but only %(out)d were handed out to experts.")
    raise Refused(words % {"counted": len(counted), "out": out}, code="too_many_sheets")
