"""A household survey's whole life through the API and in the console, and who sees what of it on the way."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from communities.grants import Role
from evaluations.models import Survey, SurveyHousehold
from evaluations.services import letters, rounds, surveys
from tests.evaluations.season import hand_in
from tests.evaluations.survey import ask, drawn, open_households, planned, reply, settle
from tests.factories import RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
SURVEYS, HOUSEHOLDS = "/api/v1/surveys/", "/api/v1/survey-households/"


def test_a_survey_lives_through_the_api(api, community, round_, official, project):
    settle(community)
    street, interviewer = api(official), api(UserFactory(username="diaochayuan"))
    leaf = round_.scheme.indicators.get(code="A2")
    plan = {
        "region": community.pk, "round": round_.pk, "title": "入户调查", "size": 8,
        "closes_at": (now() + timedelta(days=9)).isoformat(),
    }  # fmt: skip

    survey = street.post(SURVEYS, plan).json()
    own = f"{SURVEYS}{survey['id']}/"
    question = {"survey": survey["id"], "kind": "satisfaction", "text": "满意吗？", "indicator": leaf.pk}
    said = [
        street.post("/api/v1/survey-questions/", question),
        street.post(f"{own}list-households/"),
        street.post(f"{own}draw/", {"seed": "20260815"}),
        street.post(f"{own}assign/", {"account": "diaochayuan"}),
        street.post(f"{own}start/"),
    ]
    waiting = interviewer.get(HOUSEHOLDS, {"status": "open"}).json()["results"]
    asked = interviewer.get(f"{HOUSEHOLDS}{waiting[0]['id']}/questions/").json()
    answers = [{"question": asked[0]["question"], "project": asked[0]["project"], "level": 5}]
    said += [interviewer.post(f"{HOUSEHOLDS}{one['id']}/answer/", {"answers": answers}) for one in waiting[:5]]
    said.append(interviewer.post(f"{HOUSEHOLDS}{waiting[5]['id']}/visit/", {"outcome": "refused"}))
    twice = interviewer.post(f"{HOUSEHOLDS}{waiting[0]['id']}/answer/", {"answers": answers})
    said.append(street.post(f"{own}close/"))
    report = street.get(f"{own}report/").json()

    assert [one.status_code for one in said] == [201, *[200] * 11]
    assert "****" in waiting[0]["address"]
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "answered_once")
    assert (report["answered"], report["refused"], report["response_rate"]) == (5, 1, "55.6")
    assert (report["is_shown"], report["figures"]) == (False, [])
    assert street.get("/api/v1/survey-results/").json()["results"] == []
    hand_in(round_, 8)
    rounds.close(round_, by=official)
    assert street.get(f"{own}report/").json()["figures"][0]["share"] == "100.0"
    assert street.get("/api/v1/survey-results/").json()["results"][0]["mark"] == "10.00"


def test_anybody_has_the_published_files(api, survey):
    frame = api().get(f"{SURVEYS}{survey.pk}/frame/").json()

    assert frame["households"].startswith("grid,household\n")
    assert frame["drawn"].count(",drawn\n") == survey.size


def test_a_household_answers_by_code_without_an_account(api, survey, official):
    household = open_households(survey)[0]
    letter = letters.print_for(survey, households=[household.pk], by=official)[0]
    nobody, address = api(), "/api/v1/survey-answers/"

    wrong = nobody.post(f"{address}questions/", {"code": "000000000000"})
    asked = nobody.post(f"{address}questions/", {"code": letter.code}).json()
    answers = [{"question": asked[0]["question"], "project": asked[0]["project"], "level": 2}]
    sent = nobody.post(address, {"code": letter.code, "answers": answers})
    again = nobody.post(address, {"code": letter.code, "answers": answers})

    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "no_letter")
    assert len(asked) == 3
    assert (sent.status_code, again.status_code) == (201, 409)
    assert SurveyHousehold.objects.get(pk=household.pk).status == "answered"


@pytest.mark.parametrize("role", [Role.COMMUNITY_STAFF, Role.OBSERVER, Role.COMMITTEE_MEMBER, Role.RESIDENT])
def test_who_does_not_run_the_survey_changes_nothing(api, person, survey, community, street, role):
    client = api(person(role, community if role == Role.COMMUNITY_STAFF else street))
    household = open_households(survey)[0]

    answers = [
        client.post(f"{SURVEYS}{survey.pk}/close/"),
        client.post(f"{SURVEYS}{survey.pk}/cancel/", {"reason": "x"}),
        client.patch(f"{SURVEYS}{survey.pk}/", {"title": "x"}),
        client.post(f"{HOUSEHOLDS}{household.pk}/visit/", {"outcome": "refused"}),
        client.post("/api/v1/survey-questions/", {"survey": survey.pk, "text": "x"}),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert Survey.objects.get().status == "under_way"


def test_another_street_s_survey_is_unknown(api, person, survey):
    stranger = api(person(Role.STREET_STAFF, RegionFactory(code="990102009", level="street")))

    assert stranger.post(f"{SURVEYS}{survey.pk}/close/").status_code == 404
    assert stranger.get(HOUSEHOLDS).json()["results"] == []
    assert stranger.get(f"{SURVEYS}{survey.pk}/report/").status_code == 404


def figures_in(text):
    """What the answers of the test would show: three quarters of satisfaction, and the words."""
    return [one for one in ("75.0", "0.750000000000", "7.50", "多种树") if one in text]


def test_nobody_reads_a_figure_before_the_round_is_closed(api, browse, person, survey, official, street, community):
    """Every address of a survey, as everybody, while the round is open: no mean, no mark, no words."""
    for household in open_households(survey)[:8]:
        reply(household, level=4, text="多种树")
    surveys.close(survey, by=official)
    people = [official, *(person(role, street) for role in (Role.OBSERVER, Role.COMMITTEE_MEMBER)),
              person(Role.COMMUNITY_STAFF, community), None]  # fmt: skip
    addresses = [
        *("/api/v1/surveys/", f"{SURVEYS}{survey.pk}/", f"{SURVEYS}{survey.pk}/report/", "/api/v1/survey-results/"),
        *("/api/v1/survey-households/", "/api/v1/survey-questions/", "/admin/evaluations/surveyresult/"),
        reverse("admin:evaluations_survey_change", args=[survey.pk]),
        reverse("evaluations:survey", args=[survey.pk]),
        reverse("evaluations:survey-results", args=[survey.pk]),
        f"/c/{community.code}/",
    ]

    shown = [
        (who and who.pk, address, found)
        for who in people
        for address in addresses
        if (found := figures_in((api if "/api/" in address else browse)(who).get(address).content.decode()))
    ]

    assert shown == []
    survey.round.status = "closed"
    survey.round.save()
    assert figures_in(api(official).get(f"{SURVEYS}{survey.pk}/report/").content.decode()) == ["75.0", "多种树"]


def test_small_groups_are_shown_nowhere_even_afterwards(api, browse, survey, official):
    """Four answers of one grid and one of another: the question has five, the grids are joined."""
    first, second = ([one for one in open_households(survey) if one.grid == grid] for grid in ("第1网格", "第2网格"))
    for household in [*first[:4], second[0]]:
        reply(household, level=4, text="多种树" if household == second[0] else "")
    surveys.close(survey, by=official)
    survey.round.status = "closed"
    survey.round.save()

    report = api(official).get(f"{SURVEYS}{survey.pk}/report/").json()

    assert report["grids"] == [{"grids": ["第1网格", "第2网格"], "answers": 5, "share": "75.0"}]
    assert [figure["texts"] for figure in report["figures"]] == [[], [], []]


# -- console


def test_the_console_plans_lists_draws_and_starts(browse, community, round_, official):
    settle(community)
    client, add = browse(official), reverse("admin:evaluations_survey_add")
    ends = now() + timedelta(days=9)
    typed = {
        "region": community.pk, "round": round_.pk, "title": "入户调查", "size": 8, "substitutes": 50, "visits": 3,
        "closes_at_0": f"{ends:%Y-%m-%d}", "closes_at_1": "18:00:00", "intro": "", "intro_en": "",
    }  # fmt: skip

    made = client.post(add, typed)
    survey = Survey.objects.get()
    ask(survey)
    page = reverse("admin:evaluations_survey_change", args=[survey.pk])
    base = page.removesuffix("change/")
    client.post(f"{base}list-households/")
    listed = client.get(page).content.decode()
    client.post(f"{base}draw/", {"seed": "2026-08-15"})
    client.post(f"{base}assign/", {"interviewer": official.username, "grid": ""})
    client.post(f"{base}start/")

    survey.refresh_from_db()
    assert made.status_code == 302
    assert survey.frame_hash in listed
    assert (survey.status, survey.seed) == ("under_way", "2026-08-15")
    assert survey.households.filter(interviewer=official).count() == 13


def test_the_console_says_why_not(browse, community, round_, official):
    settle(community, {"甲": 3})
    survey = planned(community, round_, official, size=3)
    page = f"{reverse('admin:evaluations_survey_changelist')}{survey.pk}/start/"
    drawn(survey, official)

    answer = browse(official).post(page)

    assert "还没有题目" in answer.content.decode()


def test_the_console_lists_households_masked(browse, survey, official):
    listed = browse(official).get(reverse("admin:evaluations_surveyhousehold_changelist")).content.decode()

    assert "第1****" in listed
    assert not any(one.address in listed for one in survey.households.all())
