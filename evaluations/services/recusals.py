"""回避: whoever has an interest in a project does not score it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.calendar import add_working_days
from communities.models import Refused, Region, User
from communities.models.record import record
from evaluations.models import Appeal, EvaluationRound, Rating, Recusal, Reviewer, ScoreSheet
from evaluations.services import ratings
from projects.models import Project


@transaction.atomic
def recuse(
    user: User, *, project: Project, region: Region, reason: str, by: User, at: datetime | None = None
) -> Recusal:
    """Keep a member from a project for good; what they gave in rounds not yet published no longer counts.

    Nor does their opinion on an appeal still to be decided, of which the street is told.
    """
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    touched = _touched(user, project)  # waits for a closing or publishing under way; the clock is asked after that
    at = at or now()
    recusal = Recusal(region=region, user=user, project=project, reason=reason.strip(), by=by, at=at)
    recusal.save(force_insert=True)
    record(recusal, region=region, new="recused", by=by, reason=reason)
    # Why, is for the street alone: a rating's record has more readers.
    note = _("%(member)s is recused.") % {"member": user.shown_name}
    for rating in touched:
        ratings.note(rating, by=by, reason=note)
        if rating.status in Rating.NOT_YET_FINAL:
            changed = ratings.regrade(rating, by=by, reason=note)
            # Who has appealed has had that time, and learns of the change from the decision.
            if changed and rating.status == Rating.Status.ANNOUNCED and not rating.appeals.open().exists():
                _give_time_to_appeal(rating.round, at)
    _leave_panels(user, project, by=by)
    return recusal


def _leave_panels(user: User, project: Project, *, by: User) -> None:
    """The record of each open appeal says that a voice is gone; whose, is for the street alone: the team reads it."""
    panels = Reviewer.objects.filter(member__user=user, appeal__rating__project=project)
    seats = panels.exclude(status=Reviewer.Status.EXCUSED)
    for appeal in Appeal.objects.open().filter(pk__in=seats.values("appeal")).select_related("region"):
        record(appeal, region=appeal.region, old=appeal.status, new="reviewer_recused", by=by)


def recuse_self(sheet: ScoreSheet, *, reason: str, by: User, at: datetime | None = None) -> Recusal:
    """A member steps back from the project of one of their score sheets."""
    rating = sheet.rating
    return recuse(sheet.member.user, project=rating.project, region=rating.round.region, reason=reason, by=by, at=at)


def _touched(user: User, project: Project) -> list[Rating]:
    """The project's ratings, not yet final, in which this person has a sheet."""
    under_way = EvaluationRound.objects.filter(status__in=EvaluationRound.UNDER_WAY, ratings__project=project)
    # The round before its ratings, as everybody takes them.
    held = list(EvaluationRound.objects.select_for_update().filter(pk__in=under_way.values("pk")).values_list("pk"))
    rows = Rating.objects.select_for_update(of=("self",)).filter(
        project=project, final_at=None, round__committee__members__user=user
    )
    mine = rows.filter(round__status__in=EvaluationRound.UNDER_WAY, sheets__member__user=user)
    return list(mine.select_related("round", "region")) if held else []


def _give_time_to_appeal(round_: EvaluationRound, at: datetime) -> None:
    """A team whose grade changed after it was told of it has the whole time to appeal against the new one."""
    until = add_working_days(localdate(at), round_.appeal_days)
    EvaluationRound.objects.filter(pk=round_.pk, appeals_until__lt=until).update(appeals_until=until)
