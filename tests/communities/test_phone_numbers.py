"""A person changes the number they sign in with: proven by a code, told at the old one, ended everywhere else."""

import re
from datetime import UTC, datetime

import pytest

from communities.grants import Role
from communities.models import AuditEvent, Delivery, Notice, PhoneCode, Refused, SignedInDevice, StatusChange, User
from communities.services import outbox, phone_numbers, residents, sms
from communities.services.phone_codes import sms_key
from tests.factories import ChannelChoiceFactory, ResidentFactory, SignedInDeviceFactory, UserFactory

pytestmark = pytest.mark.django_db

OLD, NEW = "+8613900001111", "+8613900002222"
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sms(settings, tmp_path):
    settings.SMS_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def user(person, community):
    return person(Role.RESIDENT, community, name="王小丫", phone=OLD)


def code():
    """The digits that the new number received."""
    return re.search(r"\d{6}", sms.shown(sms_key(PhoneCode.objects.open().get())))[0]


def messages():
    """Who was sent what, but for codes: {phone: text}."""
    files = [file for file in outbox.settings.SMS_DIR.glob("*.txt") if not file.name.startswith("code-")]
    return dict(file.read_text().strip().split("\n", 1) for file in files)


def test_on_the_page_the_new_number_is_proven_and_only_this_browser_stays(browse, user):
    there = browse(user)
    SignedInDeviceFactory(user=user, session_key=there.session.session_key)
    here = browse(user)
    key = here.session.session_key

    asked = here.post("/me/phone/", {"phone": "139 0000 2222"})
    shown = here.get(asked.url).content.decode()
    wrong = here.post("/me/phone/code/", {"code": "000000" if code() != "000000" else "000001"})
    done = here.post("/me/phone/code/", {"code": code()})

    assert (asked.url, done.url) == ("/me/phone/code/", "/me/account/")
    assert "139****2222" in shown
    assert wrong.context["form"].errors.keys() == {"code"}
    assert (User.objects.by_phone(NEW), User.objects.by_phone(OLD)) == (user, None)
    assert here.get("/me/account/").status_code == 200
    assert here.session.session_key != key
    assert there.get("/me/account/").status_code == 302


def test_without_the_code_nothing_changes(browse, user):
    client = browse(user)
    client.post("/me/phone/", {"phone": NEW})
    right = code()

    for _try in range(5):
        client.post("/me/phone/code/", {"code": "000000" if right != "000000" else "000001"})
    late = client.post("/me/phone/code/", {"code": right})

    assert late.context["form"].non_field_errors()
    assert User.objects.by_phone(OLD) == user
    assert browse(user).get("/me/phone/code/").url == "/me/phone/"


def test_the_old_number_is_told_whatever_one_chose_and_then_forgotten(user):
    ChannelChoiceFactory(user=user, sms="nothing")

    phone_numbers.change(user, phone=NEW, at=NOON, by=user)
    waiting = Delivery.objects.get().to
    outbox.send_due(at=NOON)

    assert waiting == OLD
    assert messages().keys() == {OLD}
    assert "139****2222" in messages()[OLD]
    assert (Delivery.objects.get().status, Delivery.objects.get().to) == ("sent", "")
    assert Notice.objects.get().user == user


def test_somebody_who_belongs_nowhere_yet_is_told_too():
    user = UserFactory(phone=OLD)

    phone_numbers.change(user, phone=NEW, at=NOON, by=user)
    outbox.send_due(at=NOON)

    assert messages().keys() == {OLD}


def test_it_is_audited_without_the_numbers(user):
    phone_numbers.change(user, phone=NEW, at=NOON, by=user)

    event = AuditEvent.objects.get(kind="phone_changed")
    assert (event.subject, event.actor, event.detail) == (user, user, {})


def test_the_rolls_follow_and_it_is_recorded_there(user, community, neighbour):
    mine = ResidentFactory(region=community, user=user, phone=OLD)
    left = ResidentFactory(region=neighbour, user=user, phone=OLD, status="left")
    waiting = ResidentFactory(region=neighbour, phone=NEW)

    phone_numbers.change(user, phone=NEW, at=NOON, by=user)

    for row in (mine, left, waiting):
        row.refresh_from_db()
    assert (mine.phone, left.phone) == (NEW, OLD)
    assert list(residents.Resident.objects.with_phone(NEW).order_by("pk")) == [mine, waiting]
    assert waiting.user == user
    change = StatusChange.objects.about(mine).get()
    assert (change.new, change.reason, change.actor) == ("corrected", "手机号", user)


@pytest.mark.parametrize("phone", [OLD, "+8613900003333"])
def test_ones_own_number_and_that_of_another_account_are_refused(user, phone):
    UserFactory(phone="+8613900003333")

    with pytest.raises(Refused):
        phone_numbers.change(user, phone=phone, at=NOON, by=user)

    assert User.objects.by_phone(OLD) == user


def test_nobody_changes_somebody_elses(user):
    with pytest.raises(Refused):
        phone_numbers.change(user, phone=NEW, at=NOON, by=UserFactory())


def test_a_number_that_is_anothers_on_the_roll_is_said_at_the_form_and_one_stays_in(browse, user, community):
    ResidentFactory(region=community, user=user, phone=OLD)
    ResidentFactory(region=community, user=UserFactory(), phone=NEW)
    client = browse(user)
    client.post("/me/phone/", {"phone": NEW})

    answer = client.post("/me/phone/code/", {"code": code()})

    assert answer.context["form"].non_field_errors()
    assert User.objects.by_phone(OLD) == user
    assert client.get("/me/account/").status_code == 200
    assert not Notice.objects.exists()


def test_whoever_has_a_password_gives_it(browse, api, user):
    user.set_password("correct horse")
    user.save()
    client = browse(user)

    wrong = client.post("/me/phone/", {"phone": NEW, "password": "guess"})
    right = client.post("/me/phone/", {"phone": NEW, "password": "correct horse"})
    by_api = api(user).post("/api/v1/me/phone/", {"phone": NEW, "code": code()})

    assert wrong.context["form"].errors.keys() == {"password"}
    assert right.url == "/me/phone/code/"
    assert by_api.json()["error"]["code"] == "bad_password"
    assert User.objects.by_phone(OLD) == user


def test_through_the_api(api, user):
    SignedInDevice.objects.all().delete()
    SignedInDeviceFactory(user=user)
    client = api(user)
    client.post("/api/v1/phone-codes/", {"phone": NEW})

    bad = client.post("/api/v1/me/phone/", {"phone": NEW, "code": "1"})
    done = client.post("/api/v1/me/phone/", {"phone": "13900002222", "code": code()})

    assert (bad.status_code, bad.json()["error"]["code"]) == (409, "bad_code")
    assert (done.status_code, done.json()["phone"]) == (200, "139****2222")
    assert not SignedInDevice.objects.exists()
    assert client.get("/api/v1/me/").json()["phone"] == "139****2222"
    assert api().post("/api/v1/me/phone/", {"phone": NEW, "code": "1"}).status_code == 403


def test_the_page_of_a_stranger_is_the_sign_in(browse):
    assert browse().get("/me/phone/").url == "/sign-in/?next=/me/phone/"
