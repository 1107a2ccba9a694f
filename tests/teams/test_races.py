"""What must happen once happens once, whoever comes at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from communities.models import Refused, User
from teams.models import Admission, Team
from teams.services import admissions, calls
from tests.factories import AdmissionFactory, RecruitmentCallFactory

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def at_once(act):
    """Run it in eight threads, each on a connection of its own; how often it was let through."""

    def one(_number):
        try:
            act()
        except Refused:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(one, range(THREADS)))


def test_eight_admit_at_once_and_one_team_is_made(officer, community):
    admission = AdmissionFactory(region=community, status="recommended")

    through = at_once(lambda: admissions.admit(Admission.objects.get(pk=admission.pk), by=officer))

    assert (through, Team.objects.count(), admission.applicant.role_assignments.count()) == (1, 1, 1)


def test_one_who_begins_eight_times_at_once_has_one_draft(applicant, community):
    at_once(lambda: admissions.start(community, by=User.objects.get(pk=applicant.pk)))

    assert Admission.objects.count() == 1


def test_a_call_is_closed_once_by_the_clock_and_by_hand(staff, community):
    call = RecruitmentCallFactory(region=community)
    system = User.objects.system()

    def both():
        calls.close_due(on=call.closes_on.replace(year=call.closes_on.year + 1), by=system)
        calls.close(type(call).objects.get(pk=call.pk), by=staff, reason="x")

    assert at_once(both) == 0
    call.refresh_from_db()
    assert call.status == "closed"
