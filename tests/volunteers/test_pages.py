"""The pages of volunteers, leaders and partners, as they walk through them on a phone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from communities.grants import Role
from tests.factories import (
    ActivityFactory,
    AttendanceFactory,
    ClerkFactory,
    JournalFactory,
    PartnerFactory,
    PointsRuleFactory,
    RedemptionFactory,
    RewardFactory,
    SignupFactory,
    SkillFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, Attendance, Redemption, Volunteer
from volunteers.services import spot_codes

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def volunteer(community):
    volunteer = VolunteerFactory(region=community, name="Amina")
    JournalFactory(volunteer=volunteer, points=30)
    return volunteer


def text(response):
    return response.content.decode()


def test_anybody_reads_what_is_coming(browse, community, neighbour):
    ActivityFactory(region=community, title="巡逻", title_en="Patrol", starts_at=now() + timedelta(days=1))
    ActivityFactory(region=community, title="草稿", status="draft", starts_at=now() + timedelta(days=1))
    ActivityFactory(region=neighbour, title="隔壁", starts_at=now() + timedelta(days=1))
    ActivityFactory(region=community, title="过去", starts_at=now() - timedelta(days=1))

    shown = text(browse().get(f"/c/{community.code}/activities/"))
    english = text(browse().get("/activities/", **EN))

    assert [word in shown for word in ("巡逻", "草稿", "隔壁", "过去")] == [True, False, False, False]
    assert "Patrol" in english
    assert "巡逻" not in english


def test_activities_of_one_kind(browse, community):
    wanted = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))
    other = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))

    shown = text(browse().get("/activities/", {"kind": wanted.kind.code}))

    assert [activity.title in shown for activity in (wanted, other)] == [True, False]


def test_a_foreigner_registers_in_english_and_signs_up(browse, community):
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))
    language = SkillFactory(is_language=True)
    mine = browse(UserFactory())

    to_register = mine.post(f"/activities/{activity.pk}/sign-up/", **EN)
    profile = {"name": "Amina", "nationality": "KE", "languages": [language.pk]}
    incomplete = mine.post(to_register.url, profile, **EN)
    mine.post(to_register.url, profile | {"is_old_enough": "on", "agrees_to_profile": "on"}, **EN)
    mine.post(f"/activities/{activity.pk}/sign-up/", **EN)
    page = text(mine.get("/volunteer/", **EN))

    volunteer = Volunteer.objects.get()
    assert 'value="Amina"' in text(incomplete)
    assert list(volunteer.skills.all()) == [language]
    assert volunteer.number in page
    assert activity.title in page


def test_a_child_is_refused_and_what_was_typed_is_kept(browse, community):
    born = str(now().year - 10)
    data = {
        "name": "小小",
        "nationality": "CN",
        "born": born,
        "is_old_enough": "on",
        "agrees_to_profile": "on",
        "agrees": "on",
    }

    answer = browse(UserFactory()).post(f"/c/{community.code}/volunteer/", data)

    assert f'value="{born}"' in text(answer)
    assert not Volunteer.objects.exists()


def test_my_page_shows_two_figures(browse, volunteer, community):
    AttendanceFactory(activity__region=community, volunteer=volunteer, status="confirmed", points=0, minutes=90)

    page = text(browse(volunteer.user).get("/volunteer/", **EN))

    assert re.findall(r'class="figure">([^<]+)<', page) == ["1 h 30 min", "30"]


def test_a_statement_page_by_page(browse, volunteer):
    for _ in range(24):
        JournalFactory(volunteer=volunteer, points=1)
    mine = browse(volunteer.user)

    first = mine.get("/volunteer/points/")
    second = mine.get(f"/volunteer/points/?before={first.context['older']}")

    assert [entry.sequence for entry in first.context["entries"]] == list(range(25, 5, -1))
    assert [entry.sequence for entry in second.context["entries"]] == [5, 4, 3, 2, 1]
    assert second.context["older"] is None


def test_scanning_the_screen_checks_in_and_out_once_each(browse, community, volunteer):
    activity = ActivityFactory(
        region=community, leader=UserFactory(), starts_at=now() - timedelta(hours=1), title_en="Patrol"
    )
    screen = browse(activity.leader).get(f"/activities/{activity.pk}/screen/")
    code = re.search(rf"/activities/{activity.pk}/scan/[^/]+/", scanned_url(activity))[0]
    mine = browse(volunteer.user)

    here = mine.get(code, follow=True)
    form = {"ticket": here.context["ticket"], "do": "in"}
    mine.post(f"/activities/{activity.pk}/here/", form)
    mine.post(f"/activities/{activity.pk}/here/", form)
    Attendance.objects.update(started_at=now() - timedelta(minutes=30, seconds=30))
    mine.post(f"/activities/{activity.pk}/here/", form | {"do": "out"})

    attendance = Attendance.objects.get()
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in text(screen)
    assert "<svg" in text(screen)
    assert (attendance.status, attendance.minutes, attendance.means_out) == ("left", 30, "code")


def scanned_url(activity):
    return reverse("volunteers:scan", args=[activity.pk, spot_codes.show(activity, at=now())])


def test_a_stale_scan_says_so(browse, community, volunteer):
    activity = ActivityFactory(region=community, starts_at=now() - timedelta(hours=1))

    answers = [
        browse(volunteer.user).get(f"/activities/{activity.pk}/{path}")
        for path in ("scan/12.3:forged/", "here/?ticket=forged")
    ]

    assert {answer.status_code for answer in answers} == {409}


def test_the_letters_below_the_code_are_typed_where_scanning_does_not_work(browse, community, volunteer):
    activity = ActivityFactory(region=community, starts_at=now() - timedelta(hours=1))
    mine, path = browse(volunteer.user), f"/activities/{activity.pk}/here/"
    code = spot_codes.show(activity, at=now())

    asked = text(mine.get(path, **EN))
    wrong = mine.post(path, {"code": "22222239", "do": "in"}, **EN)
    mine.post(path, {"code": f" {code[:4].lower()} {code[4:]}", "do": "in"})

    assert "type the eight letters" in asked
    assert "no longer valid" in text(wrong)
    assert Attendance.objects.get().means_in == "code"


def test_a_scan_survives_signing_in(browse, community, volunteer):
    activity = ActivityFactory(region=community, starts_at=now() - timedelta(hours=1))

    ticket = browse().get(scanned_url(activity)).url
    asked = browse().get(ticket)

    assert asked.url.startswith("/sign-in/?next=/activities/")
    assert browse(volunteer.user).get(ticket).status_code == 200


def test_the_scan_of_somebody_who_is_signed_in_is_nobody_elses(browse, community, volunteer):
    activity = ActivityFactory(region=community, starts_at=now() - timedelta(hours=1))
    friend = VolunteerFactory(region=community)

    ticket = browse(volunteer.user).get(scanned_url(activity)).url
    forwarded = [browse(friend.user).get(ticket), browse(friend.user).post(ticket)]
    came = browse(volunteer.user).post(ticket)

    assert [answer.status_code for answer in forwarded] == [409, 409]
    assert "请自己扫一下屏幕" in forwarded[0].content.decode()
    assert came.status_code == 302
    assert Attendance.objects.get().volunteer == volunteer


def test_the_leader_handles_the_list(browse, community, volunteer):
    activity = ActivityFactory(region=community, leader=UserFactory(), starts_at=now() - timedelta(hours=1))
    SignupFactory(activity=activity, volunteer=volunteer)
    leader = browse(activity.leader)
    path = f"/activities/{activity.pk}/people/"

    unknown = leader.post(path, {"number": "0"})
    leader.post(path, {"number": volunteer.number})
    present = Attendance.objects.get()
    Attendance.objects.update(started_at=now() - timedelta(minutes=50))
    leader.post(f"/attendances/{present.pk}/leave-now/")

    again = leader.post(f"/attendances/{present.pk}/leave-now/", follow=True, **EN)

    assert "noted already" in text(again)
    assert unknown.context["form"].errors.keys() == {"number"}
    assert Attendance.objects.get().status == "left"


def test_the_leader_says_when_somebody_left_who_forgot(browse, community):
    attendance = AttendanceFactory(
        activity__region=community, activity__leader=UserFactory(), status="forgotten", ended_at=None
    )
    leader = browse(attendance.activity.leader)
    at = (attendance.started_at + timedelta(minutes=45)).strftime("%Y-%m-%dT%H:%M+00:00")

    leader.post(f"/attendances/{attendance.pk}/leaving/", {"at": at})

    attendance.refresh_from_db()
    assert (attendance.status, attendance.minutes) == ("left", 45)


def test_the_leaders_pages_are_the_leaders(browse, person, community, neighbour, volunteer):
    attendance = AttendanceFactory(activity__region=community)
    activity = attendance.activity
    others = [volunteer.user, person(Role.COMMUNITY_STAFF, neighbour), UserFactory()]
    paths = [f"/activities/{activity.pk}/{page}/" for page in ("screen", "people")]
    paths.append(f"/attendances/{attendance.pk}/leaving/")

    assert {browse(user).get(path).status_code for user in others for path in paths} == {404}


def test_redeeming_showing_and_accepting_a_voucher(browse, community, volunteer):
    partner = PartnerFactory(region=community)
    reward = RewardFactory(region=community, partner=partner, points=20, title_en="Haircut")
    mine, till = browse(volunteer.user), browse(ClerkFactory(partner=partner).user)

    key = re.search(r'name="key" value="([^"]+)"', text(mine.get(f"/rewards/{reward.pk}/", **EN)))[1]
    made = [mine.post(f"/rewards/{reward.pk}/", {"key": key}, **EN) for _ in range(2)]
    voucher = Redemption.objects.get()
    page = text(mine.get(made[0].url, **EN))
    found = till.post("/till/", {"code": voucher.spoken_code.lower()})
    till.post(found.url)
    twice = till.post(found.url)

    assert made[0].url == made[1].url == f"/vouchers/{voucher.pk}/"
    assert voucher.spoken_code in page
    assert "Haircut" in page
    assert twice.status_code == 409
    assert Redemption.objects.get().status == "used"
    assert Account.objects.get(volunteer=volunteer).balance == 10


def test_what_is_too_dear_is_refused_at_the_form(browse, community, volunteer):
    reward = RewardFactory(region=community, points=31)

    answer = browse(volunteer.user).post(f"/rewards/{reward.pk}/", {"key": "k"})

    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert not Redemption.objects.exists()


def test_a_wrong_code_is_refused_at_the_form(browse):
    till = browse(ClerkFactory().user)

    answer = till.post("/till/", {"code": RedemptionFactory().code})

    assert answer.context["form"].non_field_errors()


def test_a_voucher_is_its_owners(browse, person, community, volunteer):
    redemption = RedemptionFactory(reward__region=community)
    others = [volunteer.user, person(Role.COMMUNITY_STAFF, community)]

    seen = {browse(user).get(f"/vouchers/{redemption.pk}/").status_code for user in others}
    cancelled = {browse(user).post(f"/vouchers/{redemption.pk}/cancel/").status_code for user in others}
    browse(redemption.volunteer.user).post(f"/vouchers/{redemption.pk}/cancel/")

    assert seen == cancelled == {404}
    assert Redemption.objects.get().status == "cancelled"


def test_the_till_is_for_clerks(browse, volunteer):
    assert browse(volunteer.user).get("/till/").status_code == 404


def test_the_catalogue_of_my_place(browse, volunteer, community, street, neighbour):
    titles = ["这里", "街道", "隔壁"]
    for title, region in zip(titles, (community, street, neighbour), strict=True):
        RewardFactory(region=region, title=title)

    page = text(browse(volunteer.user).get("/rewards/"))

    assert [title in page for title in titles] == [True, True, False]


def test_the_community_page_shows_what_is_coming(browse, community):
    ActivityFactory(region=community, title="社区巡逻", starts_at=now() + timedelta(days=1))

    assert "社区巡逻" in text(browse().get(f"/c/{community.code}/"))


def test_an_activity_says_what_it_earns(browse, community):
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))
    PointsRuleFactory(region=community, points_per_hour=7, cap_a_day=20)

    page = text(browse().get(f"/activities/{activity.pk}/", **EN))

    assert "7 points an hour" in page
    assert "at most 20 a day" in page


def test_a_profile_is_changed_by_its_owner(browse, volunteer):
    mine = browse(volunteer.user)

    shown = text(mine.get("/volunteer/profile/"))
    mine.post("/volunteer/profile/", {"name": "Amina W.", "nationality": "KE"})

    volunteer.refresh_from_db()
    assert 'value="Amina"' in shown
    assert (volunteer.name, volunteer.nationality.code) == ("Amina W.", "KE")
    assert browse(UserFactory()).get("/volunteer/profile/").status_code == 404
