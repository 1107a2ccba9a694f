"""What the volunteers' part forgets of somebody who asked for it: hours and points stay, of nobody."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils.timezone import now

from communities.models import Refused
from communities.services import erasure
from tests.factories import (
    ActivityFactory,
    AttendanceFactory,
    CertificateFactory,
    FormerHoursFactory,
    FundingFactory,
    GiftFactory,
    JournalFactory,
    OpeningBalanceFactory,
    RedemptionFactory,
    SignupFactory,
    SkillFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Attendance, PointEntry, Volunteer
from volunteers.services import audits, redemptions

pytestmark = pytest.mark.django_db


def erase(volunteer):
    erasure.erase(volunteer.user, at=now(), by=volunteer.user, reason="本人要求")


def test_the_name_goes_and_the_sums_stay():
    volunteer = VolunteerFactory(name="王小明", born="1990-01-02", guardian="无")
    volunteer.skills.add(SkillFactory())
    JournalFactory(volunteer=volunteer, points=30)
    AttendanceFactory(volunteer=volunteer, status="confirmed", points=0, minutes=90)

    erase(volunteer)

    volunteer.refresh_from_db()
    assert (volunteer.name, volunteer.born, volunteer.guardian, volunteer.status) == ("***", "", "", "left")
    assert not volunteer.skills.exists()
    assert Volunteer.objects.with_figures().values_list("served", "balance").get(pk=volunteer.pk) == (90, 30)
    assert Attendance.objects.filter(volunteer=volunteer).total_minutes() == 90
    assert [fault for fault in audits.find_faults() if fault.startswith(("account", "journal", "entry"))] == []


def test_the_ledger_proves_itself_after_somebody_with_everything_was_forgotten(community, capsys):
    volunteer = VolunteerFactory(name="王小明", region=community)
    FundingFactory(region=community)
    OpeningBalanceFactory(region=community, volunteer=volunteer)
    FormerHoursFactory(volunteer=volunteer, minutes=600)
    voucher = RedemptionFactory(volunteer=volunteer, reward__partner__region=community)
    redemptions.accept(voucher, by=UserFactory())
    GiftFactory(region=community, giver=volunteer, receiver=VolunteerFactory(region=community))
    certificate = CertificateFactory(volunteer=volunteer)
    before = Volunteer.objects.with_figures().values_list("served", "balance").get(pk=volunteer.pk)
    entries = list(PointEntry.objects.order_by("pk").values())

    erase(volunteer)

    call_command("check_ledger")
    certificate.refresh_from_db()
    assert Volunteer.objects.with_figures().values_list("served", "balance").get(pk=volunteer.pk) == before
    assert list(PointEntry.objects.order_by("pk").values()) == entries
    assert (certificate.name, certificate.status) == ("", "valid")
    assert "王小明" not in capsys.readouterr().out


def test_a_place_in_what_is_to_come_goes_to_the_next():
    coming = ActivityFactory(places=1, starts_at=now() + timedelta(days=2))
    mine = SignupFactory(activity=coming)
    next_one = SignupFactory(activity=coming, status="waiting", place_number=None)

    erase(mine.volunteer)

    mine.refresh_from_db()
    next_one.refresh_from_db()
    assert (mine.status, next_one.status, next_one.place_number) == ("withdrawn", "signed_up", 1)


@pytest.mark.parametrize(
    "owe",
    [
        lambda me: RedemptionFactory(volunteer=me),
        lambda me: AttendanceFactory(volunteer=me, status="present", ended_at=None),
        lambda me: ActivityFactory(leader=me.user, starts_at=now() + timedelta(days=1)),
    ],
)
def test_what_still_runs_is_in_the_way(owe):
    volunteer = VolunteerFactory(name="王小明")
    owe(volunteer)

    with pytest.raises(Refused) as no:
        erase(volunteer)

    volunteer.refresh_from_db()
    assert (no.value.code, volunteer.name) == ("obligations", "王小明")
