"""The leader after an activity: confirms with a word on how it was done, or says why not; and what was sent later."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from communities.grants import Role
from tests.factories import (
    ActivityFactory,
    AttendanceFactory,
    KeptScanFactory,
    PointsRuleFactory,
    SignupFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Attendance, KeptScan
from volunteers.services import spot_codes

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
V1 = "/api/v1"


@pytest.fixture
def activity(community):
    return ActivityFactory(region=community, leader=UserFactory(), starts_at=now() - timedelta(hours=4))


def confirm_path(activity):
    return f"/activities/{activity.pk}/confirm/"


def test_the_leader_confirms_several_with_one_evaluation(browse, activity, community):
    PointsRuleFactory(region=community, points_per_hour=10)
    whole, with_break, later = AttendanceFactory.create_batch(3, activity=activity)
    ticked = {f"stay_{whole.pk}": "on", f"stay_{with_break.pk}": "on", f"minutes_{with_break.pk}": "90"}

    browse(activity.leader).post(confirm_path(activity), {**ticked, "evaluation": "认真"})

    rows = Attendance.objects.order_by("pk").values_list("status", "minutes", "evaluation")
    assert list(rows) == [("confirmed", 120, "认真"), ("confirmed", 90, "认真"), ("left", 120, "")]
    # Minutes are what is stored; they are rounded for the points alone.
    assert [Account.objects.get(volunteer=stay.volunteer).balance for stay in (whole, with_break)] == [20, 15]
    assert not Account.objects.filter(volunteer=later.volunteer).exists()


@pytest.mark.parametrize("data", [{"evaluation": " "}, {"evaluation": "好", "tick": False}, {"minutes": "121"}])
def test_what_is_missing_stands_at_the_form_and_nothing_is_confirmed(browse, activity, data):
    stay = AttendanceFactory(activity=activity)
    sent = {"evaluation": data.get("evaluation", "好"), f"minutes_{stay.pk}": data.get("minutes", "")}
    sent |= {f"stay_{stay.pk}": "on"} if data.get("tick", True) else {}

    answer = browse(activity.leader).post(confirm_path(activity), sent)

    assert answer.context["form"].errors
    assert Attendance.objects.get().status == "left"


def test_nobodys_own_hours_are_on_the_list(browse, activity):
    own = AttendanceFactory(activity=activity, volunteer__user=activity.leader)
    leader = browse(activity.leader)

    page = leader.get(confirm_path(activity), **EN)
    leader.post(confirm_path(activity), {f"stay_{own.pk}": "on", "evaluation": "很好"})

    assert "confirmed by the community" in page.content.decode()
    assert list(page.context["form"].rows()) == []
    assert Attendance.objects.get().status == "left"


def test_confirming_is_the_leaders_and_staffs(browse, api, person, activity, community, neighbour):
    stay = AttendanceFactory(activity=activity)
    strangers = [UserFactory(), stay.volunteer.user, person(Role.COMMUNITY_STAFF, neighbour)]

    pages = [browse(user).get(confirm_path(activity)).status_code for user in strangers]
    answers = [api(user).post(f"{V1}/attendances/{stay.pk}/confirm/", {}).status_code for user in strangers]
    by_leader = api(activity.leader).post(f"{V1}/attendances/{stay.pk}/confirm/", {"evaluation": "好"})
    taken_back = api(activity.leader).post(f"{V1}/attendances/{stay.pk}/reopen/", {"reason": "x"})

    assert pages == [404] * 3
    assert answers == [404, 409, 404]  # a volunteer sees their own attendance, and is refused
    assert by_leader.json()["status"] == "confirmed"
    assert taken_back.status_code == 404  # which is for staff
    assert browse(person(Role.COMMUNITY_STAFF, community)).get(confirm_path(activity)).status_code == 200


def test_a_volunteer_does_not_check_themselves_out_without_the_code(api, activity):
    stay = AttendanceFactory(activity=activity, status="present", ended_at=None)

    answer = api(stay.volunteer.user).post(f"{V1}/attendances/{stay.pk}/check-out/", {})

    assert (answer.status_code, Attendance.objects.get().status) == (409, "present")


def test_a_confirmed_stay_is_not_checked_out_again(api, activity):
    stay = AttendanceFactory(activity=activity, status="confirmed")

    answer = api(activity.leader).post(f"{V1}/attendances/{stay.pk}/check-out/", {})

    assert (answer.status_code, Attendance.objects.get().status) == (409, "confirmed")


def test_not_accepting_needs_a_reason(browse, activity):
    stay = AttendanceFactory(activity=activity)
    leader, path = browse(activity.leader), f"/attendances/{stay.pk}/not-accepted/"

    without = leader.post(path, {"reason": " "})
    leader.post(path, {"reason": "提前离开"})

    assert without.context["form"].errors.keys() == {"reason"}
    assert Attendance.objects.get().status == "rejected"


def test_the_leader_looks_at_what_was_sent_later(browse, activity):
    right = KeptScanFactory(activity=activity)
    wrong = KeptScanFactory(activity=activity)
    leader = browse(activity.leader)

    listed = leader.get(f"/activities/{activity.pk}/people/").content.decode()
    leader.post(f"/kept-scans/{right.pk}/", {"do": "accept"})
    without = leader.post(f"/kept-scans/{wrong.pk}/", {"reason": ""})
    leader.post(f"/kept-scans/{wrong.pk}/", {"reason": "没有来"})
    again = leader.post(f"/kept-scans/{right.pk}/", {"do": "accept"})

    assert all(f"/kept-scans/{scan.pk}/" in listed for scan in (right, wrong))
    assert without.context["form"].errors
    assert dict(KeptScan.objects.values_list("pk", "status")) == {right.pk: "noted", wrong.pk: "rejected"}
    assert again.status_code == 409
    assert Attendance.objects.count() == 1


def test_what_was_sent_later_is_the_leaders_and_not_its_senders_to_decide(browse, api, activity):
    scan = KeptScanFactory(activity=activity)
    own = api(scan.volunteer.user)

    seen = own.get(f"{V1}/kept-scans/").json()["results"]
    decided = own.post(f"{V1}/kept-scans/{scan.pk}/accept/")

    assert [row["id"] for row in seen] == [scan.pk]
    assert decided.status_code == 409
    assert browse(scan.volunteer.user).get(f"/kept-scans/{scan.pk}/").status_code == 404
    assert api(UserFactory()).post(f"{V1}/kept-scans/{scan.pk}/accept/").status_code == 404


def test_sending_what_was_kept(api, community):
    activity = ActivityFactory(region=community, leader=UserFactory(), starts_at=now() - timedelta(hours=2))
    volunteer = SignupFactory(activity=activity).volunteer
    then = now() - timedelta(minutes=30)
    code = {"key": "k", "code": spot_codes.show(activity, at=then), "kept_at": then}
    tick = {"key": "t", "volunteer": volunteer.number, "leaving": True, "kept_at": now()}

    came = [api(volunteer.user).post(f"{V1}/activities/{activity.pk}/send-code/", code) for _ in range(2)]
    strange = api(volunteer.user).post(f"{V1}/activities/{activity.pk}/send-tick/", tick)
    went = api(activity.leader).post(f"{V1}/activities/{activity.pk}/send-tick/", tick)

    assert [answer.json()["id"] for answer in came] == [KeptScan.objects.earliest("id").pk] * 2
    assert came[0].json()["is_late"] is True
    assert strange.status_code == 404
    assert went.json()["status"] == "noted"
    assert Attendance.objects.get().status == "left"


def test_the_list_of_codes_is_the_leaders(api, activity):
    path = f"{V1}/activities/{activity.pk}/codes/"

    asked = api(activity.leader).get(path).json()

    first, codes = spot_codes.list_all(activity)
    assert asked == {"first": first, "seconds": 30, "codes": codes}
    assert api(VolunteerFactory().user).get(path).status_code == 404


@pytest.mark.parametrize("page", ["people", "confirm"])
def test_a_longer_list_asks_no_more(browse, activity, page, django_assert_num_queries, django_assert_max_num_queries):
    leader, path = browse(activity.leader), f"/activities/{activity.pk}/{page}/"

    def add():
        AttendanceFactory(activity=activity)
        AttendanceFactory(activity=activity, status="forgotten", ended_at=None)
        KeptScanFactory(activity=activity)
        SignupFactory(activity=activity)

    add()
    leader.get(path)
    with django_assert_max_num_queries(30) as first:
        leader.get(path)
    add(), add()

    with django_assert_num_queries(len(first)):
        leader.get(path)
