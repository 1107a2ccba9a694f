"""One's own account, and the demo's one-click people."""

import io
import json
import zipfile

import pytest
from django.utils.timezone import now

from communities.grants import Role
from communities.models import AuditEvent, Consent, SignedInDevice
from communities.services import consents
from tests.factories import DemoPersonFactory, SignedInDeviceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(person, community):
    user = person(Role.RESIDENT, community, name="王小丫", phone="+8613900001111")
    consents.give(user, version="2026-11", at=now(), by=user)
    return user


def test_a_person_changes_name_and_language(browse, user):
    response = browse(user).post("/me/account/", {"name": "王丫", "language": "en"})

    assert (response.url, response.cookies["django_language"].value) == ("/me/account/", "en")
    user.refresh_from_db()
    assert (user.name, user.language) == ("王丫", "en")


def test_an_empty_name_is_said_at_the_field(browse, user):
    response = browse(user).post("/me/account/", {"name": " ", "language": "en"})

    assert response.context["form"].errors.keys() == {"name"}


def test_the_file_holds_what_is_kept_and_taking_it_is_audited(browse, user, community):
    response = browse(user).post("/me/export/")
    packed = zipfile.ZipFile(io.BytesIO(response.content))
    kept = json.loads(packed.read("my-data.json"))

    assert "attachment" in response["Content-Disposition"]
    assert "王小丫" in packed.read("my-data.html").decode()
    assert (kept["account"]["name"], kept["account"]["phone"]) == ("王小丫", "+8613900001111")
    assert kept["roles"] == [{"role": "resident", "region": community.code, "ended_at": None}]
    assert [consent["version"] for consent in kept["consents"]] == ["2026-11"]
    assert AuditEvent.objects.filter(kind="exported", subject=user, actor=user).count() == 1


def test_withdrawing_a_consent_signs_out_everywhere(browse, user):
    SignedInDeviceFactory(user=user)
    client = browse(user)

    client.post(f"/me/consents/{user.consents.get().pk}/withdraw/")

    assert Consent.objects.get().withdrawn_at
    assert not SignedInDevice.objects.exists()
    assert client.get("/me/account/").status_code == 302


def test_other_peoples_devices_and_consents_are_not_there(browse, user, person, community):
    client = browse(person(Role.RESIDENT, community))
    device = SignedInDeviceFactory(user=user)

    answers = [
        client.post(f"/me/devices/{device.pk}/end/").status_code,
        client.post(f"/me/consents/{user.consents.get().pk}/withdraw/").status_code,
    ]

    assert answers == [404, 404]
    assert Consent.objects.get().withdrawn_at is None


@pytest.mark.parametrize("path", ["/me/account/", "/me/password/", "/me/second-factor/"])
def test_a_stranger_is_sent_to_sign_in(browse, path):
    assert browse().get(path).url == f"/sign-in/?next={path}"


@pytest.mark.parametrize("path", ["/me/password/", "/me/second-factor/"])
def test_whoever_signs_in_by_phone_has_no_password_to_change(browse, user, path):
    assert browse(user).get(path).status_code == 403


def test_the_demos_people_are_one_click_away_in_the_demo_alone(browse, person, community, settings):
    someone = person(Role.COMMUNITY_STAFF, community, name="演示李")
    demo = DemoPersonFactory(user=someone, label_zh="社区工作人员")
    client = browse()
    path = f"/sign-in/demo/{demo.pk}/"

    assert client.post(path).status_code == 404
    assert "演示李" not in client.get("/sign-in/").content.decode()
    settings.DEMO = True
    assert "社区工作人员" in client.get("/sign-in/").content.decode()
    assert client.get(path).status_code == 405

    assert client.post(path).url == "/admin/"
    assert client.session["_auth_user_id"] == str(someone.pk)


def test_in_the_demo_one_becomes_another_by_one_click(browse, person, community, settings):
    settings.DEMO = True
    first, second = (DemoPersonFactory(user=person(Role.RESIDENT, community)) for _n in range(2))
    client = browse()
    client.post(f"/sign-in/demo/{first.pk}/")

    client.post(f"/sign-in/demo/{second.pk}/", {"next": "/help/"})

    assert client.session["_auth_user_id"] == str(second.user.pk)
    assert SignedInDevice.objects.get().user == second.user


def test_the_audit_is_seen_by_those_in_charge(browse, api, person, street, city, user):
    client = api(person(Role.STREET_STAFF, street))
    unknown = AuditEvent.objects.create(kind="refused")

    listed = client.get("/api/v1/audit-events/").json()["results"]
    by_admin = api(person(Role.ADMINISTRATOR, city)).get("/api/v1/audit-events/").json()["results"]

    assert [event["kind"] for event in listed] == ["consented"]
    assert by_admin[0]["id"] == unknown.pk
    assert api(user).get("/api/v1/audit-events/").json()["results"] == []
    page = browse(client.user).get("/admin/communities/auditevent/").content.decode()
    assert ("王**" in page, "王小丫" in page) == (True, False)
