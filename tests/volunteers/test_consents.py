"""Sensitive data has a consent of its own, and each consent is taken back as easily as it was given."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from communities.models import AuditEvent, Refused, SignedInDevice
from communities.services import consents
from tests.factories import SignedInDeviceFactory, UserFactory
from volunteers.models import Volunteer
from volunteers.services import volunteers

pytestmark = pytest.mark.django_db
PROFILE = {"name": "小花", "nationality": "CN"}


def running(user):
    return sorted(user.consents.running().values_list("kind", "version"))


def register(region, **fields):
    user = UserFactory()
    return volunteers.register(user, region=region, by=user, **PROFILE, **fields)


def withdraw(user, kind):
    consents.withdraw(user.consents.running().get(kind=kind), at=now(), by=user)


def test_registering_is_a_consent_of_this_version_and_sensitive_data_needs_another(community):
    plain, full = register(community), register(community, born="1990", agrees=True)

    assert running(plain.user) == [("profile", "2026-11")]
    assert running(full.user) == [("profile", "2026-11"), ("sensitive", "2026-11")]


@pytest.mark.parametrize("sensitive", [{"born": "1990"}, {"guardian": "王某 138"}])
def test_without_it_no_birth_date_and_no_guardian_is_kept(community, sensitive):
    with pytest.raises(Refused) as no:
        register(community, **sensitive)

    assert no.value.code == "consent_needed"
    assert not Volunteer.objects.exists()


def test_a_new_text_is_agreed_to_anew(community, settings):
    volunteer = register(community, born="1990", agrees=True)
    settings.PRIVACY_VERSION = "2027-01"

    with pytest.raises(Refused):
        volunteers.edit(volunteer, by=volunteer.user, name="小花花")
    volunteers.edit(volunteer, by=volunteer.user, name="小花花", agrees=True)

    assert ("sensitive", "2027-01") in running(volunteer.user)


def test_taking_it_back_forgets_the_data_and_nothing_else(community):
    volunteer = register(community, born="1990", guardian="无", agrees=True)
    SignedInDeviceFactory(user=volunteer.user)

    withdraw(volunteer.user, "sensitive")

    volunteer.refresh_from_db()
    assert (volunteer.born, volunteer.guardian, volunteer.status) == ("", "", "active")
    assert running(volunteer.user) == [("profile", "2026-11")]
    assert SignedInDevice.objects.filter(user=volunteer.user).exists()
    assert AuditEvent.objects.filter(subject=volunteer.user, kind="withdrew").count() == 1


def test_who_is_not_of_age_is_no_volunteer_then(community):
    born = (localdate() - timedelta(days=16 * 366)).isoformat()
    volunteer = register(community, born=born, guardian="王某 138", agrees=True)

    withdraw(volunteer.user, "sensitive")

    volunteer.refresh_from_db()
    assert (volunteer.born, volunteer.status) == ("", "left")


def test_without_the_profiles_consent_one_leaves_and_comes_back_oneself(community, person):
    volunteer = register(community)
    withdraw(volunteer.user, "profile")
    volunteer.refresh_from_db()
    assert volunteer.status == "left"
    with pytest.raises(Refused):
        volunteers.resume(volunteer, by=UserFactory())

    again = volunteers.register(volunteer.user, region=community, by=volunteer.user, **PROFILE)

    assert (again.pk, again.number, again.status) == (volunteer.pk, volunteer.number, "active")
    assert running(volunteer.user) == [("profile", "2026-11")]


def test_on_the_pages_giving_is_one_box_and_taking_back_one_button(browse, community):
    user = UserFactory()
    client, path = browse(user), f"/c/{community.code}/volunteer/"
    typed = PROFILE | {"born": "1990", "is_old_enough": "on", "agrees_to_profile": "on"}

    without = client.post(path, typed)
    given = client.post(path, typed | {"agrees": "on"})
    profile = client.get("/volunteer/profile/").content.decode()
    consent = user.consents.running().get(kind="sensitive")
    taken = client.post(f"/me/consents/{consent.pk}/withdraw/")

    assert without.context["form"].errors
    assert given.url == "/volunteer/"
    assert 'name="agrees"' not in profile
    assert taken.url == "/me/account/"
    assert (client.get("/volunteer/").status_code, Volunteer.objects.get().born) == (200, "")


def test_through_the_api(api, community):
    client = api(UserFactory())
    data = PROFILE | {"region": community.pk, "born": "1990"}

    without = client.post("/api/v1/volunteers/", data)
    given = client.post("/api/v1/volunteers/", data | {"agrees": True})
    consent = next(one for one in client.get("/api/v1/consents/").json()["results"] if one["kind"] == "sensitive")
    client.post(f"/api/v1/consents/{consent['id']}/withdraw/")

    assert (without.status_code, without.json()["error"]["code"]) == (409, "consent_needed")
    assert (given.status_code, "agrees" in given.json()) == (201, False)
    assert client.get("/api/v1/me/").status_code == 200
    assert client.get(f"/api/v1/volunteers/{given.json()['id']}/profile/").json()["born"] == ""
