"""Signing out of a phone that holds sheets, with and without network; what the next person on it sees and sends."""

from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from evaluations.models import MarkChange, ScoreSheet
from tests.browser.conftest import session_of
from tests.browser.phone import (
    KEPT,
    LIST,
    ROWS,
    arrived,
    cut,
    mark,
    marks_of,
    open_sheet,
    ready,
    url_of,
    waits,
)


def test_somebody_else_on_the_device_neither_sees_nor_sends_it(phone, page, sheets, live_server, settings):
    sheet = sheets[0]
    open_sheet(phone, sheet)
    cut(phone)
    mark(phone, 0, "8")
    expect(phone.locator("#saved")).to_contain_text("1 项未发送")
    other = ScoreSheet.objects.exclude(member=sheet.member).select_related("member__user").first()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(other.member.user), "url": live_server.url}
    phone.context.add_cookies([cookie])
    cut(phone, off=False)

    expect(phone.locator("[data-spot-says]")).to_contain_text("重新登录")
    phone.goto(LIST)
    phone.wait_for_selector("#spot[data-ready='2']")
    assert "未发送" not in phone.inner_text("main")
    assert url_of(sheet) not in str(phone.evaluate(KEPT))
    assert marks_of(sheet) == {}

    cookie["value"] = session_of(sheet.member.user)
    phone.context.add_cookies([cookie])
    open_sheet(phone, sheet)
    arrived(phone)
    assert marks_of(sheet) == {"A1": 8}


def test_only_ones_own_sheets_are_kept_and_signing_out_takes_them_away(phone, sheets):
    for path in ("/", "/me/", "/inbox/", sheets[0].rating.project.get_absolute_url(), LIST):
        phone.goto(path)
    open_sheet(phone, sheets[0])
    kept = {line for line in phone.evaluate(KEPT) if not line.endswith((".js", ".css", ".svg", ".png"))}
    mine = "spot-pages"
    assert kept == {
        f"{mine} {LIST}",
        f"{mine} /scoring/leave/",
        *(f"{mine} {url_of(each)}" for each in sheets),
        "spot-shell /scoring/offline/",
    }

    phone.goto("/me/")
    phone.click("form[action='/sign-out/'] button")
    phone.wait_for_url("**/")

    assert [line for line in phone.evaluate(KEPT) if line.startswith("spot-pages")] == []
    assert phone.evaluate(ROWS) == {"about": 0, "known": 0, "queue": 0}


def test_signing_out_with_unsent_marks_asks_first(phone, sheets, violations):
    open_sheet(phone, sheets[0])
    phone.route("**/changes/", lambda route: route.abort())
    mark(phone, 0, "8")
    expect(phone.locator("#saved")).to_contain_text("1 项未发送")
    phone.goto("/me/")
    phone.click("form[action='/sign-out/'] button")

    phone.wait_for_url("**/scoring/leave/")
    expect(phone.locator("[data-spot-line]")).to_contain_text("还有 1 项未发送")
    assert violations(phone) == {}
    phone.click("[data-spot-send]")
    expect(phone.locator("[data-spot-line]")).to_contain_text("还有 1 项未发送")
    phone.click("details summary >> text=不是您自己的设备")
    phone.click("button[name=sure]")
    phone.wait_for_url(lambda url: "leave" not in url)

    assert phone.evaluate(ROWS)["queue"] == 0
    assert marks_of(sheets[0]) == {}


def sign_in(phone, sheet, live_server, settings):
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(sheet.member.user), "url": live_server.url}
    phone.context.add_cookies([cookie])


def leave_with(phone, name):
    phone.click("form[action='/sign-out/'] button")
    phone.wait_for_selector(f"button[name={name}]", state="attached")
    if name == "sure":
        phone.click("details summary >> text=不是您自己的设备")
    phone.click(f"button[name={name}]")


def typed_without_network(phone, sheet):
    """A mark that waits on the device, and the person's own page, from which they sign out."""
    open_sheet(phone, sheet)
    other = phone.context.new_page()
    other.goto("/me/")
    cut(phone)
    mark(phone, 0, "8")
    expect(phone.locator("#saved")).to_contain_text("1 项未发送")
    phone.goto("about:blank")
    return other


def test_what_was_not_sent_outlives_signing_out_and_nobody_else_sees_it(phone, sheets, live_server, settings):
    sheet = sheets[0]
    here = typed_without_network(phone, sheet)
    leave_with(here, "keep")
    expect(here.locator("h1")).to_have_text("您已在本机退出登录")

    here.goto(url_of(sheet))
    assert here.inner_text("h1") != "邻里食堂"
    cut(here, off=False)
    here.goto(LIST)
    here.wait_for_url("**/sign-in/**")
    assert not Session.objects.filter(session_key__in=[cookie["value"] for cookie in here.context.cookies()]).exists()
    assert [line for line in here.evaluate(KEPT) if line.startswith("spot-pages")] == []

    other = ScoreSheet.objects.exclude(member=sheet.member).select_related("member__user").first()
    sign_in(here, other, live_server, settings)
    ready(here)
    assert "未发送" not in here.inner_text("main")
    assert (here.evaluate(ROWS)["queue"], marks_of(sheet), marks_of(other)) == (1, {}, {})

    sign_in(here, sheet, live_server, settings)
    here.goto(LIST)
    waits(here, 0)
    assert marks_of(sheet) == {"A1": 8}


def test_who_signs_out_without_network_is_signed_out_before_anybody_opens_a_page(phone, sheets):
    phone.goto("/me/")
    cut(phone)
    phone.click("form[action='/sign-out/'] button")
    expect(phone.locator("h1")).to_have_text("您已在本机退出登录")
    phone.goto(LIST)
    assert "邻里食堂" not in phone.inner_text("body")
    assert Session.objects.exists()

    cut(phone, off=False)
    phone.goto("/me/")
    phone.wait_for_url("**/sign-in/**")
    assert phone.evaluate(ROWS) == {"about": 0, "known": 0, "queue": 0}


def test_the_browser_sends_what_waits_though_no_page_is_open(phone, sheets, live_server):
    sheet = sheets[0]
    here = typed_without_network(phone, sheet)
    here.goto("about:blank")
    cut(here, off=False)
    devtools, found = here.context.new_cdp_session(here), []
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda said: found.extend(said["registrations"]))
    devtools.send("ServiceWorker.enable")
    while not found:
        here.wait_for_timeout(50)
    event = {"origin": live_server.url, "registrationId": found[0]["registrationId"], "tag": "spot-send"}
    devtools.send("ServiceWorker.dispatchSyncEvent", {**event, "lastChance": False})

    for _time in range(100):
        if marks_of(sheet):
            break
        here.wait_for_timeout(100)

    assert marks_of(sheet) == {"A1": 8}
    assert MarkChange.objects.count() == 1
