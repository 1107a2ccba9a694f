"""The staff console in Chromium: filled by the API, usable by mouse and keyboard, readable by everybody."""

import pytest
from playwright.sync_api import expect

from communities.grants import Role
from communities.models import StatusChange
from teams.models import Admission
from tests.browser import PATIENCE
from tests.factories import AdmissionFactory, ObjectionFactory, ProjectFactory, TeamFactory

WIDE = {"width": 1366}
REVIEW = "/admin/teams/admission/review/"


@pytest.fixture
def staff(person, community):
    return person(Role.COMMUNITY_STAFF, community, name="陈某某")


def heard(page):
    """What the page asked of the API, answered well."""
    asked = []
    page.on("response", lambda answer: "/api/v1/" in answer.url and asked.append((answer.status, answer.url)))
    return asked


def test_the_front_page_is_filled_from_the_api(page, staff, community, neighbour):
    AdmissionFactory(region=community, status="submitted")
    AdmissionFactory(region=neighbour, status="submitted")
    TeamFactory.create_batch(2, region=community)
    here = page(staff, **WIDE)
    asked = heard(here)

    here.goto("/admin/")
    waits = here.locator("[data-show=todo] a").filter(has_text="准入申请")
    expect(waits.locator("strong")).to_have_text("1")
    teams = here.locator("[data-show=count]").filter(has_text="在册队伍")
    expect(teams.locator("[data-fill]")).to_have_text("2")

    assert {status for status, _url in asked} == {200}
    assert any("/api/v1/todo/" in url for _status, url in asked)
    assert any("/api/v1/teams/" in url for _status, url in asked)
    waits.click()
    here.wait_for_url(f"**{REVIEW}")


@pytest.mark.parametrize("width", [390, 1366])
def test_home_list_detail_and_move_have_no_violations(page, staff, violations, community, width):
    admission = AdmissionFactory(region=community, status="submitted")
    here = page(staff, width=width)
    base = "/admin/teams/admission/"
    pages = ["/admin/", base, f"{base}{admission.pk}/change/", f"{base}{admission.pk}/send-back/", REVIEW]
    found = {}

    for address in pages:
        here.goto(address)
        expect(here.get_by_text("正在加载")).to_have_count(0, timeout=PATIENCE)
        found[address] = violations(here)

    assert found == {address: {} for address in pages}


def test_the_desk_recommends_by_keyboard_and_admits_by_click(page, staff, person, street, community):
    admission = AdmissionFactory(region=community, status="submitted")
    AdmissionFactory(region=community, status="submitted")
    here = page(staff, **WIDE)

    here.goto(REVIEW)
    first = here.locator("[data-list] button").first
    expect(first).to_have_attribute("aria-current", "true")
    first.focus()
    here.keyboard.press("ArrowDown")
    expect(here.locator("[data-list] button").nth(1)).to_be_focused()
    here.keyboard.press("ArrowUp")
    here.keyboard.press("Enter")
    button = here.get_by_role("button", name="推荐", exact=True)
    button.focus()
    here.keyboard.press("Enter")
    expect(here.locator("#review-asked")).to_be_focused()
    here.keyboard.press("Tab")
    here.keyboard.press("Enter")
    expect(here.get_by_role("alert")).not_to_be_empty()
    here.locator("#review-asked").fill("材料齐全，邻里口碑好。")
    here.keyboard.press("Tab")
    here.keyboard.press("Enter")
    expect(here.locator("[data-list] button")).to_have_count(1)
    admission.refresh_from_db()
    assert (admission.status, admission.recommendation) == ("recommended", "材料齐全，邻里口碑好。")

    there = page(person(Role.STREET_STAFF, street), **WIDE)
    there.goto(REVIEW)
    there.get_by_role("button", name="准入", exact=True).click()
    there.get_by_role("button", name="确认", exact=True).click()
    expect(there.locator(".review-empty")).to_be_visible()
    assert Admission.objects.get(pk=admission.pk).status == "admitted"


def test_the_desk_shows_projects_and_answers_objections(page, staff, community):
    project = ProjectFactory(region=community, status="submitted")
    objection = ObjectionFactory(region=community, status="open")
    here = page(staff, **WIDE)

    here.goto(REVIEW)
    here.locator(f"[data-key=projects-{project.pk}]").click()
    here.get_by_role("button", name="受理", exact=True).click()
    here.get_by_role("button", name="确认", exact=True).click()
    expect(here.locator("[data-list] button")).to_have_count(1)
    here.locator(f"[data-key=objections-{objection.pk}]").click()
    expect(here.locator("[data-sheet]")).to_contain_text(objection.text)
    here.locator(".review-steps button").first.click()
    here.locator("#review-asked").fill("已核实，收费符合公示标准。")
    here.locator(".review-ask button[type=submit], .review-ask button").first.click()
    expect(here.locator(".review-empty")).to_be_visible()

    project.refresh_from_db()
    objection.refresh_from_db()
    assert (project.status, objection.status) == ("accepted", "dismissed")
    assert StatusChange.objects.about(objection).last().reason == "已核实，收费符合公示标准。"
