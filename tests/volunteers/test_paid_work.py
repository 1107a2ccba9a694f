"""The same minutes are never both paid work and volunteering, whichever is entered first and by whatever way."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from communities.grants import Role
from communities.models import Notice, Refused
from communities.notices import key_of
from communities.services import outbox
from tests.factories import ActivityFactory, AttendanceFactory, PaidWorkFactory, UserFactory, VolunteerFactory
from tests.factories.volunteers import START
from volunteers.models import Attendance, PaidWork
from volunteers.services import attendances, paid_work

HOUR = timedelta(hours=1)


@pytest.fixture
def volunteer(community):
    return VolunteerFactory(region=community)


def enter(volunteer, start, end, **fields):
    """Paid work so many hours after the activity's beginning."""
    about = {"region": volunteer.region, "agreement": "某队 2026-001", "by": UserFactory()} | fields
    return paid_work.enter(volunteer, started_at=START + start * HOUR, ended_at=START + end * HOUR, **about)


# The stay lasts from 0 to 2 hours.
@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), [(-1, 0.5), (0, 2), (0.5, 1), (1.9, 5), (-1, 3)])
def test_paid_work_is_refused_where_somebody_served(volunteer, start, end):
    AttendanceFactory(volunteer=volunteer)

    with pytest.raises(IntegrityError, match="paid_work_meets_service"), transaction.atomic():
        enter(volunteer, start, end)

    assert not PaidWork.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), [(-1, 0.5), (0, 2), (0.5, 1), (1.9, 5), (-1, 3)])
@pytest.mark.parametrize("status", ["left", "confirmed"])
def test_service_is_refused_where_somebody_was_paid(volunteer, start, end, status):
    enter(volunteer, start, end)

    with pytest.raises(IntegrityError, match="service_meets_paid_work"), transaction.atomic():
        AttendanceFactory(volunteer=volunteer, status=status)

    assert not Attendance.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("start", "end"), [(-2, 0), (2, 3)])
def test_one_may_follow_the_other_at_once(volunteer, start, end):
    AttendanceFactory(volunteer=volunteer)

    assert enter(volunteer, start, end).pk


@pytest.mark.django_db
def test_others_who_worked_meanwhile_are_in_nobodys_way(volunteer, community):
    enter(VolunteerFactory(region=community), 0, 2)

    assert AttendanceFactory(volunteer=volunteer).pk


@pytest.mark.django_db
def test_nobody_checks_in_while_being_paid_nor_is_paid_from_before_a_check_in(volunteer):
    enter(volunteer, 0, 1)
    here = {"volunteer": volunteer, "status": "present", "ended_at": None, "minutes": None}

    with pytest.raises(IntegrityError, match="service_meets_paid_work"), transaction.atomic():
        AttendanceFactory(started_at=START + 0.5 * HOUR, **here)
    AttendanceFactory(started_at=START + 2 * HOUR, **here)
    with pytest.raises(IntegrityError, match="paid_work_meets_service"), transaction.atomic():
        enter(volunteer, 1, 3)


@pytest.mark.django_db
def test_a_check_out_does_not_swallow_paid_minutes(volunteer):
    stay = AttendanceFactory(volunteer=volunteer, status="present", ended_at=None, minutes=None)
    enter(volunteer, 1, 2)

    with pytest.raises(IntegrityError, match="service_meets_paid_work"), transaction.atomic():
        attendances.check_out(stay, by=UserFactory(), at=START + 1.5 * HOUR)
    stay.refresh_from_db()
    attendances.check_out(stay, by=UserFactory(), at=START + HOUR)

    assert (stay.status, stay.minutes) == ("left", 60)


@pytest.mark.django_db
def test_what_was_rejected_or_taken_back_is_in_nobodys_way(volunteer):
    stay = AttendanceFactory(volunteer=volunteer)
    attendances.reject(stay, reason="没来", by=UserFactory())
    work = enter(volunteer, 0, 2)
    paid_work.withdraw(work, reason="登记错了", by=UserFactory())

    again = AttendanceFactory(volunteer=volunteer)
    with pytest.raises(IntegrityError), transaction.atomic():
        PaidWork.objects.filter(pk=work.pk).update(status="entered")
    Attendance.objects.filter(pk=again.pk).update(status="rejected")
    enter(volunteer, 0, 2)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.filter(pk=again.pk).update(status="left")


@pytest.mark.django_db
def test_an_entry_has_an_agreement_an_end_and_a_day_at_most_and_is_made_once(volunteer):
    enter(volunteer, 0, 24)

    with pytest.raises(Refused):
        enter(volunteer, 30, 31, agreement=" ")
    for start, end in [(0, 24), (31, 30), (30, 54.5)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            enter(volunteer, start, end)
    assert PaidWork.objects.count() == 1


@pytest.mark.django_db
def test_the_person_is_told_both_times(volunteer):
    work = enter(volunteer, 0, 2)
    paid_work.withdraw(work, reason="登记错了", by=UserFactory())
    outbox.fan_out(at=START)

    told = [key_of(notice.change) for notice in Notice.objects.to(volunteer.user).order_by("id")]
    assert told == ["volunteers.paidwork:entered", "volunteers.paidwork:withdrawn"]


def test_of_ten_who_write_both_at_once_one_is_written(race):
    """Ten pairs of threads: half note a stay, half enter paid work for the same minutes of the same person."""
    for _time in range(3):
        volunteer, by = VolunteerFactory(), UserFactory()
        activity = ActivityFactory(region=volunteer.region)

        def write(number, volunteer=volunteer, by=by, activity=activity):
            try:
                with transaction.atomic():
                    if number % 2:
                        return enter(volunteer, 0, 2, by=by)
                    return Attendance.objects.create(
                        activity=activity,
                        volunteer=volunteer,
                        region=volunteer.region,
                        status="left",
                        started_at=START,
                        ended_at=START + 2 * HOUR,
                        minutes=120,
                        means_in="list",
                    )
            except IntegrityError:
                return None

        written = [one for one in race(10, write) if one]

        assert len(written) == 1
        assert PaidWork.objects.filter(volunteer=volunteer).count() + volunteer.attendances.count() == 1


# where it is entered


def typed(moment):
    return localtime(moment).strftime("%Y-%m-%dT%H:%M")


@pytest.mark.django_db
def test_a_teams_contact_enters_it_on_a_page_and_sees_it_there(browse, person, community, volunteer):
    contact = browse(person(Role.TEAM_CONTACT, community))
    about = {
        "number": volunteer.number,
        "region": community.pk,
        "started_at": typed(START),
        "ended_at": typed(START + HOUR),
        "agreement": "某队 2026-001",
    }

    unknown = contact.post("/paid-work/", about | {"number": "99999999"})
    sent = contact.post("/paid-work/", about)
    again = contact.post("/paid-work/", about)
    page = contact.get("/paid-work/").content.decode()
    mine = contact.get("/me/").content.decode()

    assert unknown.context["form"].errors
    assert (sent.status_code, again.context["form"].errors.as_data() != {}) == (302, True)
    assert (PaidWork.objects.count(), PaidWork.objects.get().entered_by) == (1, contact.user)
    assert volunteer.number in page
    assert 'href="/paid-work/"' in mine


@pytest.mark.django_db
def test_others_have_no_such_page_and_the_person_reads_what_was_entered(browse, person, community, volunteer):
    PaidWorkFactory(volunteer=volunteer, region=community, agreement="某队有偿协议")

    page = browse(volunteer.user).get("/volunteer/hours/").content.decode()
    closed = [
        browse(person(role, community)).get("/paid-work/").status_code for role in (Role.VOLUNTEER, Role.OBSERVER)
    ]

    assert "某队有偿协议" in page
    assert closed == [403, 403]
    assert "/paid-work/" not in browse(volunteer.user).get("/me/").content.decode()


@pytest.mark.django_db
def test_through_the_api(api, person, community, neighbour, volunteer):
    contact, staff = api(person(Role.TEAM_CONTACT, community)), api(person(Role.COMMUNITY_STAFF, community))
    about = {"volunteer": volunteer.number, "started_at": START, "ended_at": START + HOUR, "agreement": "某队"}

    elsewhere = contact.post("/api/v1/paid-work/", about | {"region": neighbour.pk}).status_code
    made = contact.post("/api/v1/paid-work/", about | {"region": community.pk})
    twice = contact.post("/api/v1/paid-work/", about | {"region": community.pk})
    path = f"/api/v1/paid-work/{made.json()['id']}/withdraw/"
    by_others = {api(who).post(path, {"reason": "错"}).status_code for who in (contact.user, volunteer.user)}
    back = staff.post(path, {"reason": "登记错了"})
    late = staff.post(path, {"reason": "登记错了"})

    assert (elsewhere, made.status_code) == (404, 201)
    assert (twice.status_code, twice.json()["error"]["code"]) == (409, "paid_work_is_entered_once")
    assert by_others == {404}
    assert (back.status_code, back.json()["status"], late.status_code) == (200, "withdrawn", 409)


@pytest.mark.django_db
def test_in_the_console(browse, person, community, volunteer):
    staff = browse(person(Role.COMMUNITY_STAFF, community))
    first, last = localtime(START), localtime(START + HOUR)
    about = {"number": volunteer.number, "region": community.pk, "agreement": "某队"}
    about |= {"started_at_0": first.date(), "started_at_1": f"{first:%H:%M}"}
    about |= {"ended_at_0": last.date(), "ended_at_1": f"{last:%H:%M}"}

    wrong = staff.post("/admin/volunteers/paidwork/add/", about | {"number": "99999999"})
    staff.post("/admin/volunteers/paidwork/add/", about)
    AttendanceFactory(volunteer=VolunteerFactory(region=community, number="55555555"))
    met = staff.post("/admin/volunteers/paidwork/add/", about | {"number": "55555555"})

    assert PaidWork.objects.get().volunteer == volunteer
    assert wrong.status_code == 200
    assert "同一时间不能既算志愿服务又算有偿服务" in met.content.decode()
