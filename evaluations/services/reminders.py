"""催办: who is reminded of score sheets that are missing, when, and what holds it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services import sweeps
from communities.services.notices import tell
from evaluations import reminding
from evaluations.models import CommitteeMember, EvaluationRound, Reminder, ReminderHold, ScoreSheet
from evaluations.models.rounds import street_staff_of

Status = Reminder.Status
# A round that closed longer ago than this is no news.
NEWS = timedelta(days=60)


@transaction.atomic
def plan(round_: EvaluationRound, *, at: datetime) -> None:
    """Write down who will be reminded of an open round and when; again changes only what has changed meanwhile."""
    wanted = set(_wanted(round_, at=at))
    known = {(row.member_id, row.day): row for row in round_.reminders.all()}
    gone = [row.pk for key, row in known.items() if row.day > localdate(at) and key not in wanted]
    round_.reminders.planned().filter(pk__in=gone).delete()
    new = [Reminder(round=round_, member_id=member, day=day) for member, day in sorted(wanted - known.keys())]
    Reminder.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)


def _wanted(round_: EvaluationRound, *, at: datetime) -> Iterable[tuple[int, date]]:
    """Each member with missing sheets, on each day to come and on the last of those that have come."""
    if not round_.is_open(at) or round_.closes_at is None or round_.takes_until is None:
        return
    days, today = reminding.planned_days(round_.closes_at, round_.takes_until), localdate(at)
    shown = [*[day for day in days if day <= today][-1:], *[day for day in days if day > today]]
    for member, _round in missing_by_member([round_], at=at):
        yield from ((member, day) for day in shown)


def remind_members(*, at: datetime) -> None:
    """By day, send each person one reminder of all that is missing; what is no longer under way needs none."""
    sweeps.each(EvaluationRound.objects.taking_marks(at), lambda round_: plan(round_, at=at))
    Reminder.objects.planned().exclude(round__in=EvaluationRound.objects.taking_marks(at)).update(status=Status.DONE)
    if reminding.is_day(at):
        due = Reminder.objects.due(localdate(at))
        people = User.objects.filter(pk__in=due.values("member__user"), is_active=True).order_by("pk")
        sweeps.each(people, lambda user: _remind(user, at=at))


def _remind(user: User, *, at: datetime) -> None:
    """Settle what is due for a person: the latest of each round is sent, unless it is done or held.

    The rows are locked: a second worker waits here, and then finds nothing due.
    """
    due = Reminder.objects.select_for_update(of=("self",)).due(localdate(at)).filter(member__user=user)
    rows = list(due.with_hold().select_related("round__region").order_by("round__closes_at", "round", "member", "-day"))
    missing = missing_by_member({row.round for row in rows}, at=at)
    sent = []
    for _seat, each in groupby(rows, key=lambda row: (row.round_id, row.member_id)):
        last, *overtaken = each
        for row in overtaken:
            _settle(row, Status.HELD if row.is_held else Status.MISSED)
        if not missing[last.member_id, last.round_id]:
            _settle(last, Status.DONE)
        elif not last.is_held:
            _settle(last, Status.SENT, sent_at=at, missing=missing[last.member_id, last.round_id])
            sent.append(last)
    if sent:
        _tell(user, sent, at=at)


def _settle(row: Reminder, status: str, **fields: object) -> None:
    for name, value in {"status": status, **fields}.items():
        setattr(row, name, value)
    row.save(update_fields=["status", *fields])


def _tell(user: User, sent: list[Reminder], *, at: datetime) -> None:
    """One notice, whatever the number of projects and rounds."""
    first = sent[0].round
    count = sum(row.missing or 0 for row in sent)
    listed = "; ".join(f"“{row.round}” {_day(row.round)}: {row.missing}" for row in sent)
    of_one = "sheets_overdue" if first.is_overdue(at) else "sheets_missing"
    kind = of_one if len(sent) == 1 else "sheets_missing_in_many"
    params = {"title": first.title, "day": _day(first), "until": _until(first), "count": count, "rounds": listed}
    key = f"sheets_missing:{sent[0].pk}"
    tell([user], kind=kind, params=params, url=reverse("evaluations:sheets"), region=first.region, key=key, at=at)


def remind_streets(*, at: datetime) -> None:
    """Tell the street, once and by day, that a round's marks were due and sheets are missing."""
    under_way = [EvaluationRound.Status.OPEN, EvaluationRound.Status.CLOSED]
    over = EvaluationRound.objects.filter(status__in=under_way, closes_at__lte=at, closes_at__gt=at - NEWS)
    if reminding.is_day(at):
        sweeps.each(over.select_related("region"), lambda round_: _remind_street_of(round_, at=at))


def _remind_street_of(round_: EvaluationRound, *, at: datetime) -> None:
    if count := sum(missing_by_member([round_], at=at).values()):
        _tell_street(round_, kind="round_overdue", day=_day(round_), at=at, count=count)


def tell_not_opened(round_: EvaluationRound, *, why: str, at: datetime) -> None:
    """Tell the street, once, that a round did not open by itself, and what stood in the way."""
    _tell_street(round_, kind="round_not_opened", day=f"{localtime(round_.opens_at):%Y-%m-%d}", at=at, why=why)


def _tell_street(round_: EvaluationRound, *, kind: str, day: str, at: datetime, **params: object) -> None:
    tell(
        street_staff_of(round_),
        kind=kind,
        params={"title": round_.title, "day": day, **params},
        url=reverse("admin:evaluations_evaluationround_change", args=[round_.pk]),
        region=round_.region,
        key=f"{kind}:{round_.pk}:{day}",
        at=at,
    )


def missing_by_member(rounds: Iterable[EvaluationRound], *, at: datetime) -> Counter[tuple[int, int]]:
    """How many sheets each member (of a round) has not handed in."""
    missing: QuerySet[ScoreSheet] = ScoreSheet.objects.filter(rating__round__in=list(rounds)).missing(on=localdate(at))
    return Counter(missing.order_by().values_list("member_id", "rating__round_id"))


@transaction.atomic
def hold(round_: EvaluationRound, *, reason: str, by: User, member: CommitteeMember | None = None) -> ReminderHold:
    """Send no reminders of a round, to one member or to anybody, until released; says why."""
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if member is not None and member.committee_id != round_.committee_id:
        raise Refused(_("This member does not sit on the committee of this round."), code="held_for_a_stranger")
    made = ReminderHold(region=round_.region, round=round_, member=member, reason=reason.strip())
    made.begin(by=by, reason=reason)
    return made


def release(made: ReminderHold, *, by: User) -> None:
    """Let reminders go out again; of those held back the latest is sent, no more."""
    made.move(ReminderHold.Status.RELEASED, by=by)


def _day(round_: EvaluationRound) -> str:
    return f"{localtime(round_.closes_at):%Y-%m-%d}"


def _until(round_: EvaluationRound) -> str:
    return f"{localtime(round_.takes_until):%Y-%m-%d %H:%M}"
