"""回避: whoever has an interest in a project does not score it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from communities.models.record import record
from evaluations.models import EvaluationRound, Rating, Recusal, ScoreSheet
from evaluations.services import ratings
from projects.models import Project


@transaction.atomic
def recuse(
    user: User, *, project: Project, region: Region, reason: str, by: User, at: datetime | None = None
) -> Recusal:
    """Keep a member from a project for good; what they gave in rounds not yet published no longer counts."""
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    touched = _touched(user, project)  # waits for a closing or publishing under way; the clock is asked after that
    recusal = Recusal(region=region, user=user, project=project, reason=reason.strip(), by=by, at=at or now())
    recusal.save(force_insert=True)
    record(recusal, region=region, new="recused", by=by, reason=reason)
    # Why, is for the street alone: a rating's record has more readers.
    note = _("%(member)s is recused.") % {"member": user.shown_name}
    for rating in touched:
        ratings.note(rating, by=by, reason=note)
        if rating.status == Rating.Status.PROVISIONAL:
            ratings.regrade(rating, by=by, reason=note)
    return recusal


def recuse_self(sheet: ScoreSheet, *, reason: str, by: User, at: datetime | None = None) -> Recusal:
    """A member steps back from the project of one of their score sheets."""
    rating = sheet.rating
    return recuse(sheet.member.user, project=rating.project, region=rating.round.region, reason=reason, by=by, at=at)


def _touched(user: User, project: Project) -> list[Rating]:
    """The project's ratings, not yet final, in which this person has a sheet."""
    rows = Rating.objects.select_for_update(of=("self",)).filter(
        project=project, final_at=None, round__committee__members__user=user
    )
    under_way = [EvaluationRound.Status.OPEN, EvaluationRound.Status.CLOSED]
    return list(rows.filter(round__status__in=under_way, sheets__member__user=user).select_related("round", "region"))
