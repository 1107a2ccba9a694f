"""A foreign volunteer's whole way in English: registers, signs up, checks in and out, redeems, prints a certificate."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import now
from playwright.sync_api import expect

from communities.grants import Role
from tests.factories import ActivityFactory, PointsRuleFactory, RewardFactory, UserFactory
from volunteers.models import Attendance, Certificate, Redemption, Volunteer
from volunteers.services import attendances, spot_codes

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patrol(transactional_db, community):
    """An activity that begins in a quarter of an hour, worth ten points an hour."""
    PointsRuleFactory(region=community)
    starts = now() + timedelta(minutes=15)
    return ActivityFactory(
        region=community,
        title="平安巡逻",
        title_en="Lane safety patrol",
        place_en="In front of the community centre",
        about_en="Walk the lanes in pairs.",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        status="published",
        published_at=now(),
    )


@pytest.fixture
def coffee(transactional_db, community):
    return RewardFactory(
        region=community,
        partner__region=community,
        partner__name_en="Lane Café",
        title="咖啡一杯",
        title_en="A cup of coffee",
        points=15,
    )


@pytest.fixture
def phone(page):
    """The newcomer's phone."""
    return page(UserFactory(), language="en")


def scan(phone, activity, button):
    """What the camera reads from the leader's screen, and the button below it."""
    phone.goto(f"/activities/{activity.pk}/scan/{spot_codes.show(activity, at=now())}/")
    phone.get_by_role("button", name=button).click()
    phone.wait_for_load_state()


def test_from_the_first_click_to_the_printed_certificate(phone, patrol, coffee, community, person, violations):
    found = []

    # registers, by a name of one word, on the way to a place
    phone.goto(f"/c/{community.code}/")
    phone.get_by_role("link", name="Lane safety patrol").first.click()
    phone.get_by_role("button", name="Sign up").click()
    found.append(violations(phone))
    phone.get_by_label("Name", exact=True).fill("Budi")
    phone.get_by_label("Nationality").select_option("ID")
    phone.get_by_label("I am 14 or older", exact=False).check()
    phone.get_by_label("The community may keep this profile", exact=False).check()
    phone.get_by_role("button", name="Register").click()
    expect(phone.locator("main")).to_contain_text("Lane safety patrol")
    phone.get_by_role("button", name="Sign up").click()
    expect(phone.locator("main")).to_contain_text("signed up", ignore_case=True)
    found.append(violations(phone))
    volunteer = Volunteer.objects.get()

    # checks in by the code at the place, and out two hours later
    with time_machine.travel(patrol.starts_at, tick=True):
        scan(phone, patrol, "Check in")
    with time_machine.travel(patrol.ends_at + timedelta(minutes=1), tick=True):
        scan(phone, patrol, "Check out")
        stay = Attendance.objects.get(volunteer=volunteer)
        attendances.confirm(stay, by=person(Role.COMMUNITY_STAFF, community), evaluation="认真")

        # sees hours and points, which never mix, and spends the points
        phone.goto("/volunteer/")
        expect(phone.locator("main")).to_contain_text("2 h")
        phone.goto("/rewards/")
        phone.get_by_role("link", name="A cup of coffee").click()
        phone.get_by_role("button", name="Redeem for 15 points").click()
        phone.wait_for_url("**/vouchers/*/")
        found.append(violations(phone))
        assert Redemption.objects.get().volunteer == volunteer
        expect(phone.locator("main")).to_contain_text("Lane Café")

        # prints the certificate, which anybody can check
        phone.goto("/volunteer/")
        phone.get_by_role("link", name="My certificates").click()
        phone.get_by_role("button", name="Make a certificate").click()
        phone.wait_for_url("**/certificates/*/")
        found.append(violations(phone))
        made = Certificate.objects.get()
        phone.emulate_media(media="print")
        sheet = phone.inner_text("main")
        assert {"志愿服务记录证明", "Budi", made.shown_number} <= set(sheet.split("\n")) | set(sheet.split())
        assert phone.get_by_role("button", name="Print").is_hidden()
        phone.emulate_media(media="screen")
        phone.goto(f"/check/{made.number}/")
        expect(phone.locator("main")).to_contain_text("2 h")
        found.append(violations(phone))

    assert found == [{}] * 5
