"""Calendars read what is to do: a community's, one's own by a secret link, a single activity; as RFC 5545 wants it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from communities.encryption import fingerprint
from tests.factories import ActivityFactory, SignupFactory, UserFactory, VolunteerFactory
from volunteers import ics
from volunteers.models import CalendarLink
from volunteers.services import activities, calendars, signups, volunteers

DAY = timedelta(days=1)
MOMENT = datetime(2026, 3, 7, 1, tzinfo=UTC)


def unfolded(text):
    """The content lines, as a calendar puts them together again."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    return text.replace("\r\n ", "").split("\r\n")[:-1]


def events(text):
    """Of each entry what it says, by property."""
    found = re.findall(r"BEGIN:VEVENT\n(.*?)\nEND:VEVENT", "\n".join(unfolded(text)), re.DOTALL)
    return [dict(line.split(":", 1) for line in one.split("\n")) for one in found]


def event(**fields):
    about = {"uid": "a@b", "sequence": 0, "status": "CONFIRMED", "starts_at": MOMENT, "ends_at": MOMENT}
    about |= {"revised_at": MOMENT, "summary": "巡逻", "location": "", "description": "", "category": "", "url": ""}
    return ics.Event(**about | fields)


@pytest.mark.parametrize("text", ["巡" * 200, "a" * 75, "a" * 76, "é巡🙂" * 60, "x", "一,二;三\\四\n五" * 30])
def test_no_line_is_longer_than_75_octets_and_no_character_is_cut(text):
    whole = ics.calendar("n", [event(description=text)])

    assert max(len(line.encode()) for line in whole.split("\r\n")) <= 75
    assert f"DESCRIPTION:{ics.escape(text)}" in unfolded(whole)


def test_what_has_a_meaning_in_a_calendar_is_written_out():
    assert ics.escape("一,二;三\\四\r\n五\n六\x07") == "一\\,二\\;三\\\\四\\n五\\n六"


def test_a_calendar_begins_and_ends_as_the_standard_says():
    lines = unfolded(ics.calendar("我的", [event()]))

    assert lines[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{ics.PRODUCT}"]
    assert lines[-2:] == ["END:VEVENT", "END:VCALENDAR"]
    assert "DTSTART:20260307T010000Z" in lines


@pytest.mark.django_db
def test_a_communitys_calendar_shows_what_is_public_around_it(browse, community, neighbour, street):
    soon = {"starts_at": now() + DAY}
    here = ActivityFactory(region=community, title="巡逻", title_en="Patrol", **soon)
    above = ActivityFactory(region=street, title="街道", **soon)
    for fields in [
        {"region": community, "status": "draft", **soon},
        {"region": neighbour, **soon},
        {"region": community, "starts_at": now() - 40 * DAY},
    ]:
        ActivityFactory(**fields)

    chinese = browse().get(f"/c/{community.code}/activities.ics?lang=zh-hans")
    english = browse().get(f"/c/{community.code}/activities.ics?lang=en").content.decode()

    assert chinese["Content-Type"] == "text/calendar; charset=utf-8"
    found = events(chinese.content.decode())
    assert {one["UID"] for one in found} == {f"activity-{one.pk}@localhost" for one in (here, above)}
    assert {one["SUMMARY"] for one in found} == {"巡逻", "街道"}
    assert {one["SUMMARY"] for one in events(english)} == {"Patrol", "街道"}


@pytest.mark.django_db
def test_who_is_called_off_says_so_under_the_same_name_and_a_higher_number(browse, community):
    activity = ActivityFactory(region=community, starts_at=now() + DAY)
    path = f"/c/{community.code}/activities.ics"
    before = events(browse().get(path).content.decode())[0]

    activities.cancel(activity, reason="下雨", by=UserFactory())
    after = events(browse().get(path).content.decode())[0]

    assert before["UID"] == after["UID"]
    assert [(one["STATUS"], one["SEQUENCE"]) for one in (before, after)] == [("CONFIRMED", "0"), ("CANCELLED", "1")]
    assert after["DTSTAMP"] > before["DTSTAMP"]


@pytest.mark.django_db
def test_a_calendar_takes_as_many_queries_for_three_as_for_one(browse, community):
    seen = []
    for _time in range(2):
        ActivityFactory(region=community, starts_at=now() + DAY)
        with CaptureQueriesContext(connection) as queries:
            browse().get(f"/c/{community.code}/activities.ics")
        seen.append(len(queries))
        ActivityFactory(region=community, starts_at=now() + DAY)

    assert seen[0] == seen[1]


@pytest.mark.django_db
def test_one_activity_as_a_file(browse, community):
    shown = ActivityFactory(region=community, starts_at=MOMENT, risk_note="路滑，穿防滑鞋")
    draft = ActivityFactory(region=community, status="draft")

    found = events(browse().get(f"/activities/{shown.pk}/activity.ics").content.decode())

    assert [(one["DTSTART"], one["URL"]) for one in found] == [
        ("20260307T010000Z", f"http://localhost:8000/activities/{shown.pk}/")
    ]
    assert "路滑，穿防滑鞋" in found[0]["DESCRIPTION"]
    assert browse().get(f"/activities/{draft.pk}/activity.ics").status_code == 404


@pytest.fixture
def volunteer(community):
    return VolunteerFactory(region=community)


def made(client, **data):
    return client.post("/volunteer/calendar/", data or {"do": "make"})


def secret_in(response):
    return re.search(r"/calendar/([^/.]+)\.ics", response.content.decode())[1]


@pytest.mark.django_db
def test_ones_own_calendar_shows_what_one_signed_up_for(browse, volunteer, community):
    soon = {"activity__region": community, "activity__starts_at": now() + DAY, "volunteer": volunteer}
    SignupFactory(activity__title="巡逻", **soon)
    SignupFactory(activity__title="排队", status="waiting", place_number=None, **soon)
    SignupFactory(activity__title="退出", status="withdrawn", place_number=None, **soon)
    SignupFactory(activity__title="别人", activity__starts_at=now() + DAY)
    link = secret_in(made(browse(volunteer.user)))

    answer = browse().get(f"/calendar/{link}.ics")

    found = events(answer.content.decode())
    assert {one["SUMMARY"]: one["STATUS"] for one in found} == {"巡逻": "CONFIRMED", "排队": "TENTATIVE"}
    assert "no-store" in answer["Cache-Control"]
    assert volunteer.name not in answer.content.decode()


@pytest.mark.django_db
def test_the_link_is_stored_as_a_fingerprint_and_shown_once(browse, volunteer):
    mine = browse(volunteer.user)

    page = made(mine)
    secret = secret_in(page)

    assert CalendarLink.objects.get().secret_hash == fingerprint(secret)
    assert f"webcal://localhost:8000/calendar/{secret}.ics?lang=zh-hans" in page.content.decode()
    assert secret not in mine.get("/volunteer/calendar/").content.decode()


@pytest.mark.django_db
def test_a_new_link_ends_the_old_one_and_it_can_be_ended(browse, volunteer):
    mine = browse(volunteer.user)
    old, new = secret_in(made(mine)), secret_in(made(mine))

    opened = [browse().get(f"/calendar/{secret}.ics").status_code for secret in (old, new, "made-up")]
    made(mine, do="end")

    assert opened == [404, 200, 404]
    assert browse().get(f"/calendar/{new}.ics").status_code == 404
    assert made(mine, do="end").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["left", "closed"])
def test_who_left_or_was_closed_out_has_none(browse, volunteer, how):
    secret = calendars.make_link(volunteer, by=volunteer.user, at=now())
    if how == "left":
        volunteers.leave(volunteer, by=volunteer.user)
    else:
        type(volunteer.user).objects.filter(pk=volunteer.user_id).update(is_active=False)

    assert browse().get(f"/calendar/{secret}.ics").status_code == 404


@pytest.mark.django_db
def test_who_is_no_volunteer_has_no_such_page(browse):
    assert browse(UserFactory()).get("/volunteer/calendar/").status_code == 404


@pytest.mark.django_db
def test_through_the_api(api, browse, volunteer, community):
    mine, path = api(volunteer.user), f"/api/v1/volunteers/{volunteer.pk}"
    activity = ActivityFactory(region=community, starts_at=now() + DAY)
    signups.sign_up(activity, volunteer=volunteer, by=volunteer.user)

    address = mine.post(f"{path}/calendar-link/").json()["url"].removeprefix("http://testserver")
    others = api(UserFactory()).post(f"{path}/calendar-link/").status_code
    found = events(browse().get(address).content.decode())
    ended = mine.post(f"{path}/end-calendar-link/").status_code

    assert [one["SUMMARY"] for one in found] == [activity.title]
    assert (others, ended, browse().get(address).status_code) == (404, 204, 404)
