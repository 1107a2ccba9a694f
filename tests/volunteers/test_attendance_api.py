"""The ladder of every move of a stay and what it earns through the API: works, wrong role, wrong state, twice."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from communities.grants import Role
from tests.factories import (
    AttendanceFactory,
    JournalFactory,
    PointsRuleFactory,
    RewardFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.volunteers.ladder import V1, refusals, running
from volunteers.models import Account, Attendance, PointsRule, Signup
from volunteers.services import attendances, audits, redemptions, spot_codes

pytestmark = pytest.mark.django_db
GOOD = {"evaluation": "认真"}


def test_scanning_in_and_out(api, staff, community):
    activity = running(community)
    mine = api(VolunteerFactory(region=community).user)
    code = staff.get(f"{V1}/activities/{activity.pk}/code/").json()["code"]
    path = f"{V1}/activities/{activity.pk}/scan/"

    came = [mine.post(path, {"code": code}).json()["status"] for _ in range(2)]
    went = mine.post(path, {"code": code, "leaving": True})

    assert came == ["present", "present"]
    assert (went.json()["status"], went.json()["minutes"], went.json()["means_out"]) == ("left", 0, "code")
    assert mine.post(path, {"code": code, "leaving": True}).status_code == 409
    assert Signup.objects.get().status == "signed_up"


def test_a_code_of_another_place_or_time_is_refused(api, community):
    activity, other = running(community), running(community)
    mine = api(VolunteerFactory(region=community).user)
    stale = spot_codes.show(activity, at=now() - timedelta(seconds=90))
    codes = [stale, spot_codes.show(other, at=now()), "12.34:forged", ""]

    statuses = [mine.post(f"{V1}/activities/{activity.pk}/scan/", {"code": code}).status_code for code in codes]

    assert statuses == [409, 409, 409, 400]
    assert not Attendance.objects.exists()


def test_the_code_is_for_the_leader_and_staff(api, staff, outsiders, community):
    leader = UserFactory()
    activity = running(community, leader=leader)
    path = f"{V1}/activities/{activity.pk}/code/"

    assert {client.get(path).status_code for client in outsiders} == {403, 404}
    assert [client.get(path).status_code for client in (staff, api(leader))] == [200, 200]


def test_the_leader_checks_people_in(api, outsiders, community):
    activity = running(community, leader=UserFactory())
    volunteer = VolunteerFactory(region=community)
    path = f"{V1}/activities/{activity.pk}/check-in/"

    assert refusals(outsiders, path, {"volunteer": volunteer.number}) == {403, 404}
    assert api(activity.leader).post(path, {"volunteer": volunteer.number}).json()["means_in"] == "list"


def test_confirming_hours_earns_points_once(api, staff, outsiders, community):
    attendance = AttendanceFactory(activity__region=community, activity__title_en="Patrol")
    PointsRuleFactory(region=community, points_per_hour=10)
    path = f"{V1}/attendances/{attendance.pk}/confirm/"

    assert refusals(outsiders, path) == {403, 404}
    confirmed = staff.post(path, {"evaluation": "认真"})
    assert (confirmed.json()["status"], confirmed.json()["minutes"], confirmed.json()["points"]) == (
        "confirmed",
        120,
        20,
    )
    assert staff.post(path, GOOD).status_code == 409
    assert Account.objects.get(volunteer=attendance.volunteer).balance == 20
    entry = api(attendance.volunteer.user).get(f"{V1}/points-entries/", HTTP_ACCEPT_LANGUAGE="en").json()["results"][0]
    assert (entry["amount"], entry["balance_after"], entry["reason"]) == (20, 20, "Patrol")


def test_nobody_confirms_their_own_hours(api, person, community):
    worker = person(Role.COMMUNITY_STAFF, community)
    attendance = AttendanceFactory(activity__region=community, volunteer__user=worker)

    answer = api(worker).post(f"{V1}/attendances/{attendance.pk}/confirm/")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "own_hours")


def test_hours_are_confirmed_with_a_word_on_how_it_was_done(staff, community):
    attendance = AttendanceFactory(activity__region=community)

    answers = [staff.post(f"{V1}/attendances/{attendance.pk}/confirm/", said) for said in ({}, {"evaluation": " "})]

    assert [(a.status_code, a.json()["error"]["code"]) for a in answers] == [(409, "evaluation_needed")] * 2
    assert Attendance.objects.get().status == "left"


def test_reopening_takes_the_points_back_and_confirming_again_gives_them_anew(staff, community):
    attendance = AttendanceFactory(activity__region=community)
    PointsRuleFactory(region=community, points_per_hour=10)
    path = f"{V1}/attendances/{attendance.pk}"
    staff.post(f"{path}/confirm/", GOOD)

    assert staff.post(f"{path}/reopen/").status_code == 400
    assert staff.post(f"{path}/reopen/", {"reason": "时间记错"}).json()["points"] is None
    times = {"started_at": attendance.started_at, "ended_at": attendance.started_at + timedelta(hours=1)}
    assert staff.post(f"{path}/correct/", times | {"reason": "提前离开"}).json()["minutes"] == 60
    assert staff.post(f"{path}/confirm/", GOOD).json()["points"] == 10
    amounts = list(Account.objects.get(volunteer=attendance.volunteer).entries.values_list("amount", flat=True))
    assert sorted(amounts) == [-20, 10, 20]
    assert attendance.corrections.get().reason == "提前离开"


@pytest.fixture
def spent(staff, community):
    """Twenty points for two hours, fifteen of them spent; what staff do with the stay, and what is left to spend."""
    attendance = AttendanceFactory(activity__region=community)
    PointsRuleFactory(region=community, points_per_hour=10)
    staff.post(f"{V1}/attendances/{attendance.pk}/confirm/", GOOD)
    reward = RewardFactory(region=community, points=15)
    redemptions.redeem(reward, volunteer=attendance.volunteer, key="k", by=attendance.volunteer.user)

    def act(move, **said):
        answer = staff.post(f"{V1}/attendances/{attendance.pk}/{move}/", said)
        assert list(audits.find_faults()) == []
        balance = Account.objects.get(volunteer=attendance.volunteer).balance
        return answer.json()["status"], answer.json()["points"], balance

    act.attendance = attendance
    return act


def test_hours_are_set_right_though_their_points_were_spent(spent):
    seen = [spent("reopen", reason="没有来"), spent("reject", reason="没有来")]

    assert seen == [("left", 20, 5), ("rejected", 20, 5)]
    assert Attendance.objects.total_minutes() == 0
    assert "20" in spent.attendance.last_change().reason


def test_spent_points_are_taken_back_once_there_are_enough_again(spent):
    spent("reopen", reason="没有来")
    JournalFactory(volunteer=spent.attendance.volunteer, points=40)

    assert spent("reject", reason="没有来") == ("rejected", None, 25)


@pytest.mark.parametrize(("minutes", "points", "balance"), [(120, 20, 5), (90, 15, 0), (60, 20, 5)])
def test_confirmed_anew_they_are_set_off_as_far_as_there_are_any(spent, minutes, points, balance):
    spent("reopen", reason="有休息")

    assert spent("confirm", minutes=minutes, **GOOD) == ("confirmed", points, balance)
    assert Attendance.objects.total_minutes() == minutes


def test_points_that_stay_count_for_the_caps(spent, community):
    PointsRule.objects.update(cap_a_day=30)
    spent("reopen", reason="有休息")
    begins = spent.attendance.started_at + timedelta(hours=3)
    other = AttendanceFactory(
        activity__region=community, activity__starts_at=begins, volunteer=spent.attendance.volunteer, started_at=begins
    )

    attendances.confirm(other, by=UserFactory(), evaluation="认真")

    assert other.points == 10


def test_a_forgotten_check_out_is_completed_by_staff(staff, community):
    attendance = AttendanceFactory(activity__region=community, status="forgotten", ended_at=None)
    path = f"{V1}/attendances/{attendance.pk}"

    assert staff.post(f"{path}/confirm/", GOOD).status_code == 409
    assert staff.post(f"{path}/check-out/", {"at": now() + timedelta(days=1)}).status_code == 409
    at = attendance.started_at + timedelta(minutes=90)
    assert staff.post(f"{path}/check-out/", {"at": at}).json()["minutes"] == 90


def test_rejecting_needs_a_reason(staff, outsiders, community):
    attendance = AttendanceFactory(activity__region=community)
    path = f"{V1}/attendances/{attendance.pk}/reject/"

    assert refusals(outsiders, path, {"reason": "没来"}) == {403, 404}
    assert staff.post(path).status_code == 400
    assert staff.post(path, {"reason": "没来"}).json()["status"] == "rejected"


def test_a_rule_is_added_and_ended(staff, outsiders, community):
    data = {"region": community.pk, "points_per_hour": 5, "rounding_minutes": 15, "starts_on": "2026-01-01"}

    assert refusals(outsiders, f"{V1}/points-rules/", data) == {403, 404}
    rule = staff.post(f"{V1}/points-rules/", data).json()["id"]
    assert staff.post(f"{V1}/points-rules/", data).status_code == 400
    assert staff.post(f"{V1}/points-rules/{rule}/end/", {"ends_on": "2025-01-01"}).status_code == 400
    assert staff.post(f"{V1}/points-rules/{rule}/end/", {"ends_on": "2026-12-31"}).json()["ends_on"] == "2026-12-31"
    assert staff.post(f"{V1}/points-rules/{rule}/end/", {"ends_on": "2027-12-31"}).status_code == 409
