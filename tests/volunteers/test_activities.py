"""Activities: what they ask for, copied by one click, given back until an hour; the waiting list moves by itself."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from communities.grants import Role
from communities.models import Notice, Refused
from communities.notices import key_of
from communities.services import outbox
from tests.factories import ActivityFactory, SignupFactory, SkillFactory, UserFactory, VolunteerFactory
from volunteers.models import Activity, Signup
from volunteers.services import activities, signups, volunteers

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def staff(person, community):
    return person(Role.COMMUNITY_STAFF, community)


def coming(region, **fields):
    return ActivityFactory(region=region, starts_at=now() + 2 * DAY, **fields)


@pytest.mark.django_db
def test_everybody_reads_what_is_wanted_what_to_mind_and_what_is_needed(browse, community):
    language = SkillFactory(name="英语", name_en="English", is_language=True)
    asking = {"risk_note": "路滑", "risk_note_en": "Slippery roads", "needs_insurance": True, "withdraw_hours": 24}
    activity = coming(community, **asking)
    activity.skills.add(language)

    chinese = browse().get(f"/activities/{activity.pk}/").content.decode()
    english = browse().get(f"/activities/{activity.pk}/", **EN).content.decode()

    assert [word in chinese for word in ("英语", "路滑", "当天有效的保险", "退出报名截止")] == [True] * 4
    assert [word in english for word in ("English", "Slippery roads", "insurance that covers the day")] == [True] * 3
    assert "路滑" not in english


@pytest.mark.django_db
def test_activities_are_found_by_the_language_they_want(browse, api, community):
    skill = SkillFactory(code="lang-en")
    wanted, other = coming(community), coming(community)
    wanted.skills.add(skill)

    page = browse().get(f"/c/{community.code}/activities/", {"skill": "lang-en"})
    rows = api().get("/api/v1/activities/", {"skills__code": "lang-en"}).json()["results"]
    nonsense = browse().get("/activities/", {"skill": "§", "kind": "no such"})

    assert [activity.pk for activity in page.context["page"]] == [wanted.pk]
    assert [row["id"] for row in rows] == [wanted.pk]
    assert other.title not in page.content.decode()
    assert nonsense.status_code == 200


@pytest.mark.django_db
def test_how_many_places_are_taken_is_not_multiplied_by_the_skills(community):
    activity = coming(community)
    activity.skills.set([SkillFactory() for _ in range(3)])
    for _ in range(2):
        SignupFactory(activity=activity)

    assert Activity.objects.filter(skills__isnull=False).distinct().with_taken().get().taken == 2


@pytest.mark.django_db
def test_what_was_published_asks_for_nothing_new(community, staff):
    activity = coming(community)

    for change in (
        {"risk_note": "雷雨"},
        {"needs_insurance": True},
        {"withdraw_hours": 5},
        {"skills": [SkillFactory()]},
    ):
        with pytest.raises(Refused):
            activities.edit(Activity.objects.get(pk=activity.pk), by=staff, **change)
    draft = coming(community, status="draft")
    activities.edit(draft, by=staff, risk_note="雷雨", skills=[SkillFactory()])

    assert (draft.risk_note, draft.skills.count()) == ("雷雨", 1)


# copied by one click


@pytest.mark.django_db
def test_one_click_makes_a_draft_of_the_next_same_weekday(browse, community, staff):
    activity = ActivityFactory(region=community, starts_at=now() - 10 * DAY, places=7, risk_note="路滑")
    activity.skills.add(SkillFactory())

    answer = browse(staff).post(f"/activities/{activity.pk}/copy/")

    again = Activity.objects.exclude(pk=activity.pk).get()
    assert answer.url == f"/admin/volunteers/activity/{again.pk}/change/"
    assert (again.status, again.places, again.risk_note) == ("draft", 7, "路滑")
    assert again.starts_at - activity.starts_at == 14 * DAY
    assert again.ends_at - again.starts_at == activity.ends_at - activity.starts_at
    assert list(again.skills.all()) == list(activity.skills.all())
    assert not again.signups.exists()


@pytest.mark.django_db
def test_copying_is_for_staff_of_the_place(browse, api, person, community, neighbour, staff):
    activity = coming(community, leader=person(Role.VOLUNTEER, community))
    others = [activity.leader, person(Role.COMMUNITY_STAFF, neighbour), person(Role.OBSERVER, community)]

    pages = {browse(who).post(f"/activities/{activity.pk}/copy/").status_code for who in others}
    through = {api(who).post(f"/api/v1/activities/{activity.pk}/copy/").status_code for who in others}
    made = api(staff).post(f"/api/v1/activities/{activity.pk}/copy/")
    console = browse(staff).post(f"/admin/volunteers/activity/{activity.pk}/copy/")

    newest = Activity.objects.order_by("-id")[0]
    assert (pages, through) == ({404}, {404})
    assert (made.status_code, made.json()["status"]) == (201, "draft")
    assert console.url == f"/admin/volunteers/activity/{newest.pk}/change/"
    assert Activity.objects.count() == 3
    assert 'action="/activities/' not in browse(activity.leader).get(f"/activities/{activity.pk}/copy").content.decode()


# given back until an hour


@pytest.mark.django_db
def test_a_place_is_given_back_until_the_hour_and_later_by_staff(community, staff):
    activity = coming(community, withdraw_hours=24, places=1)
    early, late, next_one = (
        signups.sign_up(activity, volunteer=VolunteerFactory(region=community), by=UserFactory()) for _ in range(3)
    )

    signups.withdraw(early, by=early.volunteer.user, at=activity.starts_at - 24 * HOUR - timedelta(seconds=1))
    late.refresh_from_db()
    with pytest.raises(Refused) as no:
        signups.withdraw(late, by=late.volunteer.user, at=activity.starts_at - 24 * HOUR)
    signups.withdraw(next_one, by=next_one.volunteer.user, at=activity.starts_at - HOUR)  # who only waits may go
    signups.withdraw(late, by=staff, at=activity.starts_at - HOUR)

    assert no.value.code == "too_late_to_withdraw"
    assert set(activity.signups.values_list("status", flat=True)) == {"withdrawn"}


@pytest.mark.django_db
def test_the_page_says_until_when_and_then_that_it_is_too_late(browse, community):
    activity = coming(community, withdraw_hours=24)
    volunteer = VolunteerFactory(region=community)
    signups.sign_up(activity, volunteer=volunteer, by=volunteer.user)
    mine, path = browse(volunteer.user), f"/activities/{activity.pk}/"

    before = mine.get(path).content.decode()
    Activity.objects.filter(pk=activity.pk).update(withdraw_hours=72)
    after = mine.get(path).content.decode()
    tried = mine.post(f"{path}withdraw/", follow=True)

    assert f'action="{path}withdraw/"' in before
    assert f'action="{path}withdraw/"' not in after
    assert "请给社区打电话" in after
    assert "请给社区打电话" in tried.content.decode()
    assert Signup.objects.get().status == "signed_up"


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-1, 337])
def test_the_hours_are_within_two_weeks(community, hours):
    activity = coming(community)

    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=activity.pk).update(withdraw_hours=hours)


# the waiting list


@pytest.mark.django_db
def test_who_moves_up_is_told_and_who_cannot_help_is_passed_over(community, staff):
    activity = coming(community, places=1)
    first, suspended, third = (VolunteerFactory(region=community) for _ in range(3))
    held, _waits, moved_up = (
        signups.sign_up(activity, volunteer=volunteer, by=volunteer.user) for volunteer in (first, suspended, third)
    )
    volunteers.suspend(suspended, reason="核实中", by=staff)

    signups.withdraw(held, by=first.user)
    outbox.fan_out(at=now())

    moved_up.refresh_from_db()
    told = {key_of(notice.change) for notice in Notice.objects.to(third.user)}
    assert (moved_up.status, moved_up.place_number) == ("signed_up", 1)
    assert told == {"volunteers.signup:signed_up"}
    assert not Notice.objects.to(suspended.user).filter(change__new="signed_up").exists()


def test_fifty_sign_up_at_once_for_ten_places_and_ten_withdrawals_move_ten_up(race):
    activity = ActivityFactory(starts_at=now() + DAY, places=10)
    people = [VolunteerFactory(region=activity.region) for _number in range(50)]
    by = UserFactory()

    made = race(50, lambda number: signups.sign_up(activity, volunteer=people[number], by=by))
    held = [signup for signup in made if signup.status == "signed_up"]
    queue = list(activity.signups.waiting())
    race(10, lambda number: signups.withdraw(held[number], by=by))

    taken = activity.signups.signed_up()
    assert (len(held), len(queue)) == (10, 40)
    assert sorted(taken.values_list("place_number", flat=True)) == list(range(1, 11))
    assert set(taken) == set(queue[:10])
    assert activity.signups.waiting().count() == 30
