"""The API's doors: phone and code, name and password, one's own account."""

import re

import pytest
from django.utils.timezone import now
from rest_framework.test import APIClient

from communities import totp
from communities.grants import Role
from communities.models import PhoneCode, User
from communities.services import consents, sms
from communities.services.phone_codes import sms_key
from tests.factories import SecondFactorFactory, UserFactory

PHONE = "+8613812345678"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _sms(settings, tmp_path):
    settings.SMS_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def strict():
    """A client that is held to CSRF tokens, as a browser is."""
    return APIClient(enforce_csrf_checks=True)


def ask(client):
    response = client.post("/api/v1/phone-codes/", {"phone": "13812345678"})
    assert response.status_code == 201, response.json()
    return re.search(r"\d{6}", sms.shown(sms_key(PhoneCode.objects.open().get())))[0]


def test_a_phone_signs_in_reads_itself_and_signs_out(strict):
    user = UserFactory(phone=PHONE, name="王小丫")
    consents.give(user, version="2026-11", at=now(), by=user)

    signed_in = strict.post("/api/v1/sessions/", {"phone": "13812345678", "code": ask(strict)})
    assert signed_in.status_code == 201
    assert signed_in.json()["phone"] == "138****5678"
    assert strict.delete("/api/v1/sessions/current/").status_code == 403
    token = {"X-CSRFToken": signed_in.json()["csrf_token"]}
    assert strict.patch("/api/v1/me/", {"language": "en"}, headers=token).json()["language"] == "en"
    assert strict.delete("/api/v1/sessions/current/", headers=token).status_code == 204

    assert strict.get("/api/v1/me/").status_code == 403


def test_a_new_phone_names_itself_and_agrees_with_the_same_code(api):
    client = api()
    code = ask(client)
    sent = {"phone": PHONE, "code": code}

    first = client.post("/api/v1/sessions/", sent)
    second = client.post("/api/v1/sessions/", {**sent, "consent": "2026-11"})
    third = client.post("/api/v1/sessions/", {**sent, "consent": "2026-11", "name": "李明"})

    assert [r.status_code for r in (first, second, third)] == [409, 409, 201]
    assert [r.json()["error"]["code"] for r in (first, second)] == ["consent_needed", "name_needed"]
    assert User.objects.by_phone(PHONE).name == "李明"
    assert client.post("/api/v1/sessions/", sent).json()["error"]["code"] == "no_code"


def test_a_wrong_code_is_refused_and_counted(api):
    client = api()
    right = ask(client)

    response = client.post("/api/v1/sessions/", {"phone": PHONE, "code": f"{(int(right) + 1) % 10**6:06}"})

    assert (response.status_code, response.json()["error"]["code"]) == (409, "bad_code")
    assert PhoneCode.objects.get().tries == 1


def test_a_second_code_within_a_minute_is_refused(api):
    client = api()
    ask(client)

    response = client.post("/api/v1/phone-codes/", {"phone": PHONE})

    assert (response.status_code, response.json()["error"]["code"]) == (409, "too_many_codes")


def test_a_password_signs_in_and_the_second_factor_is_asked_for(api, person, community):
    user = person(Role.COMMUNITY_STAFF, community, username="li")
    user.set_password("correct horse")
    user.save()
    factor = SecondFactorFactory(user=user)
    sent = {"username": "li", "password": "correct horse"}

    without = api().post("/api/v1/sessions/", sent)
    wrong = api().post("/api/v1/sessions/", {**sent, "totp": "000000"})
    right = totp.code_of(factor.secret, step=totp.step_at(now()))
    client = api()
    good = client.post("/api/v1/sessions/", {**sent, "totp": right})
    again = api().post("/api/v1/sessions/", {**sent, "totp": right})

    codes = [r.json()["error"]["code"] for r in (without, wrong, again)]
    assert codes == ["second_factor_needed", "bad_factor", "bad_factor"]
    assert good.status_code == 201
    assert good.json()["roles"] == [
        {"role": "community_staff", "label": "社区工作人员", "region": community.code, "region_name": community.name}
    ]


@pytest.mark.parametrize("sent", [{}, {"phone": PHONE}, {"username": "x"}, {"phone": "12", "code": "1"}])
def test_half_a_sign_in_is_400(api, sent):
    assert api().post("/api/v1/sessions/", sent).status_code == 400


@pytest.mark.parametrize("path", ["/api/v1/sessions/", "/api/v1/phone-codes/"])
def test_a_form_of_another_site_cannot_sign_anybody_in(api, path):
    assert api().post(path, {"phone": PHONE}, format="multipart").status_code == 415


def test_devices_are_ones_own(api):
    mine, other = api(), api()
    for client, phone in ((mine, "13812345678"), (other, "13812345679")):
        client.post("/api/v1/phone-codes/", {"phone": phone})
        code = re.search(r"\d{6}", sms.shown(sms_key(PhoneCode.objects.open().latest("id"))))[0]
        sent = {"phone": phone, "code": code, "name": "甲", "consent": "2026-11"}
        assert client.post("/api/v1/sessions/", sent).status_code == 201

    listed = mine.get("/api/v1/sessions/").json()["results"]
    foreign = other.get("/api/v1/sessions/").json()["results"][0]["id"]

    assert [device["is_current"] for device in listed] == [True]
    assert mine.delete(f"/api/v1/sessions/{foreign}/").status_code == 404
    assert mine.delete(f"/api/v1/sessions/{listed[0]['id']}/").status_code == 204
    assert mine.get("/api/v1/me/").status_code == 403
    assert other.get("/api/v1/me/").status_code == 200
