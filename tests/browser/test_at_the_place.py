"""At the place with the network cut: scans, typed codes and the leader's taps wait on the device and arrive once."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from playwright.sync_api import expect

from tests.browser.test_offline import ROWS, cut, waits
from tests.factories import ActivityFactory, SignupFactory, UserFactory
from volunteers.models import Attendance, KeptScan
from volunteers.services import spot_codes


@pytest.fixture
def activity(transactional_db, community):
    return ActivityFactory(
        region=community, title="楼道清扫", leader=UserFactory(), starts_at=now() - timedelta(minutes=30)
    )


@pytest.fixture
def volunteer(activity):
    return SignupFactory(activity=activity).volunteer


def open_beforehand(page, user, activity, *, pages):
    """The activity's page, read at home: with it come the pages for the place."""
    tab = page(user)
    tab.goto(activity.get_absolute_url())
    tab.wait_for_selector(f"#spot[data-ready='{pages}']", state="attached")
    return tab


def left_alone(tab):
    """Nothing is asked of the server any more when the test's tables are emptied."""
    tab.wait_for_load_state("networkidle")
    tab.close()


@pytest.fixture
def phone(page, activity, volunteer):
    tab = open_beforehand(page, volunteer.user, activity, pages=3)
    yield tab
    left_alone(tab)


@pytest.fixture
def leader(page, activity, volunteer):
    tab = open_beforehand(page, activity.leader, activity, pages=3)
    yield tab
    left_alone(tab)


def code_of(activity):
    return spot_codes.show(activity, at=now())


def test_a_scan_without_network_arrives_once(phone, activity, volunteer, violations):
    cut(phone)
    code = code_of(activity)
    phone.goto(f"/activities/{activity.pk}/scan/{code}/")
    phone.wait_for_selector("#spot[data-open]")
    assert phone.input_value("input[name=code]") == code
    phone.click("button[value=in]")
    expect(phone.locator("[data-spot-line]")).to_contain_text("1 项未发送")
    waits(phone, 1)
    assert violations(phone) == {}
    assert not Attendance.objects.exists()

    phone.goto("/volunteer/")
    phone.goto(activity.get_absolute_url())
    cut(phone, off=False)
    expect(phone.locator("p.notice >> text=已签到")).to_be_visible()  # the page looks again when all was sent
    assert phone.evaluate(ROWS)["queue"] == 0

    stay = Attendance.objects.get()
    assert (stay.volunteer, stay.status, stay.means_in) == (volunteer, "present", "code")
    assert KeptScan.objects.get().status == "noted"


def test_typed_letters_go_at_once_where_there_is_network(phone, activity):
    phone.goto(f"/activities/{activity.pk}/here/")
    phone.wait_for_selector("#spot[data-open]")
    code = code_of(activity)
    phone.fill("input[name=code]", code[1] + code[0] + code[2:] if code[0] != code[1] else "22222223")
    phone.click("button[value=in]")
    expect(phone.locator("[data-spot-line]")).to_contain_text("请逐位核对")
    phone.fill("input[name=code]", f"{code[:4].lower()} {code[4:]}")
    phone.click("button[value=in]")
    expect(phone.locator("[data-spot-line]")).to_contain_text("已签到")

    assert Attendance.objects.get().status == "present"


def test_a_lost_answer_is_no_second_check_in(phone, activity):
    phone.goto(f"/activities/{activity.pk}/here/")
    phone.wait_for_selector("#spot[data-open]")
    sent = []

    def lose(route):
        sent.append(route.fetch().status)
        route.abort()

    phone.route("**/send-code/", lose, times=1)
    phone.fill("input[name=code]", code_of(activity))
    phone.click("button[value=in]")
    waits(phone, 1)
    phone.reload()
    waits(phone, 0)

    assert sent == [200]
    assert (Attendance.objects.count(), KeptScan.objects.count()) == (1, 1)


def test_the_leaders_list_without_network(leader, activity, volunteer, violations):
    cut(leader)
    leader.goto(f"/activities/{activity.pk}/people/")
    leader.wait_for_selector("#spot[data-open]")
    tick = leader.locator(f"form[data-tick=in][data-number='{volunteer.number}'] button")
    tick.dblclick()
    expect(leader.locator("[data-spot-kept] li")).to_have_count(1)
    expect(tick).to_be_disabled()
    assert leader.evaluate(ROWS)["queue"] == 1
    assert violations(leader) == {}

    leader.reload()
    expect(tick).to_be_disabled()
    cut(leader, off=False)
    expect(leader.locator(f"form[data-tick=out][data-number='{volunteer.number}']")).to_be_visible()

    stay = Attendance.objects.get()
    assert (stay.volunteer, stay.means_in) == (volunteer, "list")
    leader.click(f"form[data-tick=out][data-number='{volunteer.number}'] button")
    expect(leader.locator(f"form[data-number='{volunteer.number}']")).to_have_count(0)
    assert Attendance.objects.get().status == "left"


def test_a_number_that_nobody_has_is_said_and_taken_off(leader, activity):
    leader.goto(f"/activities/{activity.pk}/people/")
    leader.wait_for_selector("#spot[data-open]")
    leader.fill("input[name=number] >> visible=true", "00000000")
    leader.click("section[aria-labelledby=walk-in] button")
    expect(leader.locator("[data-spot-kept] small")).to_contain_text("00000000")
    leader.click("[data-spot-kept] button")

    waits(leader, 0)
    assert not Attendance.objects.exists()


def test_the_screen_goes_on_changing_without_network(leader, activity, violations):
    cut(leader)
    leader.goto(f"/activities/{activity.pk}/screen/")
    leader.wait_for_selector("#spot[data-open][data-shown]")
    shown = leader.get_attribute("#spot", "data-shown")
    assert shown in {spot_codes.show(activity, at=now() - timedelta(seconds=30 * step)) for step in (-1, 0, 1)}
    assert leader.locator("[data-qr] svg path").count() == 1
    assert violations(leader) == {}
    expect(leader.locator("[data-code]")).to_have_text(f"{shown[:4]} {shown[4:]}")
    leader.wait_for_function(
        "(before) => document.getElementById('spot').dataset.shown !== before", arg=shown, timeout=40_000
    )

    assert leader.get_attribute("#spot", "data-shown") != shown


def test_signing_out_asks_first_and_then_takes_all_away(phone, activity):
    cut(phone)
    phone.goto(f"/activities/{activity.pk}/scan/{code_of(activity)}/")
    phone.wait_for_selector("#spot[data-open]")
    phone.click("button[value=in]")
    waits(phone, 1)
    phone.context.route("**/send-code/", lambda route: route.abort())
    cut(phone, off=False)
    phone.goto("/me/account/")
    phone.click("form[action='/sign-out/'] button")
    phone.wait_for_url("**/scoring/leave/")
    phone.click("summary:has-text('不是')")
    phone.click("button[name=sure]")
    phone.wait_for_url("**/")

    assert phone.evaluate(ROWS)["queue"] == 0
    assert not Attendance.objects.exists()
