"""Ten taps at once make one certificate."""

from datetime import date

from tests.factories import AttendanceFactory, VolunteerFactory
from volunteers.models import Certificate, Volunteer
from volunteers.services import certificates


def test_a_certificate_asked_for_ten_times_at_once_is_one(race, community):
    volunteer = VolunteerFactory(region=community)
    AttendanceFactory(volunteer=volunteer, activity__region=community, status="confirmed", points=0, minutes=90)

    def ask(_number):
        mine = Volunteer.objects.select_related("user").get(pk=volunteer.pk)
        period = {"first_on": date(2026, 6, 1), "last_on": date(2026, 6, 30)}
        return certificates.issue(mine, by=mine.user, **period).pk

    assert len(set(race(10, ask))) == 1
    assert Certificate.objects.get().status == "valid"
