"""Staff at the console: every noun opens, moves are made there, and next door stays invisible."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from communities.grants import Role
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AttendanceFactory,
    CorrectionFactory,
    FundingFactory,
    GiftFactory,
    JournalFactory,
    PaidWorkFactory,
    PartnerFactory,
    PointsRuleFactory,
    RedemptionFactory,
    RepetitionFactory,
    RewardFactory,
    SafeguardFactory,
    SignupFactory,
    StockChangeFactory,
    VolunteerFactory,
)
from volunteers.models import Activity, Attendance, PointsRule, Redemption, Reward
from volunteers.services import partners

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(browse, person, community):
    return browse(person(Role.COMMUNITY_STAFF, community))


NOUNS = [
    ("volunteer", lambda region: VolunteerFactory(region=region)),
    ("activity", lambda region: SignupFactory(activity__region=region).activity),
    ("repetition", lambda region: RepetitionFactory(region=region)),
    ("safeguard", lambda region: SafeguardFactory(region=region)),
    ("paidwork", lambda region: PaidWorkFactory(region=region)),
    ("attendance", lambda region: CorrectionFactory(attendance__activity__region=region).attendance),
    ("pointsrule", lambda region: PointsRuleFactory(region=region, kind=ActivityKindFactory())),
    ("journal", lambda region: JournalFactory(volunteer__region=region)),
    ("account", lambda region: JournalFactory(volunteer__region=region).entries.get(sequence=1).account),
    ("pointentry", lambda region: JournalFactory(volunteer__region=region).entries.get(sequence=1)),
    ("funding", lambda region: FundingFactory(region=region)),
    ("gift", lambda region: GiftFactory(region=region)),
    ("partner", lambda region: PartnerFactory(region=region)),
    ("reward", lambda region: StockChangeFactory(reward__region=region).reward),
    ("redemption", lambda region: RedemptionFactory(reward__region=region)),
]
PRIVATE = [noun for noun in NOUNS if noun[0] not in {"activity", "pointsrule", "partner", "reward", "funding"}]


@pytest.mark.parametrize(("noun", "make"), NOUNS)
def test_every_noun_has_a_list_and_a_page(staff, community, noun, make):
    thing = make(community)

    page = staff.get(reverse(f"admin:volunteers_{noun}_change", args=[thing.pk]))
    rows = staff.get(reverse(f"admin:volunteers_{noun}_changelist"), {"q": "1"})

    assert (page.status_code, rows.status_code) == (200, 200)
    assert staff.get(reverse(f"admin:volunteers_{noun}_changelist")).context["cl"].result_list[0] is not None


@pytest.mark.parametrize(("noun", "make"), PRIVATE)
def test_next_door_is_invisible(staff, neighbour, noun, make):
    thing = make(neighbour)

    answers = staff.get(reverse(f"admin:volunteers_{noun}_change", args=[thing.pk]))

    assert answers.status_code in {302, 403, 404}
    assert list(staff.get(reverse(f"admin:volunteers_{noun}_changelist")).context["cl"].result_list) == []


def test_names_are_masked(staff, community):
    VolunteerFactory(region=community, name="王小花")

    page = staff.get(reverse("admin:volunteers_volunteer_changelist")).content.decode()

    assert "王**" in page
    assert "王小花" not in page


def test_voucher_codes_stay_with_their_owners(staff, community):
    redemption = RedemptionFactory(reward__region=community)

    page = staff.get(reverse("admin:volunteers_redemption_change", args=[redemption.pk])).content.decode()

    assert redemption.code not in page


def split(name, moment):
    local = moment.astimezone()
    return {f"{name}_0": local.date().isoformat(), f"{name}_1": local.strftime("%H:%M:%S")}


def test_an_activity_is_written_and_published(staff, community):
    starts = now() + timedelta(days=1)
    data = {"region": community.pk, "kind": ActivityKindFactory().pk, "title": "巡逻", "place": "东门", "places": 5}
    data |= {"withdraw_hours": 0}
    data |= split("starts_at", starts) | split("ends_at", starts + timedelta(hours=2))

    staff.post(reverse("admin:volunteers_activity_add"), data)
    activity = Activity.objects.get()
    staff.post(reverse("admin:volunteers_activity_publish", args=[activity.pk]))

    assert Activity.objects.get().status == "published"


def test_a_leader_is_chosen_among_ones_own_people(staff, community, neighbour, person):
    volunteer = person(Role.VOLUNTEER, community, name="王小明")
    elsewhere, resident = person(Role.VOLUNTEER, neighbour), person(Role.RESIDENT, community)

    form = staff.get(reverse("admin:volunteers_activity_add")).context["adminform"].form
    labels = {value.value: label for value, label in form.fields["leader"].choices if value}

    assert labels[volunteer.pk].startswith("王**")
    assert not {elsewhere.pk, resident.pk} & set(labels)


def test_hours_are_confirmed_with_an_evaluation(staff, community):
    attendance = AttendanceFactory(activity__region=community)
    PointsRuleFactory(region=community)

    staff.post(
        reverse("admin:volunteers_attendance_confirm", args=[attendance.pk]), {"evaluation": "认真", "minutes": "60"}
    )

    attendance.refresh_from_db()
    assert (attendance.status, attendance.minutes, attendance.points, attendance.evaluation) == (
        "confirmed",
        60,
        10,
        "认真",
    )


@pytest.mark.parametrize("evaluation", ["", "  "])
def test_without_an_evaluation_no_hours_are_confirmed(staff, community, evaluation):
    attendance = AttendanceFactory(activity__region=community)

    path = reverse("admin:volunteers_attendance_confirm", args=[attendance.pk])
    answer = staff.post(path, {"evaluation": evaluation, "minutes": "60"})

    assert answer.context["form"].errors.keys() == {"evaluation"}
    assert Attendance.objects.get().status == "left"


def test_cancelling_without_a_reason_is_asked_again(staff, community):
    activity = ActivityFactory(region=community)

    answer = staff.post(reverse("admin:volunteers_activity_cancel", args=[activity.pk]), {"reason": ""})

    assert answer.status_code == 200
    assert Activity.objects.get().status == "published"


def test_a_rule_a_partner_and_a_reward_are_added(staff, community):
    partner = {"region": community.pk, "name": "理发店"}
    rule = {"region": community.pk, "points_per_hour": 10, "rounding_minutes": 30, "starts_on": "2026-01-01"}
    rule |= {"night_percent": 150, "heat_percent": 100, "months_valid": 24, "gifts_a_month": 50}

    staff.post(reverse("admin:volunteers_pointsrule_add"), rule)
    staff.post(reverse("admin:volunteers_partner_add"), partner)
    reward = {"region": community.pk, "title": "理发", "points": 20, "stock": 3, "valid_until": "2099-01-01"}
    reward["partner"] = community.partners.get().pk
    staff.post(reverse("admin:volunteers_reward_add"), reward)
    made = Reward.objects.get()
    staff.post(reverse("admin:volunteers_reward_offer", args=[made.pk]))
    staff.post(reverse("admin:volunteers_reward_restock", args=[made.pk]), {"pieces": 2, "reason": "到货"})

    made.refresh_from_db()
    assert (made.status, made.stock, PointsRule.objects.count()) == ("offered", 5, 1)


def test_a_clerk_with_a_bad_phone_is_refused_at_the_field(staff, community):
    partner = PartnerFactory(region=community)

    answer = staff.post(
        reverse("admin:volunteers_partner_add_clerk", args=[partner.pk]), {"name": "店员", "phone": "12"}
    )

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not partner.clerks.exists()


def test_a_clerk_who_left_no_longer_accepts_vouchers(staff, community):
    partner = PartnerFactory(region=community)
    partners.add_clerk(partner, phone="13800001234", name="店员", by=staff.user)
    path = reverse("admin:volunteers_partner_remove_clerk", args=[partner.pk])

    kept = staff.post(path, {"clerk": partner.clerks.get().pk, "reason": " "})
    gone = staff.post(path, {"clerk": partner.clerks.get().pk, "reason": "离职"})

    assert (kept.status_code, gone.status_code, partner.clerks.count()) == (200, 302, 0)
    assert not partner.region.role_assignments.active().filter(role=Role.PARTNER).exists()


def test_a_voucher_is_cancelled_by_staff(staff, community):
    redemption = RedemptionFactory(reward=RewardFactory(region=community))

    staff.post(reverse("admin:volunteers_redemption_cancel", args=[redemption.pk]), {"reason": "商户停业"})

    assert Redemption.objects.get().status == "cancelled"


def test_what_waits_for_staff(staff, api, community, neighbour):
    AttendanceFactory(activity__region=community)
    AttendanceFactory(activity__region=community, status="forgotten", ended_at=None)
    AttendanceFactory(activity__region=neighbour)

    waiting = api(staff.user).get("/api/v1/todo/").json()["results"]

    # Both have been waiting for more than ten working days.
    assert sorted(entry["count"] for entry in waiting if "attendance" in entry["url"]) == [1, 1, 2]
    assert Attendance.objects.count() == 3
