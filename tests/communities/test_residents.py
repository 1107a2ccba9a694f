import pytest
from django.db import IntegrityError

from communities.encryption import index_of
from communities.grants import Role
from communities.models import Notice, Refused, Resident, RoleAssignment, StatusChange
from communities.services import outbox, residents
from tests.communities.test_notices import NOON
from tests.factories import ResidentFactory, UserFactory

pytestmark = pytest.mark.django_db

PHONE = "+8613800001234"


@pytest.fixture
def clerk(person, community):
    return person(Role.COMMUNITY_STAFF, community)


def roles_of(user, region):
    return set(RoleAssignment.objects.active().filter(user=user, region=region).values_list("role", flat=True))


def test_a_signed_in_phone_is_matched_to_the_roll_and_gets_its_roles(community):
    resident = ResidentFactory(region=community, phone=PHONE, is_representative=True)
    ResidentFactory(region=community)
    user = UserFactory(phone=PHONE)

    assert residents.match(user) == [resident]
    assert residents.match(user) == []

    resident.refresh_from_db()
    assert resident.user == user
    assert roles_of(user, community) == {"resident", "representative"}


@pytest.mark.parametrize("status", ["requested", "refused", "left"])
def test_only_who_is_on_the_roll_is_matched(community, status):
    ResidentFactory(region=community, phone=PHONE, status=status)
    user = UserFactory(phone=PHONE)

    assert residents.match(user) == []
    assert roles_of(user, community) == set()


def test_somebody_without_a_phone_is_matched_to_nobody(community):
    ResidentFactory(region=community, phone="")

    assert residents.match(UserFactory()) == []


def test_staff_add_a_resident_who_signed_in_before(community, clerk):
    user = UserFactory(phone=PHONE)

    resident = residents.add(community, name="王小明", phone="138 0000 1234", grid="一", by=clerk)

    assert (resident.user, resident.phone, resident.status) == (user, PHONE, "verified")
    assert roles_of(user, community) == {"resident"}
    assert StatusChange.objects.about(resident).values_list("new", "actor").get() == ("verified", clerk.pk)


def test_a_resident_asks_is_refused_asks_again_and_is_verified(community, clerk):
    user = UserFactory(phone=PHONE)
    resident = residents.ask(community, user=user, name="王明", address="1幢", by=user)
    assert roles_of(user, community) == set()
    residents.refuse(resident, by=clerk, reason="房号不对")

    again = residents.ask(community, user=user, name="王明", address="2幢301", by=user)
    residents.verify(again, by=clerk)

    again.refresh_from_db()
    assert (again.pk, again.address, again.phone_index) == (resident.pk, "2幢301", index_of(PHONE))
    assert roles_of(user, community) == {"resident"}
    assert list(StatusChange.objects.about(again).values_list("new", "reason")) == [
        ("requested", ""),
        ("refused", "房号不对"),
        ("requested", ""),
        ("verified", ""),
    ]


def test_the_resident_is_told_what_became_of_it(community, clerk):
    user = UserFactory(phone=PHONE, language="en")
    resident = residents.ask(community, user=user, name="王明", address="1幢", by=user)
    residents.refuse(resident, by=clerk, reason="房号不对")

    outbox.fan_out(at=NOON)

    assert [(notice.user, notice.url, "房号不对" in notice.text) for notice in Notice.objects.all()] == [
        (user, f"/c/{community.code}/", True)
    ]


def test_asking_twice_is_once_and_asking_when_on_the_roll_is_matching(community):
    user, other = UserFactory(phone=PHONE), UserFactory(phone="+8613800001235")
    on_roll = ResidentFactory(region=community, phone=other.phone)

    first = residents.ask(community, user=user, name="王明", address="1幢", by=user)
    assert residents.ask(community, user=user, name="王明", address="1幢", by=user) == first
    assert residents.ask(community, user=other, name="李", address="1幢", by=other) == on_roll

    assert Resident.objects.count() == 2
    assert roles_of(other, community) == {"resident"}


def test_one_asks_a_community_not_a_street(street):
    user = UserFactory(phone=PHONE)

    with pytest.raises(Refused):
        residents.ask(street, user=user, name="王明", address="1幢", by=user)


def test_who_leaves_loses_the_roles_and_may_come_back(community, clerk):
    resident = ResidentFactory(region=community, phone=PHONE, is_representative=True)
    user = UserFactory(phone=PHONE)
    residents.match(user)
    resident.refresh_from_db()

    with pytest.raises(Refused):
        residents.leave(resident, by=clerk, reason=" ")
    assert roles_of(user, community) == {"resident", "representative"}

    residents.leave(resident, by=clerk, reason="搬走")
    assert roles_of(user, community) == set()

    residents.verify(resident, by=clerk)
    assert roles_of(user, community) == {"resident"}


def test_being_a_representative_is_given_and_ended_on_record(community, clerk):
    resident = ResidentFactory(region=community, phone=PHONE)
    user = UserFactory(phone=PHONE)
    residents.match(user)
    resident.refresh_from_db()

    residents.appoint(resident, by=clerk)
    residents.appoint(resident, by=clerk)
    assert roles_of(user, community) == {"resident", "representative"}

    residents.dismiss(resident, by=clerk, reason="任期满")
    assert roles_of(user, community) == {"resident"}
    about = StatusChange.objects.about(resident)
    assert list(about.values_list("new", "reason")) == [("represents", ""), ("represents_not", "任期满")]


def test_only_somebody_on_the_roll_represents(community, clerk):
    with pytest.raises(Refused):
        residents.appoint(ResidentFactory(region=community, status="requested"), by=clerk)


def test_a_correction_changes_what_is_typed_and_records_which_fields(community, clerk):
    resident = ResidentFactory(region=community, name="王明", grid="一", address="1幢")

    residents.correct(resident, by=clerk, name="王敏", phone="13800001234", address="", grid="一", household="")

    resident.refresh_from_db()
    assert (resident.name, resident.phone, resident.address, resident.grid) == ("王敏", PHONE, "1幢", "一")
    assert resident.phone_index == index_of(PHONE)
    entry = StatusChange.objects.about(resident).get()
    assert entry.new == "corrected"
    assert "王" not in entry.reason


def test_the_phone_that_somebody_signs_in_with_is_theirs_to_change(community, clerk):
    resident = ResidentFactory(region=community, phone=PHONE)
    residents.match(UserFactory(phone=PHONE))
    resident.refresh_from_db()

    with pytest.raises(Refused):
        residents.correct(resident, by=clerk, phone="13800009999")


def test_a_phone_stands_once_on_a_roll(community, neighbour, clerk):
    residents.add(community, name="王", phone=PHONE, by=clerk)
    residents.add(neighbour, name="王", phone=PHONE, by=clerk)

    with pytest.raises(IntegrityError, match=r"one_resident_per_phone|UNIQUE"):
        residents.add(community, name="李", phone=PHONE, by=clerk)
