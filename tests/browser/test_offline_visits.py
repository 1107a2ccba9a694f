"""An interviewer whose network is cut: households open, what was met at the doors waits and arrives once."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.models import Survey, SurveyHousehold, SurveyVisit
from evaluations.models.survey_answers import SurveyAnswer
from evaluations.services import surveys
from tests.browser.phone import ROWS, cut, ready, waits
from tests.evaluations.season import official_of, running_project
from tests.evaluations.survey import open_households, running, settle, survey_round
from tests.factories import UserFactory

LIST = "/visits/"


@pytest.fixture
def survey(transactional_db, street, community):
    """Three households of one interviewer; each is asked about one project."""
    official = official_of(street)
    running_project(community, title="邻里食堂")
    settle(community, {"第1网格": 8})
    made = running(community, survey_round(street, official), official, size=3)
    surveys.assign(made, interviewer=UserFactory(), by=official)
    return made


@pytest.fixture
def phone(page, survey):
    return ready(page(survey.households.first().interviewer), path=LIST, pages=3)


def open_visit(tab, household):
    tab.goto(reverse("evaluations:visit", args=[household.pk]))
    tab.wait_for_selector("#spot[data-open]")


def answer(tab):
    tab.click("fieldset.levels >> nth=0 >> text=非常满意")
    tab.click("button[value=answer]")


def test_visits_noted_without_network_arrive_once(phone, survey, violations):
    first, second, third = open_households(survey)
    cut(phone)
    phone.goto(LIST)
    phone.click(f"a[data-sheet='v{first.pk}']")
    phone.wait_for_selector("#spot[data-open]")
    assert violations(phone) == {}
    phone.click("button[value=absent]")
    phone.wait_for_selector(f"a[data-sheet='v{first.pk}'] .here")
    open_visit(phone, second)
    phone.click("details summary >> text=拒访")
    phone.click("button[value=refused]")
    phone.wait_for_selector(f"a[data-sheet='v{second.pk}'] .here")
    open_visit(phone, third)
    answer(phone)
    phone.wait_for_selector(f"a[data-sheet='v{third.pk}'] .here")
    expect(phone.locator("[data-spot-line]")).to_contain_text("3 项未发送")
    assert violations(phone) == {}
    assert SurveyVisit.objects.count() == 0

    cut(phone, off=False)
    waits(phone, 0)
    phone.wait_for_selector(f"a[data-sheet='v{third.pk}']", state="detached")
    phone.reload()

    found = SurveyVisit.objects.order_by("household__number").values_list("household", "outcome")
    assert list(found) == [(first.pk, "absent"), (second.pk, "refused"), (third.pk, "answered")]
    assert list(SurveyAnswer.objects.filter(level__isnull=False).values_list("level", flat=True)) == [5]
    assert SurveyHousehold.objects.filter(status="open").count() == 2


def test_a_lost_answer_is_no_second_visit(phone, survey):
    household, lost = open_households(survey)[0], []

    def lose(route):
        route.fetch()
        route.abort()
        lost.append(route)

    phone.route("**/answer/", lose, times=1)
    open_visit(phone, household)
    answer(phone)
    phone.wait_for_url(f"**{LIST}")
    while not lost:
        phone.wait_for_timeout(50)
    phone.reload()
    waits(phone, 0)

    assert SurveyVisit.objects.get().outcome == "answered"
    assert SurveyAnswer.objects.filter(level=5).count() == 1
    expect(phone.locator("[data-spot-says]")).to_be_hidden()


def test_what_waits_can_be_taken_back_and_saying_nothing_is_no_answer(phone, survey):
    household = open_households(survey)[0]
    cut(phone)
    open_visit(phone, household)
    phone.click("button[value=answer]")
    expect(phone.locator("[data-spot-says]")).to_contain_text("请至少回答一题")
    answer(phone)
    phone.wait_for_selector(".here")
    open_visit(phone, household)
    expect(phone.locator("[data-spot-says]")).to_contain_text("已记在本机")
    expect(phone.locator("button[value=answer]")).to_be_hidden()

    phone.get_by_role("button", name="撤回").click()
    expect(phone.locator("button[value=answer]")).to_be_visible()
    assert phone.evaluate(ROWS)["queue"] == 0


def test_a_survey_that_closed_meanwhile_says_so(phone, survey):
    household = open_households(survey)[0]
    cut(phone)
    open_visit(phone, household)
    phone.click("button[value=absent]")
    phone.wait_for_selector(".here")
    Survey.objects.update(closes_at=survey.round.opens_at or survey.closes_at.replace(year=2020))

    cut(phone, off=False)
    says = phone.locator("[data-spot-says]")
    expect(says).to_contain_text("没有被接收")
    assert SurveyVisit.objects.count() == 0
    says.get_by_role("button", name="从本机删除").click()
    expect(says).to_be_hidden()
    assert phone.evaluate(ROWS)["queue"] == 0


def test_without_scripts_a_visit_is_a_form(page, survey):
    household = open_households(survey)[0]
    tab = page(household.interviewer, javascript=False)
    tab.goto(reverse("evaluations:visit", args=[household.pk]))
    answer(tab)

    tab.wait_for_url(f"**{LIST}")
    assert SurveyVisit.objects.get().outcome == "answered"
