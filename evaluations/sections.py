"""What evaluations put on the pages of others: my missing sheets, the community's brands, what waits for the street."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from communities.coming import COMING, Coming
from communities.home import MY_SECTIONS, SECTIONS, Section
from communities.models import Region, User
from communities.todo import CARDS, TODO, Card, Todo
from evaluations.history import history_of
from evaluations.models import (
    Appeal,
    BrandListing,
    EvaluationMeeting,
    EvaluationRound,
    HonourEntry,
    Rating,
    Reviewer,
    ScoreSheet,
    Survey,
    SurveyHousehold,
)
from projects.models import Project
from projects.sections import PROJECT_SECTIONS
from teams.models import Team
from teams.priority import SOURCES
from teams.sections import TEAM_SECTIONS

SHOWN = 6
RUN = "evaluations.run_evaluationround"
ROUNDS = "/admin/evaluations/evaluationround/"
APPEALS = "/admin/evaluations/appeal/"


def missing_sheets(user: User) -> dict[str, Any]:
    """How many score sheets somebody still has to hand in, and in which round first."""
    under_way = EvaluationRound.objects.taking_marks(now())
    mine = ScoreSheet.objects.filter(member__user=user, rating__round__in=under_way).missing(on=localdate())
    rounds = list(mine.order_by("rating__round__closes_at").values_list("rating__round", flat=True))
    if not rounds:
        return {}
    first = EvaluationRound.objects.get(pk=rounds[0])
    return {
        "count": len(rounds),
        "until": first.closes_at,
        "taken_until": first.is_overdue(now()) and first.takes_until,
    }


def brands(region: Region, _user: Any) -> list[BrandListing]:
    """The community's projects in the brand library, the best first."""
    current = BrandListing.objects.current(localdate()).within(region.code)
    return list(current.select_related("project__team").order_by("-grade", "-listed_on", "-id")[:SHOWN])


def grades_of(project: Project, user: Any) -> list[dict[str, Any]]:
    """A project's final grades, the latest first; the team and the staff also see how each came about."""
    rows = Rating.objects.final().filter(project=project).select_related("round").prefetch_related("appeals")
    final = list(rows.order_by("-final_at")[:SHOWN])
    may = final and user.is_authenticated and user.has_perm("evaluations.explain_rating", final[0])
    return [{"rating": rating, "may_explain": may} for rating in final]


def surveys_here(region: Region, _user: Any) -> list[Survey]:
    """The community's household surveys that are drawn and not over."""
    drawn = Survey.objects.filter(status__in=[Survey.Status.DRAWN, Survey.Status.UNDER_WAY])
    return list(drawn.within(region.code).order_by("-id")[:SHOWN])


def households_to_visit(user: User) -> int:
    """How many households somebody still has to visit."""
    return int(SurveyHousehold.objects.owned_by(user).open().count())


def surveys_under_way() -> QuerySet[Survey]:
    return Survey.objects.under_way()


def history(team: Team, _user: Any) -> dict[str, Any]:
    """A team's final grades over the years; everybody may know them."""
    return history_of(team)


def honours_of(team: Team, _user: Any) -> list[HonourEntry]:
    """What a team was honoured with, the latest first."""
    honoured = HonourEntry.objects.honoured().filter(project__team=team).select_related("honour__region", "project")
    return list(honoured.order_by("-honour__year", "-pk"))


def grades_in_library(teams: QuerySet[Team], on: date) -> QuerySet:
    """The grades that these teams' projects have in the library on a day, the best first."""
    found: QuerySet = BrandListing.objects.current(on).filter(project__team__in=teams)
    return found.order_by("-grade").values("grade")


def to_open(user: User) -> QuerySet[EvaluationRound]:
    return EvaluationRound.objects.for_user(user, RUN).filter(status=EvaluationRound.Status.DRAFT)


def to_announce(user: User) -> QuerySet[EvaluationRound]:
    return EvaluationRound.objects.for_user(user, RUN).filter(status=EvaluationRound.Status.CLOSED)


def to_publish(user: User) -> QuerySet[EvaluationRound]:
    return EvaluationRound.objects.for_user(user, RUN).past_appeal(localdate()).without_open_appeals()


def being_scored() -> QuerySet[EvaluationRound]:
    return EvaluationRound.objects.filter(status=EvaluationRound.Status.OPEN)


def reviews_of(user: User) -> dict[str, int]:
    """How many appeals wait for the opinion of somebody who was asked to look into one."""
    mine = Reviewer.objects.filter(member__user=user)
    return {"count": mine.waiting().count()} if mine.sitting().exists() else {}


def appeals_to_review(user: User) -> QuerySet[Appeal]:
    return Appeal.objects.for_user(user, "evaluations.decide_appeal").filter(status=Appeal.Status.FILED)


def appeals_to_decide(user: User) -> QuerySet[Appeal]:
    """Under review, and nobody's opinion is missing any more."""
    under_review = Appeal.objects.for_user(user, "evaluations.decide_appeal").filter(status=Appeal.Status.UNDER_REVIEW)
    return under_review.exclude(pk__in=Reviewer.objects.waiting().values("appeal"))


def appeals_under_way() -> QuerySet[Appeal]:
    return Appeal.objects.open()


def my_meetings(user: User) -> list[EvaluationMeeting]:
    """Evaluation meetings that are planned or under way, which somebody sits in or runs."""
    ahead = EvaluationMeeting.objects.for_user(user, "evaluations.view_evaluationmeeting").ahead()
    return list(ahead.select_related("round").order_by("starts_at")[:SHOWN])


def meetings_ahead() -> QuerySet[EvaluationMeeting]:
    return EvaluationMeeting.objects.ahead()


MY_SECTIONS.append(Section("evaluations/_my_sheets.html", missing_sheets, order=20))
MY_SECTIONS.append(Section("evaluations/_my_visits.html", households_to_visit, order=25))
SECTIONS.append(Section("evaluations/_surveys.html", surveys_here, order=25))
MY_SECTIONS.append(Section("evaluations/_my_reviews.html", reviews_of, order=21))
MY_SECTIONS.append(Section("evaluations/_my_meetings.html", my_meetings, order=19))
SECTIONS.append(Section("evaluations/_brands.html", brands, order=60))
SOURCES.append(grades_in_library)
TEAM_SECTIONS.append(Section("evaluations/_honours_of_team.html", honours_of, order=15))
TEAM_SECTIONS.append(Section("evaluations/_history.html", history, order=20))
PROJECT_SECTIONS.append(Section("evaluations/_grades.html", grades_of, order=10))
TODO += [
    Todo(_("Evaluation rounds to open"), to_open, url=f"{ROUNDS}?status__exact=draft"),
    Todo(_("Evaluation rounds to announce to the teams"), to_announce, url=f"{ROUNDS}?status__exact=closed"),
    Todo(_("Appeals that need reviewers"), appeals_to_review, url=f"{APPEALS}?status__exact=filed"),
    Todo(_("Appeals to decide"), appeals_to_decide, url=f"{APPEALS}?status__exact=under_review"),
    Todo(_("Evaluation rounds to publish"), to_publish, url=f"{ROUNDS}?status__exact=announced"),
]
COMING.append(Coming(_("Appeals are to be decided"), appeals_under_way, at="due_on", perm="evaluations.view_appeal"))
COMING.append(Coming(_("Score sheets are due"), being_scored, at="closes_at", perm="evaluations.view_evaluationround"))
COMING.append(Coming(_("Household survey ends"), surveys_under_way, at="closes_at", perm="evaluations.view_survey"))
COMING.append(
    Coming(_("Evaluation meetings"), meetings_ahead, at="starts_at", perm="evaluations.view_evaluationmeeting")
)
CARDS.append(
    Card(
        _("Projects in the brand library"),
        "/api/v1/brand-listings/?status=listed",
        perm="evaluations.view_brandlisting",
        link="/admin/evaluations/brandlisting/",
    )
)
