"""Whom paid work concerns is told at once and may object to what a team entered; then it is in nobody's way."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import IntegrityError, connection, transaction

from communities.grants import Role
from communities.models import Delivery, Notice, Refused, StatusChange
from communities.notices import key_of
from communities.services import outbox
from communities.todo import waiting_for
from teams.models import TeamMember
from tests.factories import (
    AttendanceFactory,
    PaidWorkFactory,
    TeamContactFactory,
    TeamMemberFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.factories.volunteers import START
from volunteers.models import PaidWork
from volunteers.services import paid_work

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def volunteer(community):
    return VolunteerFactory(region=community, user__phone="+8613800001234")


@pytest.fixture
def contact(person, community):
    return person(Role.TEAM_CONTACT, community)


@pytest.fixture
def staff(person, community):
    return person(Role.COMMUNITY_STAFF, community)


def enter(volunteer, by, start=0, end=2, **fields):
    """Paid work so many hours after the activity's beginning; a stay lasts from 0 to 2 hours."""
    about = {"region": volunteer.region, "agreement": "某队 2026-001", "by": by} | fields
    return paid_work.enter(volunteer, started_at=START + start * HOUR, ended_at=START + end * HOUR, **about)


def objected(volunteer, contact):
    work = enter(volunteer, contact)
    paid_work.object_to(work, reason="那天我在志愿服务", by=volunteer.user)
    return work


def test_what_was_objected_to_is_in_nobodys_way(volunteer, contact):
    work = enter(volunteer, contact)
    with pytest.raises(IntegrityError, match="service_meets_paid_work"), transaction.atomic():
        AttendanceFactory(volunteer=volunteer)

    paid_work.object_to(work, reason="那天我在志愿服务", by=volunteer.user)

    assert AttendanceFactory(volunteer=volunteer).pk
    assert work.last_change().reason == "那天我在志愿服务"


def test_kept_after_an_objection_it_counts_as_before(volunteer, contact, staff):
    work = objected(volunteer, contact)

    paid_work.confirm(work, reason="有考勤记录", by=staff)

    with pytest.raises(IntegrityError, match="service_meets_paid_work"), transaction.atomic():
        AttendanceFactory(volunteer=volunteer)
    with pytest.raises(Refused):
        paid_work.object_to(work, reason="还是不对", by=volunteer.user)
    paid_work.withdraw(work, reason="重新核实，确系误登", by=staff)
    assert AttendanceFactory(volunteer=volunteer).pk


def test_it_is_not_kept_where_the_person_served_meanwhile(volunteer, contact, staff):
    work = objected(volunteer, contact)
    stay = AttendanceFactory(volunteer=volunteer)

    with pytest.raises(IntegrityError, match="paid_work_meets_service"), transaction.atomic():
        paid_work.confirm(work, reason="有考勤记录", by=staff)
    stay.move("rejected", by=staff, reason="当时在有偿服务")
    work.refresh_from_db()
    paid_work.confirm(work, reason="有考勤记录", by=staff)

    assert work.status == "confirmed"


def test_a_team_does_not_enter_again_what_waits_for_a_decision(volunteer, contact, staff):
    work = objected(volunteer, contact)

    for start, end in [(0, 2), (-1, 1), (1, 3), (0.5, 1)]:
        with pytest.raises((Refused, IntegrityError)), transaction.atomic():
            enter(volunteer, contact, start, end)
    assert enter(volunteer, contact, 2, 3).pk
    assert enter(VolunteerFactory(region=volunteer.region), contact).pk
    paid_work.withdraw(work, reason="登记错了", by=staff)
    assert enter(volunteer, contact).pk


@pytest.fixture
def team(contact, community):
    """A team of the contact that keeps a list of one member."""
    team = TeamContactFactory(team__region=community, user=contact).team
    TeamMemberFactory(team=team)
    return team


def test_a_team_that_keeps_a_list_enters_its_own_people_alone(volunteer, contact, team, staff):
    by_account, colleague = VolunteerFactory(region=volunteer.region), VolunteerFactory(region=volunteer.region)
    TeamContactFactory(team=team, user=colleague.user)
    TeamMemberFactory(team=team, user=by_account.user)
    TeamMemberFactory(phone=volunteer.user.phone)  # of another team
    joined = START.date() - 30 * DAY
    mine = TeamMemberFactory(team=team, phone=volunteer.user.phone, joined_on=joined)
    codes = []
    for left_on in (joined, START.date() - DAY):
        TeamMember.objects.filter(pk=mine.pk).update(phone="", left_on=left_on)
        with pytest.raises(Refused) as no:
            enter(volunteer, contact)
        codes.append(no.value.code)
    TeamMember.objects.filter(pk=mine.pk).update(left_on=START.date())

    assert codes == ["not_in_the_team"] * 2
    assert [enter(each, contact).by_team for each in (volunteer, by_account, colleague)] == [True] * 3
    assert enter(VolunteerFactory(region=volunteer.region), staff).pk


def test_where_one_of_the_contacts_teams_keeps_no_list_nobody_is_refused_by_it(volunteer, contact, team):
    TeamContactFactory(user=contact)

    assert enter(volunteer, contact).by_team


def test_who_objects_and_who_decides(volunteer, contact, staff, person, community):
    of_staff, of_team = enter(volunteer, staff, 5, 6), enter(volunteer, contact)

    assert (of_staff.by_team, of_team.by_team) == (False, True)
    for work, by, code in [
        (of_staff, volunteer.user, "entered_by_staff"),
        (of_team, contact, "not_yours"),
        (of_team, staff, "not_yours"),
    ]:
        with pytest.raises(Refused) as no:
            paid_work.object_to(work, reason="不对", by=by)
        assert no.value.code == code
    with pytest.raises(Refused) as no:
        paid_work.object_to(of_team, reason=" ", by=volunteer.user)
    assert no.value.code == "reason_needed"
    for decide in (paid_work.confirm, paid_work.withdraw):
        with pytest.raises(Refused) as no:
            decide(of_team, reason="我自己的", by=volunteer.user)
        assert no.value.code == "own_hours"


def test_the_database_lets_nobody_object_to_what_staff_entered(volunteer, staff):
    work = enter(volunteer, staff)

    for status in ("objected", "confirmed"):
        with pytest.raises(IntegrityError) as no, transaction.atomic():
            PaidWork.objects.filter(pk=work.pk).update(status=status)
        assert Refused.from_database(no.value).code == "a_teams_entry_is_objected_to"


def test_of_what_was_entered_before_it_is_known_who_entered_it(person, community, street, neighbour, contact, staff):
    module = import_module("volunteers.migrations.0013_objections_to_paid_work")
    others = [person(Role.COMMUNITY_STAFF, neighbour), person(Role.OBSERVER, community)]
    by = [contact, staff, person(Role.COMMUNITY_STAFF, street), *others]
    works = [PaidWorkFactory(region=community, entered_by=user, by_team=False) for user in by]

    with connection.cursor() as cursor:
        cursor.execute(module.ENTERED_BY_TEAMS)

    known = dict(PaidWork.objects.values_list("pk", "by_team"))
    assert [known[work.pk] for work in works] == [True, False, False, True, True]


def test_who_is_told_of_what(volunteer, contact, staff):
    work = objected(volunteer, contact)
    paid_work.confirm(work, reason="有考勤记录", by=staff)
    paid_work.withdraw(work, reason="还是撤回", by=staff)
    outbox.fan_out(at=START)

    told = [(notice.user, key_of(notice.change).split(":")[1]) for notice in Notice.objects.order_by("change", "id")]

    assert set(told) == {
        (volunteer.user, "entered"),
        (contact, "objected"),
        (volunteer.user, "confirmed"),
        (contact, "confirmed"),
        (volunteer.user, "withdrawn"),
        (contact, "withdrawn"),
    }
    first = Delivery.objects.filter(notice__user=volunteer.user).order_by("id").first()
    assert (first.channel, key_of(first.notice.change)) == ("sms", "volunteers.paidwork:entered")


def test_an_objection_waits_for_staff_until_it_is_decided(volunteer, contact, staff):
    work = objected(volunteer, contact)
    before = [entry["url"] for entry in waiting_for(staff)]

    paid_work.withdraw(work, reason="登记错了", by=staff)

    assert before == ["/admin/volunteers/paidwork/?status__exact=objected"]
    assert waiting_for(staff) == []


def test_of_a_stay_and_an_entry_kept_at_once_one_is_written(race, community):
    volunteer, staff = VolunteerFactory(region=community), UserFactory()
    for _time in range(3):
        work = PaidWorkFactory(volunteer=volunteer, region=community, status="objected", started_at=START)

        def write(number, key=work.pk):
            try:
                if number:
                    return AttendanceFactory(volunteer=volunteer).pk
                return paid_work.confirm(PaidWork.objects.get(pk=key), reason="有考勤记录", by=staff) or "kept"
            except IntegrityError:
                return None

        written = [one for one in race(2, write) if one]

        assert len(written) == 1
        volunteer.attendances.update(status="rejected")
        PaidWork.objects.update(status="withdrawn")


# where one does it


def test_the_person_objects_on_a_page_and_the_contact_reads_why(browse, volunteer, contact, staff):
    work = enter(volunteer, contact)
    path = f"/paid-work/{work.pk}/"
    me = browse(volunteer.user)

    listed = me.get("/volunteer/hours/").content.decode()
    empty = me.post(path, {"reason": ""})
    sent = me.post(path, {"reason": "那天我在志愿服务"})
    mine = me.get(path).content.decode()
    again = me.post(path, {"reason": "那天我在志愿服务"}).content.decode()

    assert f'href="{path}"' in listed
    assert empty.context["form"].errors.keys() == {"reason"}
    assert (sent.status_code, PaidWork.objects.get().status) == (302, "objected")
    assert "textarea" not in mine
    assert "不能" in again
    assert StatusChange.objects.about(work).count() == 2
    shown = browse(contact).get(path).content.decode()
    assert ("那天我在志愿服务" in shown, "textarea" in shown) == (True, False)
    assert "有异议，待核实" in browse(contact).get("/paid-work/").content.decode()


def test_a_contact_and_strangers_object_to_nothing_there(browse, person, neighbour, volunteer, contact, staff):
    work, of_staff = enter(volunteer, contact), enter(volunteer, staff, 5, 6)
    path = f"/paid-work/{work.pk}/"

    for reader in (contact, staff):
        answer = browse(reader).post(path, {"reason": "不对"})
        assert "只有本人" in answer.content.decode()
    for stranger in (person(Role.TEAM_CONTACT, volunteer.region), person(Role.COMMUNITY_STAFF, neighbour)):
        assert browse(stranger).post(path, {"reason": "不对"}).status_code == 404
    answer = browse(volunteer.user).post(f"/paid-work/{of_staff.pk}/", {"reason": "不对"})

    assert "社区登记" in answer.content.decode()
    assert set(PaidWork.objects.values_list("status", flat=True)) == {"entered"}


def test_through_the_api(api, person, neighbour, volunteer, contact, staff):
    work = enter(volunteer, contact)
    path = f"/api/v1/paid-work/{work.pk}"
    why = {"reason": "那天我在志愿服务"}

    by_contact = api(contact).post(f"{path}/object/", why)
    elsewhere = api(person(Role.COMMUNITY_STAFF, neighbour)).post(f"{path}/object/", why).status_code
    made = api(volunteer.user).post(f"{path}/object/", why)
    by_others = {api(who).post(f"{path}/confirm/", why).status_code for who in (contact, volunteer.user)}
    kept = api(staff).post(f"{path}/confirm/", {"reason": "有考勤记录"})
    late = api(volunteer.user).post(f"{path}/object/", why)

    assert (by_contact.status_code, by_contact.json()["error"]["code"], elsewhere) == (409, "not_yours", 404)
    assert (made.status_code, made.json()["status"], made.json()["by_team"]) == (200, "objected", True)
    assert by_others == {404}
    assert (kept.status_code, kept.json()["status"], late.status_code) == (200, "confirmed", 409)


def test_staff_decide_in_the_console(browse, volunteer, contact, staff):
    work = objected(volunteer, contact)
    path = f"/admin/volunteers/paidwork/{work.pk}"
    client = browse(staff)

    opened = client.get(f"{path}/change/").content.decode()
    client.post(f"{path}/confirm/", {"reason": "有考勤记录"})

    assert "那天我在志愿服务" in opened
    assert PaidWork.objects.get().status == "confirmed"
    assert "有考勤记录" in client.get(f"{path}/change/").content.decode()
