"""Every page of the round and the workbench asks the database as often for 300 projects as for 3."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from evaluations.models import BrandListing, ScoreSheet
from evaluations.services import assignments, honours, letters, reviews, rounds
from tests.evaluations import survey as survey_season
from tests.evaluations.appeal import file
from tests.evaluations.crowd import Crowd, fill_in
from tests.evaluations.meeting import opened, voted
from tests.evaluations.season import publish
from tests.factories import BrandListingFactory, TeamContactFactory

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 300
GRIDS = {"第1网格": 10}


def same(measured, *args):
    assert measured(FEW, *args) == measured(MANY, *args)


def asked_of(client, **urls):
    """How often the database is asked for each page, which is fetched once before."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # what was put in just now is unknown to its planner
            cursor.execute("ANALYZE")
    found = {}
    for name, url in urls.items():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
        assert answer.status_code == 200, (name, url)
        found[name] = len(queries)
    return found


def console(*models, **things):
    """The lists of these models in the console, and the pages of these things."""
    pages = {model: reverse(f"admin:evaluations_{model}_changelist") for model in models}
    return pages | {
        f"one-{model}": reverse(f"admin:evaluations_{model}_change", args=[thing.pk]) for model, thing in things.items()
    }


def lists(*names):
    return {name: f"/api/v1/{name}/?page_size=100" for name in names}


@pytest.mark.parametrize("step", ["draft", "open", "closed", "announced"])
def test_the_pages_of_a_round(step, browse, api):
    same(of_a_round, step, browse, api)


def of_a_round(size, step, browse, api):
    crowd = Crowd(size)
    if step != "draft":
        crowd.open()
    if step in {"closed", "announced"}:
        crowd.close()
    if step == "announced":
        rounds.announce(crowd.round, by=crowd.official)
    member = crowd.round.committee.members.get(group="street").user
    mine = {"workbench": "/scoring/", "me": "/me/"}
    if step == "open":
        mine |= {"declare": f"/scoring/rounds/{crowd.round.pk}/declare/"}
    for sheet in ScoreSheet.objects.filter(member__user=member)[:1]:
        mine |= {"sheet": f"/scoring/{sheet.pk}/", "recuse": f"/scoring/{sheet.pk}/recuse/"}
    rating, here = crowd.ratings.earliest("pk"), f"/api/v1/evaluation-rounds/{crowd.round.pk}/"
    street = console("evaluationround", "rating", evaluationround=crowd.round, rating=rating)
    street |= {"cautions": f"/rounds/{crowd.round.pk}/cautions/", "front": "/admin/"}
    resources = lists("ratings", "evaluation-rounds", "score-sheets", "declarations", "reminders")
    resources |= {"progress": f"{here}progress/", "cautions": f"{here}cautions/", "round": here}
    return [
        asked_of(browse(member), **mine),
        asked_of(api(member), **lists("score-sheets", "declarations", "ratings")),
        asked_of(browse(crowd.official), **street),
        asked_of(api(crowd.official), **resources),
    ]


def test_a_round_is_published_in_as_many_statements_for_30_projects_as_for_3():
    of_publishing(1)  # what is asked once is asked here

    assert of_publishing(3) == of_publishing(30)


def of_publishing(size):
    """How many statements publishing takes when each project has an older listing, which its new grade ends."""
    crowd = Crowd(size).open()
    for project in crowd.projects:
        BrandListingFactory(region=crowd.community, rating__project=project)
    crowd.close()
    rounds.announce(crowd.round, by=crowd.official, at=now() - timedelta(days=60))
    with CaptureQueriesContext(connection) as queries:
        rounds.publish(crowd.round, by=crowd.official)
    listings = BrandListing.objects.filter(project__in=crowd.projects)
    assert {status: listings.filter(status=status).count() for status in ("listed", "expired")} == {
        "listed": size,
        "expired": size,
    }
    assert set(listings.filter(status="expired").values_list("ended_by__round", flat=True)) == {crowd.round.pk}
    assert not crowd.projects.exclude(last_graded_at=crowd.round.published_at).exists()
    return len(queries)


def test_the_pages_of_a_plan(browse, api):
    same(of_a_plan, browse, api)


def of_a_plan(size, browse, api):
    crowd = Crowd(size)
    plan = assignments.draw_up(crowd.round, by=crowd.official, seed="2026", street=1, residents=1)
    round_ = crowd.round
    return [
        asked_of(browse(crowd.official), **console("assignmentplan", assignmentplan=plan, evaluationround=round_)),
        asked_of(api(crowd.official), **lists("assignment-plans"), plan=f"/api/v1/assignment-plans/{plan.pk}/"),
    ]


def test_the_pages_of_a_meeting(browse, api):
    same(of_a_meeting, browse, api)


def of_a_meeting(size, browse, api):
    crowd = Crowd(size, confirmed_by_meeting=True).open().close()
    meeting = opened(crowd.round, crowd.official, present=5)
    item = voted(meeting.items.first(), crowd.official, *["for"] * 5)
    here, seat = f"/meetings/{meeting.pk}/", meeting.seats.first()
    pages = {"meetings": "/meetings/", "meeting": here, "part": f"{here}?part=1", "item": f"/meetings/items/{item.pk}/"}
    control = {"control": f"{here}control/", "minutes": f"{here}minutes/"}
    control |= console("evaluationmeeting", evaluationmeeting=meeting)
    return [
        asked_of(browse(seat.member.user), **pages),
        asked_of(browse(crowd.official), **control, **pages),
        asked_of(api(crowd.official), **lists("evaluation-meetings", "agenda-items", "grade-votes", "meeting-seats")),
    ]


def test_the_pages_of_a_survey(browse, api):
    same(of_a_survey, browse, api)


def of_a_survey(size, browse, api):
    def make_round(street, by, **_fields):
        return survey_season.survey_round(street, by, is_open=False)

    crowd = Crowd(size, make_round)
    survey_season.settle(crowd.community, GRIDS)
    rounds.open_(crowd.round, by=crowd.official)
    survey = survey_season.running(crowd.community, crowd.round, crowd.official, size=7)
    open_ones = survey_season.open_households(survey)
    for household in open_ones[1:]:
        survey_season.reply(household)
    (letter,) = letters.print_for(survey, households=[open_ones[0].pk], by=crowd.official)
    survey.households.update(interviewer=crowd.official)
    here = f"/surveys/{survey.pk}/"
    under_way = {"visits": "/visits/", "visit": f"/visits/{open_ones[0].pk}/", "letters": f"{here}letters/"}
    found = [
        asked_of(browse(), letter=f"/s/{letter.secret}/"),
        asked_of(browse(crowd.official), **under_way),
    ]
    fill_in(crowd.round)
    rounds.close(crowd.round, by=crowd.official)
    pages = {"survey": here, "results": f"{here}results/", "cautions": f"/rounds/{crowd.round.pk}/cautions/"}
    pages |= console("survey", "surveyhousehold", "surveyresult", survey=survey)
    resources = lists("surveys", "survey-households", "survey-results", "survey-questions")
    return [*found, asked_of(browse(crowd.official), **pages), asked_of(api(crowd.official), **resources)]


def test_what_everybody_sees_of_final_grades(browse, api):
    same(of_final_grades, browse, api)


def of_final_grades(size, browse, api):
    crowd = Crowd(size).open().close()
    publish(crowd.round, crowd.official)
    rule = {"year": crowd.ratings.first().final_at.year, "places": 3, "least_grade": "3A", "compare": "support"}
    honour = honours.draft(crowd.street, title="十佳", by=crowd.official, **rule)
    honours.announce(honour, by=crowd.official)
    assert len(honours.draw(honour, by=crowd.official)) == size  # equals at the last place are all on it
    rating = crowd.ratings.select_related("project__team").first()
    contact = TeamContactFactory(team=rating.project.team).user
    public = {
        "brand": f"/brand/?place={crowd.street.code}",
        "honours": "/honours/",
        "honour": honour.get_absolute_url(),
    }
    public |= {"team": rating.project.team.get_absolute_url(), "project": rating.project.get_absolute_url()}
    pages = console("brandlisting", "honourentry", "rating", honour=honour)
    return [
        asked_of(browse(), **public),
        asked_of(browse(contact), rating=f"/ratings/{rating.pk}/"),
        asked_of(browse(crowd.official), **pages),
        asked_of(api(), **lists("ratings", "brand-listings", "honours", "honour-entries")),
    ]


def test_the_pages_of_appeals(browse, api):
    same(of_appeals, browse, api)


def of_appeals(size, browse, api):
    """An appeal of the first project, in a round of so many."""
    crowd = Crowd(size).open().close()
    rounds.announce(crowd.round, by=crowd.official, at=now() - timedelta(hours=1))
    rating = crowd.ratings.select_related("round__scheme", "region", "project__team").first()
    contact = TeamContactFactory(team=rating.project.team).user
    form = asked_of(browse(contact), form=f"/ratings/{rating.pk}/appeal/")
    appeal = file(rating, contact)
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=crowd.official)
    reviewer = appeal.reviewers.select_related("member__user").first()
    return [
        form,
        asked_of(browse(contact), appeal=f"/appeals/{appeal.pk}/"),
        asked_of(browse(reviewer.member.user), reviews="/reviews/", review=f"/reviews/{reviewer.pk}/"),
        asked_of(browse(crowd.official), **console("appeal", "reviewer", appeal=appeal, reviewer=reviewer)),
        asked_of(api(crowd.official), **lists("appeals", "appeal-reviewers")),
    ]
