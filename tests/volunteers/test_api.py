"""The ladder of every move through the API: works, wrong role, elsewhere, wrong state, twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from communities.grants import Role
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AttendanceFactory,
    ClerkFactory,
    FundingFactory,
    GiftFactory,
    JournalFactory,
    PartnerFactory,
    PointsRuleFactory,
    RedemptionFactory,
    RewardFactory,
    SignupFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Activity, Attendance, Redemption, Reward, Signup, Volunteer
from volunteers.services import redemptions, spot_codes

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def staff(api, person, community):
    return api(person(Role.COMMUNITY_STAFF, community))


@pytest.fixture
def outsiders(api, person, community, neighbour):
    """Those who must not: staff next door, an observer here, a volunteer here, a stranger."""
    others = [(Role.COMMUNITY_STAFF, neighbour), (Role.OBSERVER, community), (Role.VOLUNTEER, community)]
    return [api(person(role, region)) for role, region in others] + [api()]


def running(community, **fields):
    """An activity that began half an hour ago."""
    return ActivityFactory(region=community, starts_at=now() - timedelta(minutes=30), **fields)


def refusals(clients, path, data=None):
    return {client.post(path, data or {}).status_code for client in clients}


# volunteers


def test_a_foreigner_with_one_name_registers(api, community):
    mine = api(UserFactory())

    answer = mine.post(f"{V1}/volunteers/", {"name": "Pelé", "nationality": "BR", "region": community.pk})

    volunteer = Volunteer.objects.get()
    assert answer.status_code == 201
    assert (volunteer.name, volunteer.nationality.code, volunteer.user) == ("Pelé", "BR", mine.user)
    assert mine.user.roles == {Role.VOLUNTEER}
    assert answer.json()["number"] == volunteer.number


def test_registering_needs_a_person_and_happens_once(api, community):
    data = {"name": "王小花", "nationality": "CN", "region": community.pk}
    mine = api(UserFactory())

    statuses = [client.post(f"{V1}/volunteers/", data).status_code for client in (api(), mine, mine)]

    assert statuses == [403, 201, 409]


@pytest.mark.parametrize(
    ("age", "guardian", "status"),
    [(13, "王大花", 409), (14, "", 409), (14, "王大花", 201), (18, "", 201)],
)
def test_nobody_under_14_and_below_18_with_a_guardian(api, community, age, guardian, status):
    born = (localdate() - timedelta(days=age * 365.25 + 1)).isoformat()
    data = {
        "name": "小花",
        "nationality": "CN",
        "region": community.pk,
        "born": born,
        "guardian": guardian,
        "agrees": True,
    }

    answer = api(UserFactory()).post(f"{V1}/volunteers/", data)

    assert answer.status_code == status


def test_a_birth_date_that_is_none_is_said_at_its_field(api, community):
    data = {"name": "小花", "nationality": "CN", "region": community.pk, "born": "yesterday"}

    answer = api(UserFactory()).post(f"{V1}/volunteers/", data)

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, ["born"])


def test_staff_see_names_masked_and_only_their_own_place(staff, community, neighbour):
    mine = VolunteerFactory(region=community, name="王小花")
    VolunteerFactory(region=neighbour)

    rows = staff.get(f"{V1}/volunteers/").json()["results"]

    assert [(row["number"], row["name"]) for row in rows] == [(mine.number, "王**")]


def test_a_profile_is_its_owners_alone(api, staff, community):
    volunteer = VolunteerFactory(region=community, born="1990")

    seen = api(volunteer.user).get(f"{V1}/volunteers/{volunteer.pk}/profile/")

    assert (seen.json()["name"], seen.json()["born"]) == (volunteer.name, "1990")
    assert staff.get(f"{V1}/volunteers/{volunteer.pk}/profile/").status_code == 404


def test_suspending_needs_a_reason(staff, outsiders, community):
    path = f"{V1}/volunteers/{VolunteerFactory(region=community).pk}/suspend/"

    assert refusals(outsiders, path, {"reason": "违规"}) == {403, 404}
    assert staff.post(path, {"reason": " "}).status_code == 400
    assert staff.post(path, {"reason": "违规"}).json()["status"] == "suspended"
    assert staff.post(path, {"reason": "违规"}).status_code == 409


# activities


def test_an_activity_from_draft_to_published(staff, outsiders, community):
    data = {
        "region": community.pk,
        "kind": ActivityKindFactory().pk,
        "title": "清晨巡逻",
        "title_en": "Morning patrol",
        "place": "东门",
        "starts_at": now() + timedelta(days=1),
        "ends_at": now() + timedelta(days=1, hours=2),
        "places": 3,
    }

    assert refusals(outsiders, f"{V1}/activities/", data) == {403, 404}
    made = staff.post(f"{V1}/activities/", data)
    path = f"{V1}/activities/{made.json()['id']}"
    assert refusals(outsiders, f"{path}/publish/") == {403, 404}
    assert staff.post(f"{path}/publish/").json()["status"] == "published"
    assert staff.post(f"{path}/publish/").status_code == 409
    assert staff.patch(f"{path}/", {"title": "夜间巡逻"}).status_code == 409
    assert staff.patch(f"{path}/", {"places": 4}).json()["places"] == 4


def test_an_activity_that_ends_before_it_starts_is_refused_in_words(staff, community):
    activity = ActivityFactory.build(kind=ActivityKindFactory(), region=community)
    data = {"region": community.pk, "kind": activity.kind.pk, "title": "反了", "place": "东门"}

    answer = staff.post(
        f"{V1}/activities/", data | {"starts_at": activity.ends_at, "ends_at": activity.starts_at, "places": 1}
    )

    assert answer.status_code == 400
    assert "约束" not in answer.content.decode()


def test_drafts_are_seen_by_staff_of_the_place_alone(staff, api, person, community, neighbour):
    draft = ActivityFactory(region=community, status="draft")
    public = ActivityFactory(region=neighbour)

    seen = {
        who: {row["id"] for row in client.get(f"{V1}/activities/").json()["results"]}
        for who, client in [
            ("here", staff),
            ("next door", api(person(Role.COMMUNITY_STAFF, neighbour))),
            ("anybody", api()),
        ]
    }

    assert seen == {"here": {draft.pk, public.pk}, "next door": {public.pk}, "anybody": {public.pk}}


def test_cancelling_needs_a_reason_and_nobody_there(staff, outsiders, community):
    activity = ActivityFactory(region=community)
    visited = AttendanceFactory(activity__region=community).activity

    assert refusals(outsiders, f"{V1}/activities/{activity.pk}/cancel/", {"reason": "雨"}) == {403, 404}
    assert staff.post(f"{V1}/activities/{activity.pk}/cancel/").status_code == 400
    assert staff.post(f"{V1}/activities/{activity.pk}/cancel/", {"reason": "雨"}).json()["status"] == "cancelled"
    assert staff.post(f"{V1}/activities/{visited.pk}/cancel/", {"reason": "雨"}).status_code == 409
    assert Activity.objects.get(pk=visited.pk).status == "published"


# signing up


def test_signing_up_withdrawing_and_moving_up(api, community):
    activity = ActivityFactory(region=community, places=1, starts_at=now() + timedelta(days=1))
    first, second = (api(VolunteerFactory(region=community).user) for _ in range(2))
    path = f"{V1}/activities/{activity.pk}/sign-up/"

    statuses = [client.post(path).json()["status"] for client in (first, first, second)]
    mine = first.get(f"{V1}/signups/").json()["results"]
    left = first.post(f"{V1}/signups/{mine[0]['id']}/withdraw/")

    assert statuses == ["signed_up", "signed_up", "waiting"]
    assert (len(mine), left.json()["status"]) == (1, "withdrawn")
    assert second.get(f"{V1}/signups/").json()["results"][0]["status"] == "signed_up"
    assert second.get(f"{V1}/signups/{mine[0]['id']}/").status_code == 404
    assert first.post(f"{V1}/signups/{mine[0]['id']}/withdraw/").status_code == 409


def test_who_is_no_volunteer_is_told_to_register(api, community):
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))

    strangers = [client.post(f"{V1}/activities/{activity.pk}/sign-up/") for client in (api(), api(UserFactory()))]

    assert [answer.status_code for answer in strangers] == [403, 409]
    assert strangers[1].json()["error"]["code"] == "not_a_volunteer"


@pytest.mark.parametrize("status", ["draft", "ended", "cancelled"])
def test_nobody_signs_up_for_what_is_not_open(api, community, status):
    activity = ActivityFactory(region=community, status=status, starts_at=now() + timedelta(days=1))

    answer = api(VolunteerFactory().user).post(f"{V1}/activities/{activity.pk}/sign-up/")

    assert answer.status_code == (404 if status == "draft" else 409)
    assert not Signup.objects.exists()


def test_withdrawing_ends_when_the_activity_starts(api, community):
    signup = SignupFactory(activity=running(community))

    answer = api(signup.volunteer.user).post(f"{V1}/signups/{signup.pk}/withdraw/")

    assert answer.status_code == 409


# attendance and points


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
    assert staff.post(path).status_code == 409
    assert Account.objects.get(volunteer=attendance.volunteer).balance == 20
    entry = api(attendance.volunteer.user).get(f"{V1}/points-entries/", HTTP_ACCEPT_LANGUAGE="en").json()["results"][0]
    assert (entry["amount"], entry["balance_after"], entry["reason"]) == (20, 20, "Patrol")


def test_nobody_confirms_their_own_hours(api, person, community):
    worker = person(Role.COMMUNITY_STAFF, community)
    attendance = AttendanceFactory(activity__region=community, volunteer__user=worker)

    answer = api(worker).post(f"{V1}/attendances/{attendance.pk}/confirm/")

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "own_hours")


def test_reopening_takes_the_points_back_and_confirming_again_gives_them_anew(staff, community):
    attendance = AttendanceFactory(activity__region=community)
    PointsRuleFactory(region=community, points_per_hour=10)
    path = f"{V1}/attendances/{attendance.pk}"
    staff.post(f"{path}/confirm/")

    assert staff.post(f"{path}/reopen/").status_code == 400
    assert staff.post(f"{path}/reopen/", {"reason": "时间记错"}).json()["points"] is None
    times = {"started_at": attendance.started_at, "ended_at": attendance.started_at + timedelta(hours=1)}
    assert staff.post(f"{path}/correct/", times | {"reason": "提前离开"}).json()["minutes"] == 60
    assert staff.post(f"{path}/confirm/").json()["points"] == 10
    amounts = list(Account.objects.get(volunteer=attendance.volunteer).entries.values_list("amount", flat=True))
    assert sorted(amounts) == [-20, 10, 20]
    assert attendance.corrections.get().reason == "提前离开"


def test_points_already_spent_keep_the_hours_confirmed(staff, community):
    attendance = AttendanceFactory(activity__region=community)
    PointsRuleFactory(region=community, points_per_hour=10)
    staff.post(f"{V1}/attendances/{attendance.pk}/confirm/")
    from_reward = RewardFactory(region=community, points=15)
    redemptions.redeem(from_reward, volunteer=attendance.volunteer, key="k", by=attendance.volunteer.user)

    answer = staff.post(f"{V1}/attendances/{attendance.pk}/reopen/", {"reason": "记错"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "balance_never_negative")
    assert Attendance.objects.get().status == "confirmed"


def test_a_forgotten_check_out_is_completed_by_staff(staff, community):
    attendance = AttendanceFactory(activity__region=community, status="forgotten", ended_at=None)
    path = f"{V1}/attendances/{attendance.pk}"

    assert staff.post(f"{path}/confirm/").status_code == 409
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


# rewards and vouchers


@pytest.fixture
def reward(community):
    return RewardFactory(region=community, partner=PartnerFactory(region=community), points=10)


@pytest.fixture
def rich(api, community):
    """A volunteer with 30 points."""
    volunteer = VolunteerFactory(region=community)
    JournalFactory(volunteer=volunteer, points=30)
    return api(volunteer.user)


def test_a_reward_from_draft_to_closed(staff, outsiders, community):
    partner = PartnerFactory(region=community)
    data = {"region": community.pk, "partner": partner.pk, "title": "理发", "points": 20, "stock": 2}
    data["valid_until"] = "2099-12-31"

    assert refusals(outsiders, f"{V1}/rewards/", data) == {403, 404}
    path = f"{V1}/rewards/{staff.post(f'{V1}/rewards/', data).json()['id']}"
    assert staff.patch(f"{path}/", {"points": 25}).json()["points"] == 25
    assert staff.post(f"{path}/offer/").json()["status"] == "offered"
    assert staff.patch(f"{path}/", {"points": 5}).status_code == 409
    assert staff.post(f"{path}/restock/", {"pieces": -3, "reason": "盘点"}).status_code == 409
    assert staff.post(f"{path}/restock/", {"pieces": 3, "reason": "到货"}).json()["stock"] == 5
    assert staff.post(f"{path}/close/").json()["status"] == "closed"
    assert Reward.objects.get().stock_changes.count() == 2


def test_redeeming_once_for_each_key(rich, api, reward):
    path = f"{V1}/rewards/{reward.pk}/redeem/"
    other = RewardFactory(region=reward.region)

    first = rich.post(path, {}, HTTP_IDEMPOTENCY_KEY="a")
    again = rich.post(path, {}, HTTP_IDEMPOTENCY_KEY="a")
    elsewhere = rich.post(f"{V1}/rewards/{other.pk}/redeem/", {"key": "a"})

    assert first.status_code == 201
    assert again.json() == first.json()
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (409, "key_reused")
    assert rich.post(path).status_code == 400
    assert [api().post(path, {"key": "b"}).status_code, Redemption.objects.count()] == [403, 1]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"points": 31}, "balance_never_negative"),
        ({"stock": 0}, "stock_never_negative"),
        ({"limit_per_person": 0}, "limit_reached"),
        ({"valid_until": "2020-01-01"}, "not_offered"),
    ],
)
def test_what_cannot_be_redeemed(rich, reward, fields, code):
    Reward.objects.filter(pk=reward.pk).update(**fields)
    answer = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, code)
    assert Account.objects.get(volunteer__user=rich.user).balance == 30


def test_a_closed_reward_is_no_longer_seen(rich, reward):
    Reward.objects.update(status="closed")

    assert rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).status_code == 404


def test_a_reward_of_another_community_is_not_for_me(rich, neighbour):
    reward = RewardFactory(region=neighbour)

    answer = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"})

    assert answer.json()["error"]["code"] == "elsewhere"


@pytest.fixture
def till(api, person, reward):
    clerk = person(Role.PARTNER, reward.region)
    ClerkFactory(partner=reward.partner, user=clerk)
    return api(clerk)


def test_the_partner_accepts_a_voucher_once(rich, till, reward):
    code = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).json()["code"]
    typed = f" {code[:5].lower()}-{code[5:]}"

    seen = till.post(f"{V1}/redemptions/look-up/", {"code": typed}).json()
    used = till.post(f"{V1}/redemptions/accept/", {"code": typed})
    twice = till.post(f"{V1}/redemptions/accept/", {"code": code})

    assert (seen["status"], seen["code"], seen["name"][-1]) == ("issued", "", "*")
    assert used.json()["status"] == "used"
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "already_used")
    assert str(localdate().year) in twice.json()["error"]["message"]


def test_another_partner_knows_nothing_of_it(api, rich, reward, community):
    code = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).json()["code"]
    clerk = ClerkFactory(partner=PartnerFactory(region=community)).user

    answers = [api(user).post(f"{V1}/redemptions/accept/", {"code": code}) for user in (clerk, UserFactory())]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert Redemption.objects.get().status == "issued"


def test_cancelling_gives_points_and_piece_back(rich, staff, outsiders, reward):
    Reward.objects.filter(pk=reward.pk).update(stock=1)
    StockChangeFactory(reward=reward, pieces=1)
    mine = rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"}).json()
    path = f"{V1}/redemptions/{mine['id']}/cancel/"

    assert refusals(outsiders, path) == {403, 404}
    assert rich.post(path).json()["status"] == "cancelled"
    assert rich.post(path).status_code == 409
    assert Account.objects.get(volunteer__user=rich.user).balance == 30
    assert Reward.objects.get(pk=reward.pk).stock == 1


def test_staff_see_vouchers_without_their_codes(rich, staff, reward):
    rich.post(f"{V1}/rewards/{reward.pk}/redeem/", {"key": "k"})

    rows = staff.get(f"{V1}/redemptions/").json()["results"]

    assert [(row["status"], row["code"]) for row in rows] == [("issued", "")]


def test_a_partner_gets_a_clerk_by_phone(staff, outsiders, reward):
    path = f"{V1}/partners/{reward.partner.pk}"

    assert refusals(outsiders, f"{path}/add-clerk/", {"name": "店员", "phone": "13800001234"}) == {403, 404}
    assert staff.post(f"{path}/add-clerk/", {"name": "店员", "phone": "12"}).status_code == 409
    assert staff.post(f"{path}/add-clerk/", {"name": "店员", "phone": "13800001234"}).status_code == 201
    clerk = reward.partner.clerks.get().user
    assert (clerk.phone, clerk.roles) == ("+8613800001234", {Role.PARTNER})
    gone = {"phone": "13800001234", "reason": "离职"}
    assert refusals(outsiders, f"{path}/remove-clerk/", gone) == {403, 404}
    assert [staff.post(f"{path}/remove-clerk/", gone).status_code for _twice in range(2)] == [200, 409]
    assert (reward.partner.clerks.count(), type(clerk).objects.get(pk=clerk.pk).roles) == (0, set())
    assert staff.post(f"{path}/suspend/", {"reason": "停业"}).json()["status"] == "suspended"
    assert staff.post(f"{path}/resume/").json()["status"] == "active"


# lists


LISTS = [
    ("volunteers", lambda region: VolunteerFactory(region=region)),
    ("activities", lambda region: SignupFactory(activity__region=region).activity),
    ("signups", lambda region: SignupFactory(activity__region=region)),
    ("attendances", lambda region: AttendanceFactory(activity__region=region)),
    ("points-rules", lambda region: PointsRuleFactory(region=region, kind=ActivityKindFactory())),
    ("points-accounts", lambda region: JournalFactory(volunteer__region=region)),
    ("points-journals", lambda region: JournalFactory(volunteer__region=region)),
    ("points-entries", lambda region: JournalFactory(volunteer__region=region)),
    ("points-fundings", lambda region: FundingFactory(region=region)),
    ("points-gifts", lambda region: GiftFactory(region=region)),
    ("partners", lambda region: PartnerFactory(region=region)),
    ("rewards", lambda region: RewardFactory(region=region)),
    ("redemptions", lambda region: RedemptionFactory(reward__region=region)),
]


@pytest.mark.parametrize(("noun", "make"), LISTS)
def test_a_list_asks_the_same_questions_for_one_row_and_three(staff, community, django_assert_num_queries, noun, make):
    make(community)
    with CaptureQueriesContext(
        connection,
    ) as one:
        staff.get(f"{V1}/{noun}/")
    make(community), make(community)

    with django_assert_num_queries(len(one)):
        rows = staff.get(f"{V1}/{noun}/").json()["results"]

    assert len(rows) >= 3
