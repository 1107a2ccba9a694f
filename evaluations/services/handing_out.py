"""分发评分表: which projects a round takes in, and who gets a sheet for each."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import User
from evaluations.models import EvaluationRound, Rating, Recusal, ScoreSheet
from projects.models import Project
from teams.models import TeamContact


@transaction.atomic
def take_in(round_: EvaluationRound, *, by: User) -> int:
    """Take the running projects of the street's communities into a round; those that ended meanwhile drop out."""
    running = Project.objects.running().within(round_.region.code)
    for rating in round_.ratings.filter(status=Rating.Status.PENDING).exclude(project__in=running):
        rating.move(Rating.Status.LEFT_OUT, by=by, reason=_("The project no longer runs."))
    new = running.exclude(ratings__round=round_).order_by("pk")
    for project in new:
        Rating(round=round_, project=project, region=project.region).begin(by=by)
    return len(new)


def hand_out(round_: EvaluationRound, *, on: date) -> int:
    """Give every member a sheet for every project of the round, except those recused; again gives nothing twice."""
    given = set(ScoreSheet.objects.filter(rating__round=round_).values_list("rating_id", "member_id"))
    ratings = list(round_.ratings.filter(status=Rating.Status.PENDING))
    projects = [rating.project_id for rating in ratings]
    recused = set(Recusal.objects.filter(project__in=projects).values_list("user_id", "project_id"))
    # Whoever speaks for a team has an interest in its projects, whether or not anybody said so.
    speak = TeamContact.objects.filter(team__projects__in=projects)
    recused |= set(speak.values_list("user_id", "team__projects"))
    members = list(round_.committee.members.serving(on=on)) if round_.committee else []
    sheets = [
        ScoreSheet(region_id=rating.region_id, rating=rating, member=member, status=ScoreSheet.Status.DRAFT)
        for rating in ratings
        for member in members
        if (rating.pk, member.pk) not in given and (member.user_id, rating.project_id) not in recused
    ]
    ScoreSheet.objects.bulk_create(sheets, batch_size=1000)
    return len(sheets)
