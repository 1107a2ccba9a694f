"""考评轮次: drafted, opened, closed, announced to the teams, published."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.calendar import add_working_days
from communities.models import Refused, Region, User
from communities.services import sweeps
from evaluations.models import Appeal, EvaluationRound, Rating, Scheme
from evaluations.models.appeals import APPEAL_OPEN
from evaluations.services import assignments, handing_out, meetings, ratings, reminders, schemes, surveys
from evaluations.wording import together

Status = EvaluationRound.Status
WHILE_OPEN = {"title", "closes_at", "grace_days"}


@transaction.atomic
def draft(region: Region, *, title: str, starts_on: date, ends_on: date, by: User, **fields: Any) -> EvaluationRound:
    """Begin a round of a street for a period, with the projects that run now."""
    round_ = EvaluationRound(region=region, title=title, starts_on=starts_on, ends_on=ends_on, **fields)
    round_.full_clean(exclude=["status"])
    _check_place(round_)
    round_.begin(by=by)
    handing_out.take_in(round_, by=by)
    return round_


@transaction.atomic
def edit(round_: EvaluationRound, *, by: User, **fields: Any) -> None:
    """Change a draft, or put off the closing of an open round."""
    _lock(round_)
    allowed = {Status.DRAFT: set(fields), Status.OPEN: WHILE_OPEN}.get(Status(round_.status), set())
    if not set(fields) <= allowed:
        raise Refused(_("Once a round is open, only its title and closing time are changed."), code="fixed")
    for name, value in fields.items():
        setattr(round_, name, value)
    if round_.status == Status.OPEN:
        _check_closing(round_.takes_until, now())
    _check_place(round_)
    round_.save(update_fields=fields.keys())
    reminders.plan(round_, at=now())


@transaction.atomic
def open_(round_: EvaluationRound, *, by: User, at: datetime | None = None) -> None:
    """Freeze the scheme, take in the running projects, and give every member their sheets."""
    at = at or now()
    _lock(round_)
    if round_.committee is None or round_.scheme is None:
        raise Refused(_("Choose a committee and a scheme first."), code="incomplete")
    _check_closing(round_.closes_at, at)
    if not round_.committee.members.serving(on=localdate(at)).exists():
        raise Refused(_("The committee has no members."), code="no_members")
    round_.move(Status.OPEN, by=by)
    _use(round_.scheme, by=by)
    handing_out.take_in(round_, by=by)
    if not round_.ratings.in_play().exists():
        raise Refused(_("No project of this street is running."), code="no_projects")
    assignments.bring_up_to_date(round_, on=localdate(at))
    handing_out.hand_out(round_, on=localdate(at))
    reminders.plan(round_, at=at)


def _use(scheme: Scheme, *, by: User) -> None:
    if scheme.status == Scheme.Status.DRAFT:
        schemes.freeze(scheme, by=by)
    elif scheme.status == Scheme.Status.RETIRED:
        raise Refused(_("This scheme is retired; choose another."), code="scheme_retired")


@transaction.atomic
def close(round_: EvaluationRound, *, by: User) -> None:
    """End the marking and compute the provisional grades."""
    surveys.close_of(round_, by=by)
    round_.move(Status.CLOSED, by=by)
    ratings.grade(round_, by=by)


@transaction.atomic
def reopen(round_: EvaluationRound, *, closes_at: datetime, reason: str, by: User, at: datetime | None = None) -> None:
    """Take marks again until a new time, because some were missing or something went wrong."""
    at = at or now()
    _check_closing(closes_at, at)
    if round_.status != Status.CLOSED:
        raise Refused(_("Only a closed round is opened again."), code="wrong_status")
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    round_.move(Status.OPEN, by=by, reason=reason, closes_at=closes_at)
    nothing: dict[str, Any] = {"total": None, "grade": "", "breakdown": {}, "hints": None, "input_hash": ""}
    for rating in round_.ratings.filter(status=Rating.Status.PROVISIONAL):
        rating.move(Rating.Status.PENDING, by=by, reason=reason, **nothing)
    handing_out.hand_out(round_, on=localdate(at))
    reminders.plan(round_, at=at)


@transaction.atomic
def announce(round_: EvaluationRound, *, by: User, at: datetime | None = None) -> None:
    """Tell each team its grade and how it came about; from the next day on it has some working days to appeal.

    What has to be in order before the teams are told is checked here.
    """
    at = at or now()
    _lock(round_)
    ratings.lock(round_)
    told = _graded(round_)
    meetings.check_confirmed(round_)
    until = add_working_days(localdate(at), round_.appeal_days)
    round_.move(Status.ANNOUNCED, by=by, announced_at=at, appeals_until=until)
    Rating.move_all(told, Rating.Status.ANNOUNCED, by=by)


@transaction.atomic
def publish(round_: EvaluationRound, *, by: User, at: datetime | None = None) -> None:
    """When the time to appeal is over, make every grade final, tell the teams, and let the brand library follow."""
    _lock(round_)
    ratings.lock(round_)
    at = at or now()  # only after the locks: what was recused before this moment counts, what comes after does not
    _check_time_to_appeal(round_, at)
    _check_appeals(round_)
    round_.move(Status.PUBLISHED, by=by, published_at=at)
    ratings.finalise(_graded(round_), by=by, at=at)


def _graded(round_: EvaluationRound) -> list[Rating]:
    """The ratings of a round that stand; refused while one of them has no grade."""
    standing = round_.ratings.filter(status__in=Rating.NOT_YET_FINAL).order_by("pk")
    found = list(standing.select_related("project__team", "project__region", "region"))
    ungraded = [str(rating.project) for rating in found if not rating.grade]
    if ungraded:
        raise Refused(
            _("Marks are missing, so these have no grade: %(projects)s. Open the round again, or leave them out.")
            % {"projects": together(ungraded)},
            code="ungraded",
        )
    for rating in found:
        rating.round = round_
    return found


def _check_time_to_appeal(round_: EvaluationRound, at: datetime) -> None:
    if round_.appeals_until and round_.takes_appeals(localdate(at)):
        raise Refused(
            _("The teams may appeal until %(day)s; the grades become final after that.")
            % {"day": date_format(round_.appeals_until)},
            code="time_to_appeal",
        )


def _check_appeals(round_: EvaluationRound) -> None:
    if Appeal.objects.open().filter(rating__round=round_).exists():
        raise Refused(APPEAL_OPEN, code="appeal_open")


@transaction.atomic
def cancel(round_: EvaluationRound, *, by: User, reason: str) -> None:
    """Give up a round; nothing of it counts. Not while an appeal is open."""
    _lock(round_)
    _check_appeals(round_)
    surveys.cancel_of(round_, by=by, reason=reason)
    round_.move(Status.CANCELLED, by=by, reason=reason)


def open_due(*, at: datetime, by: User) -> None:
    """Open every round that opens by itself and whose time has come; where that is refused the street is told why."""
    sweeps.each(
        EvaluationRound.objects.to_open(at).select_related("region"), lambda round_: _open(round_, at=at, by=by)
    )


def _open(round_: EvaluationRound, *, at: datetime, by: User) -> None:
    try:
        open_(round_, by=by, at=at)
    except Refused as no:
        reminders.tell_not_opened(round_, why=str(no), at=at)


def close_due(*, at: datetime, by: User) -> int:
    """Close every round whose time is over."""
    return len(sweeps.each(EvaluationRound.objects.due(at), lambda round_: close(round_, by=by)))


def publish_due(*, at: datetime, by: User) -> int:
    """Publish every round whose time to appeal is over and of which no appeal is open."""
    due = EvaluationRound.objects.past_appeal(localdate(at)).without_open_appeals()
    return len(sweeps.each(due, lambda round_: publish(round_, by=by, at=at)))


def _lock(round_: EvaluationRound) -> None:
    """Take a round, and see what others may have changed."""
    held = EvaluationRound.objects.select_for_update().values_list("status", "appeals_until")
    round_.status, round_.appeals_until = held.get(pk=round_.pk)


def _check_closing(closes_at: datetime | None, at: datetime) -> None:
    if closes_at is None or closes_at <= at:
        raise Refused(_("The closing time lies in the future."), code="closing_in_the_past")


def _check_place(round_: EvaluationRound) -> None:
    """The committee and the scheme are the street's own."""
    parts = [part for part in (round_.committee, round_.scheme) if part is not None]
    if any(part.region_id != round_.region_id for part in parts):
        raise Refused(_("The committee and the scheme are those of the street itself."), code="other_street")
