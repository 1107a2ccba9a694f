"""申诉: filed by the team while it may, looked into by members who are not challenged, upheld or dismissed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.calendar import add_working_days
from communities.models import Refused, User
from communities.services import uploads
from evaluations.models import Appeal, Challenge, EvaluationRound, Indicator, Rating
from evaluations.models.appeals import PANEL, PANEL_DISAGREES, PANEL_TOO_SMALL
from evaluations.services import corrections, numbers, ratings
from projects.models.people import contacts_of

Status = Appeal.Status
# How many working days the street has to decide.
DAYS_TO_DECIDE = 10


@transaction.atomic
def file(
    rating: Rating,
    *,
    by: User,
    reason: str,
    indicators: Iterable[Indicator],
    members: Collection[int] = (),
    groups: Collection[str] = (),
    files: Iterable[UploadedFile] = (),
    at: datetime | None = None,
) -> Appeal:
    """Say what is wrong with the team's own announced grade: which indicators, and whose marks.

    `members` are numbers as the explanation shows them, `groups` evaluator groups whose every mark is challenged.
    """
    at = at or now()
    _lock(rating)
    _check_time(rating, at)
    indicators = list(indicators)
    _check_words(rating, by=by, reason=reason, indicators=indicators)
    due_on = add_working_days(localdate(at), DAYS_TO_DECIDE)
    appeal = Appeal(rating=rating, region=rating.region, author=by, reason=reason.strip(), filed_at=at, due_on=due_on)
    appeal.begin(by=by)
    appeal.indicators.set(indicators)
    _challenge(appeal, members=members, groups=groups)
    appeal.files.set([uploads.store(file, by=by) for file in files])
    return appeal


def withdraw(appeal: Appeal, *, by: User) -> None:
    """The team takes its appeal back before anybody looks into it; it may file another in time."""
    _check_own(appeal.rating, by)
    appeal.move(Status.WITHDRAWN, by=by)


@transaction.atomic
def uphold(
    appeal: Appeal, *, by: User, reason: str, marks: corrections.NewMarks = (), recused: Collection[int] = ()
) -> None:
    """Decide that the appeal is right, and correct what it is about; the grade is computed again from what counts now.

    `marks` are (number of the member, indicator, new mark), `recused` numbers of members whose marks do not count.
    """
    _take(appeal, Status.UPHELD, by=by)
    before = ratings.in_words(appeal.rating)
    total, grade = appeal.rating.total, appeal.rating.grade
    corrections.correct(appeal, marks=marks, recused=recused, reason=reason, by=by)
    ratings.regrade(appeal.rating, by=by, reason=_("Appeal upheld."))
    if total is not None and _is_worse(appeal.rating, total, grade):
        raise Refused(_("An appeal does not make a grade worse."), code="made_worse")
    _decide(appeal, Status.UPHELD, by=by, reason=reason, before=before)


def _is_worse(rating: Rating, total: Decimal, grade: str) -> bool:
    """Whether it has fewer points or a lower grade than before, or lost it with the only marks for an indicator."""
    return rating.total is None or rating.total < total or rating.grade < grade


@transaction.atomic
def dismiss(appeal: Appeal, *, by: User, reason: str) -> None:
    """Decide that the grade stands, saying why."""
    _take(appeal, Status.DISMISSED, by=by)
    _decide(appeal, Status.DISMISSED, by=by, reason=reason, before=ratings.in_words(appeal.rating))


def refusal_to_file(rating: Rating, *, at: datetime) -> str:
    """Why nobody can appeal against this grade now, or nothing."""
    if rating.status != Rating.Status.ANNOUNCED or not rating.round.takes_appeals(localdate(at)):
        return _("The time to appeal is over, or has not begun.")
    if rating.appeals.exclude(status=Status.WITHDRAWN).exists():
        return _("There is an appeal against this grade already; a grade is appealed once.")
    return ""


def _decide(appeal: Appeal, to: str, *, by: User, reason: str, before: str) -> None:
    _check_panel(appeal, to)  # again: the correction itself may have recused one who looked into it
    after = ratings.in_words(appeal.rating)
    appeal.move(to, by=by, reason=reason, answer=reason.strip(), decided_at=now(), before=before, after=after)


def _lock(rating: Rating) -> None:
    """Take the round and the rating, in the order in which everybody takes them; see both as they are now."""
    rating.round = EvaluationRound.objects.select_for_update().get(pk=rating.round_id)
    rating.status = Rating.objects.select_for_update().values_list("status", flat=True).get(pk=rating.pk)


def _take(appeal: Appeal, to: str, *, by: User) -> None:
    """Take an appeal to decide it; whoever is challenged or speaks for the team does not."""
    _lock(appeal.rating)
    appeal.rating.refresh_from_db(from_queryset=Rating.objects.select_related("round__scheme", "project", "region"))
    appeal.take()
    if appeal.status != Status.UNDER_REVIEW:
        raise Refused(_("This appeal is not under review."), code="not_under_review")
    _check_panel(appeal, to)
    is_challenged = appeal.challenges.filter(member__user=by).exists()
    if is_challenged or contacts_of(appeal.rating.project.team).filter(pk=by.pk).exists():
        raise Refused(_("Nobody decides an appeal against their own marks, or of their own team."), code="own_appeal")


def _check_panel(appeal: Appeal, to: str) -> None:
    if appeal.opinions().total() < PANEL:
        raise Refused(PANEL_TOO_SMALL, code="panel_too_small")
    if not appeal.may_become(to):
        raise Refused(PANEL_DISAGREES, code="panel_disagrees")


def _check_time(rating: Rating, at: datetime) -> None:
    if rating.status != Rating.Status.ANNOUNCED or not rating.round.takes_appeals(localdate(at)):
        raise Refused(_("The time to appeal is over, or has not begun."), code="no_time_to_appeal")


def _check_own(rating: Rating, by: User) -> None:
    if not contacts_of(rating.project.team).filter(pk=by.pk).exists():
        raise Refused(_("A team appeals against its own grade alone."), code="not_own_grade")


def _check_words(rating: Rating, *, by: User, reason: str, indicators: list[Indicator]) -> None:
    _check_own(rating, by)
    if rating.appeals.exclude(status=Status.WITHDRAWN).exists():
        raise Refused(
            _("There is an appeal against this grade already; a grade is appealed once."), code="one_appeal_per_grade"
        )
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if not indicators or any(one.scheme_id != rating.round.scheme_id or not one.is_leaf for one in indicators):
        raise Refused(_("Choose at least one indicator of this round."), code="no_indicator")


def _challenge(appeal: Appeal, *, members: Collection[int], groups: Collection[str]) -> None:
    known = numbers.members_of(appeal.rating)
    if not set(members) <= known.keys():
        raise Refused(_("There is no member with this number in the explanation."), code="no_such_member")
    for number, member in known.items():
        if number in members or member.group in groups:
            group = member.group if member.group in groups else ""
            Challenge.objects.create(appeal=appeal, member=member, number=number, group=group)
