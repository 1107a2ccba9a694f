"""复核: the street names who looks into an appeal; each of them gives an opinion, once and alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from evaluations.models import Appeal, CommitteeMember, Reviewer
from evaluations.models.appeals import CHALLENGED, PANEL, PANEL_TOO_SMALL
from evaluations.services import interests

Status = Reviewer.Status


def able(appeal: Appeal) -> QuerySet[CommitteeMember]:
    """Who may look into an appeal: members who serve, are not challenged, not recused, and not of the team."""
    rating = appeal.rating
    serving = CommitteeMember.objects.filter(committee=rating.round.committee_id).serving(on=localdate())
    challenged = appeal.challenges.values("member__user")
    rows = serving.exclude(user__in=challenged).exclude(interests.apart_from(rating.project_id))
    return rows.exclude(reviews__appeal=appeal).select_related("user")


@transaction.atomic
def begin(appeal: Appeal, *, members: Collection[CommitteeMember], by: User) -> None:
    """Name at least three members who look into an appeal; the review begins."""
    appeal.take()
    if len(set(members)) < PANEL:
        raise Refused(PANEL_TOO_SMALL, code="panel_too_small")
    _name(appeal, members, by=by)
    appeal.move(Appeal.Status.UNDER_REVIEW, by=by)


@transaction.atomic
def add(appeal: Appeal, *, members: Collection[CommitteeMember], by: User) -> None:
    """Let further members look into an appeal under review, as when one is ill."""
    _take(appeal)
    _name(appeal, members, by=by)


@transaction.atomic
def excuse(reviewer: Reviewer, *, reason: str, by: User) -> None:
    """Release a member who has given no opinion yet; at least three stay."""
    _take(reviewer.appeal)
    others = reviewer.appeal.reviewers.sitting().exclude(pk=reviewer.pk)
    if others.count() < PANEL:
        raise Refused(PANEL_TOO_SMALL, code="panel_too_small")
    reviewer.move(Status.EXCUSED, by=by, reason=reason)


@transaction.atomic
def opine(reviewer: Reviewer, *, upholds: bool, words: str, by: User, at: datetime | None = None) -> None:
    """Say whether the appeal is right, and why; it stays as it is."""
    _take(reviewer.appeal)
    if reviewer.member.user_id != by.pk:
        raise Refused(_("Everybody gives their own opinion."), code="not_own_opinion")
    if not Reviewer.objects.sitting().filter(pk=reviewer.pk).exists() and reviewer.status == Status.NAMED:
        raise Refused(CHALLENGED, code="challenged")
    if not words.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    reviewer.move(Status.GIVEN, by=by, upholds=upholds, words=words.strip(), given_at=at or now())


def _take(appeal: Appeal) -> None:
    appeal.take()
    if appeal.status != Appeal.Status.UNDER_REVIEW:
        raise Refused(_("This appeal is not under review."), code="not_under_review")


def _name(appeal: Appeal, members: Collection[CommitteeMember], *, by: User) -> None:
    fit = set(able(appeal).filter(pk__in=[member.pk for member in members]).values_list("pk", flat=True))
    if fit != {member.pk for member in members}:
        raise Refused(CHALLENGED, code="challenged")
    for member in members:
        Reviewer(appeal=appeal, region=appeal.region, member=member).begin(by=by)
