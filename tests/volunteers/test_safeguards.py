"""Insurance and training: an activity may ask for them, and then nobody is checked in without."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from communities.grants import Role
from communities.models import Notice, Refused
from communities.services import outbox
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AttendanceFactory,
    SafeguardFactory,
    SignupFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.factories.volunteers import START
from volunteers.models import Attendance, Safeguard
from volunteers.services import attendances, safeguards, volunteers

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def volunteer(community):
    return VolunteerFactory(region=community)


@pytest.fixture
def activity(community):
    """On the first of June 2026, with insurance and training."""
    return ActivityFactory(region=community, needs_insurance=True, needs_training=True)


def covered(volunteer, **fields):
    for kind in Safeguard.Kind.values:
        SafeguardFactory(volunteer=volunteer, region=volunteer.region, kind=kind, **fields)


def check_in(activity, volunteer, by=None):
    return attendances.check_in(activity, volunteer=volunteer, by=by or UserFactory(), at=activity.starts_at)


def test_with_both_one_is_checked_in(activity, volunteer):
    covered(volunteer)

    assert check_in(activity, volunteer).status == "present"


@pytest.mark.parametrize("kind", Safeguard.Kind.values)
def test_with_one_of_the_two_the_other_is_named(activity, volunteer, kind):
    SafeguardFactory(volunteer=volunteer, region=volunteer.region, kind=kind)
    other = {"insurance": "training", "training": "insurance"}[kind]

    with pytest.raises(IntegrityError, match=f"attendance_needs_{other}"), transaction.atomic():
        check_in(activity, volunteer)

    assert not Attendance.objects.exists()


NOT_THEN = [
    {"ends_on": date(2026, 5, 31)},
    {"starts_on": date(2026, 6, 2)},
    {"status": "revoked"},
]


@pytest.mark.parametrize("fields", NOT_THEN)
def test_one_that_does_not_hold_on_the_day_is_none(activity, volunteer, fields):
    covered(volunteer, **fields)

    with pytest.raises(IntegrityError, match="attendance_needs_"), transaction.atomic():
        check_in(activity, volunteer)


@pytest.mark.parametrize("fields", [{"ends_on": date(2026, 6, 1)}, {"starts_on": date(2026, 6, 1)}])
def test_first_and_last_day_count(activity, volunteer, fields):
    covered(volunteer, **fields)

    assert check_in(activity, volunteer).pk


def test_the_day_is_the_one_at_the_place(community, volunteer):
    """Half past midnight on the second of June in China is still the first in Greenwich."""
    night = ActivityFactory(region=community, needs_insurance=True, starts_at=START + timedelta(hours=15, minutes=30))
    SafeguardFactory(volunteer=volunteer, region=community, ends_on=date(2026, 6, 1))

    with pytest.raises(IntegrityError, match="attendance_needs_insurance"), transaction.atomic():
        check_in(night, volunteer)
    SafeguardFactory(volunteer=volunteer, region=community, starts_on=date(2026, 6, 2))

    assert check_in(night, volunteer).pk


def test_training_for_another_kind_is_none(activity, volunteer):
    SafeguardFactory(volunteer=volunteer, region=volunteer.region)
    training = {"volunteer": volunteer, "region": volunteer.region, "kind": "training"}
    SafeguardFactory(for_kind=ActivityKindFactory(), **training)

    with pytest.raises(IntegrityError, match="attendance_needs_training"), transaction.atomic():
        check_in(activity, volunteer)
    SafeguardFactory(for_kind=activity.kind, **training)

    assert check_in(activity, volunteer).pk


def test_somebody_elses_is_none_and_where_nothing_is_asked_nothing_is_needed(activity, volunteer, community):
    covered(VolunteerFactory(region=community))

    with pytest.raises(IntegrityError), transaction.atomic():
        AttendanceFactory(activity=activity, volunteer=volunteer)

    assert AttendanceFactory(activity__region=community, volunteer=volunteer).pk


def test_what_ends_later_takes_no_hours_back(activity, volunteer):
    covered(volunteer)
    stay = check_in(activity, volunteer)
    for safeguard in volunteer.safeguards.all():
        safeguards.revoke(safeguard, reason="保单解除", by=UserFactory())

    attendances.check_out(stay, by=UserFactory(), at=activity.starts_at + timedelta(hours=1))

    assert stay.minutes == 60


def test_at_the_place_the_words_say_what_to_do(api, person, activity, volunteer, community):
    soon = {"starts_at": now() - timedelta(minutes=5), "ends_at": now() + timedelta(hours=1), "needs_training": False}
    type(activity).objects.filter(pk=activity.pk).update(**soon)
    staff = api(person(Role.COMMUNITY_STAFF, community))

    answer = staff.post(f"/api/v1/activities/{activity.pk}/check-in/", {"volunteer": volunteer.number})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "attendance_needs_insurance")
    assert "请联系社区" in answer.json()["error"]["message"]


def test_before_one_comes_the_page_says_what_is_lacking(browse, activity, volunteer):
    type(activity).objects.filter(pk=activity.pk).update(starts_at=now() + DAY, ends_at=now() + 2 * DAY)
    reader, path = browse(volunteer.user), f"/activities/{activity.pk}/"

    lacking = reader.get(path).context["lacking"]
    covered(volunteer, starts_on=localdate(), ends_on=localdate() + 9 * DAY)
    page = reader.get(path)
    stranger = browse().get(path).context["lacking"]

    assert lacking == ["保险", "培训"]
    assert (page.context["lacking"], stranger) == ([], [])
    assert "当天有效的保险" in page.content.decode()


def test_one_is_noted_with_its_days_and_revoked_with_a_reason(volunteer, person, community):
    staff = person(Role.COMMUNITY_STAFF, community)
    about = {"kind": "insurance", "title": "保单1号", "starts_on": localdate(), "ends_on": localdate() + 30 * DAY}
    noted = safeguards.note(volunteer, by=staff, **about)

    with pytest.raises(Refused):
        safeguards.revoke(noted, reason="", by=staff)
    safeguards.revoke(noted, reason="保单解除", by=staff)
    outbox.fan_out(at=now())

    assert noted.last_change().reason == "保单解除"
    assert Notice.objects.to(volunteer.user).count() == 1
    for wrong in ({"ends_on": localdate() - DAY}, {"for_kind": ActivityKindFactory()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            safeguards.note(volunteer, by=staff, **about | wrong)
    volunteers.leave(volunteer, by=volunteer.user)
    with pytest.raises(Refused):
        safeguards.note(volunteer, by=staff, **about)


def test_a_groups_policy_is_noted_of_all_who_have_a_place(activity, person, community):
    staff = person(Role.COMMUNITY_STAFF, community)
    about = {"kind": "insurance", "title": "团体险", "starts_on": date(2026, 6, 1), "ends_on": date(2026, 6, 1)}
    with pytest.raises(Refused):
        safeguards.note_all(activity, by=staff, **about)
    held = [SignupFactory(activity=activity) for _ in range(3)]
    SignupFactory(activity=activity, status="waiting", place_number=None)

    noted = safeguards.note_all(activity, by=staff, **about)

    assert {one.volunteer for one in noted} == {signup.volunteer for signup in held}
    assert Safeguard.objects.count() == 3


def test_through_the_api(api, person, community, neighbour, volunteer, activity):
    staff, next_door = (api(person(Role.COMMUNITY_STAFF, region)) for region in (community, neighbour))
    about = {"kind": "training", "for_kind": activity.kind.pk, "title": "急救", "starts_on": "2026-01-01"}
    about |= {"ends_on": "2026-12-31"}

    made = staff.post("/api/v1/safeguards/", about | {"volunteer": volunteer.number})
    elsewhere = next_door.post("/api/v1/safeguards/", about | {"volunteer": volunteer.number})
    own = api(volunteer.user).post("/api/v1/safeguards/", about | {"volunteer": volunteer.number})
    wrong = staff.post("/api/v1/safeguards/", about | {"volunteer": volunteer.number, "kind": "insurance"})
    mine = api(volunteer.user).get("/api/v1/safeguards/").json()["results"]
    SignupFactory(activity=activity)
    all_of_them = staff.post(f"/api/v1/activities/{activity.pk}/note-safeguard/", about)
    path = f"/api/v1/safeguards/{made.json()['id']}/revoke/"
    revoked = [client.post(path, {"reason": "过期"}).status_code for client in (next_door, staff, staff)]

    assert (made.status_code, elsewhere.status_code, own.status_code) == (201, 404, 404)
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (409, "insurance_is_for_every_kind")
    assert [one["title"] for one in mine] == ["急救"]
    assert (all_of_them.status_code, len(all_of_them.json())) == (201, 1)
    assert revoked == [404, 200, 409]


def test_in_the_console_it_is_noted_at_the_volunteer_and_at_an_activity(browse, person, community, volunteer, activity):
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    about = {"kind": "insurance", "title": "保单1号", "starts_on": "2026-01-01", "ends_on": "2026-12-31"}
    SignupFactory(activity=activity)

    wrong = staff.post(f"/admin/volunteers/volunteer/{volunteer.pk}/note-safeguard/", about | {"ends_on": "2025-01-01"})
    staff.post(f"/admin/volunteers/volunteer/{volunteer.pk}/note-safeguard/", about)
    staff.post(f"/admin/volunteers/activity/{activity.pk}/note-safeguard/", about)

    assert "最后一天不能早于第一天" in wrong.content.decode()
    assert Safeguard.objects.count() == 2
    assert "保单1号" in browse(volunteer.user).get("/volunteer/").content.decode()
