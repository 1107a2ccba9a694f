"""By phone and code: pages from the first number typed to the first page seen."""

import re
from datetime import timedelta

import pytest
from django.utils.timezone import now

from communities.models import AuditEvent, Consent, PhoneCode, User
from communities.services import consents, phone_codes, sms
from tests.factories import UserFactory

PHONE, TYPED = "+8613812345678", "138 1234 5678"


@pytest.fixture(autouse=True)
def _sms(settings, tmp_path):
    settings.SMS_DIR = tmp_path


@pytest.fixture
def resident(db):
    user = UserFactory(phone=PHONE, name="王小丫")
    consents.give(user, version="2026-11", at=now(), by=user)
    return user


def digits(client):
    """The code that the phone received."""
    return re.search(r"\d{6}", sms.shown(client.session["sign_in"]["sms"]))[0]


def ask(client, phone=TYPED, **more):
    return client.post("/sign-in/", {"phone": phone, **more})


def test_a_known_phone_signs_in_and_goes_where_it_wanted(browse, resident):
    client = browse()
    ask(client, next="/help/")
    key = client.session.session_key

    response = client.post("/sign-in/code/", {"code": digits(client)})

    assert (response.status_code, response.url) == (302, "/help/")
    assert client.session["_auth_user_id"] == str(resident.pk)
    assert client.session.session_key != key
    assert [event.kind for event in AuditEvent.objects.filter(subject=resident).order_by("id")] == [
        "consented",
        "signed_in",
    ]


def test_an_unknown_phone_gives_a_name_and_consent_once(browse, db):
    client = browse()
    ask(client)
    assert client.post("/sign-in/code/", {"code": digits(client)}).url == "/sign-in/welcome/"
    assert not User.objects.filter(name="李明").exists()

    refused = client.post("/sign-in/welcome/", {"name": "李明"})
    assert refused.context["form"].errors.keys() == {"agreed"}
    response = client.post("/sign-in/welcome/", {"name": "李明", "agreed": "on"})

    assert response.url == "/"
    user = User.objects.by_phone(PHONE)
    assert (user.name, user.roles) == ("李明", set())
    assert list(Consent.objects.running().values_list("user", "kind", "version")) == [(user.pk, "privacy", "2026-11")]


def test_the_welcome_page_is_shut_to_those_who_have_proven_nothing(browse, db):
    client = browse()
    ask(client)

    response = client.post("/sign-in/welcome/", {"name": "李明", "agreed": "on"})

    assert response.url == "/sign-in/"
    assert not User.objects.filter(name="李明").exists()


def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_is_the_last(browse, resident):
    client = browse()
    ask(client)
    right = digits(client)
    wrong = f"{(int(right) + 1) % 10**6:06}"

    answers = [client.post("/sign-in/code/", {"code": wrong}).context["form"] for _n in range(5)]

    assert ["4" in answers[0].errors["code"][0], "1" in answers[3].errors["code"][0]] == [True, True]
    after = client.post("/sign-in/code/", {"code": right})
    assert after.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db(transaction=True)
def test_a_wrong_try_stays_counted(browse):
    client = browse()
    ask(client)

    client.post("/sign-in/code/", {"code": "x"})

    assert PhoneCode.objects.get().tries == 1


def test_a_code_is_good_once(browse, resident):
    first, second = browse(), browse()
    ask(first)
    ask(second)
    code = digits(first)
    assert first.post("/sign-in/code/", {"code": code}).status_code == 302

    response = second.post("/sign-in/code/", {"code": code})

    assert response.context["form"].non_field_errors()
    assert "_auth_user_id" not in second.session


def test_a_code_runs_out_after_ten_minutes(browse, resident, time_machine):
    client = browse()
    ask(client)
    code = digits(client)
    time_machine.move_to(now() + timedelta(minutes=10, seconds=1))

    response = client.post("/sign-in/code/", {"code": code})

    assert response.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_another_code_is_sent_after_a_minute_and_the_first_is_good_no_longer(browse, resident, time_machine):
    client = browse()
    ask(client)
    first = digits(client)
    assert PhoneCode.objects.count() == 1
    client.post("/sign-in/code/again/")
    assert PhoneCode.objects.count() == 1

    time_machine.move_to(now() + timedelta(seconds=61))
    client.post("/sign-in/code/again/")
    second = digits(client)

    assert PhoneCode.objects.count() == 2
    if first != second:
        assert client.post("/sign-in/code/", {"code": first}).status_code == 200
    assert client.post("/sign-in/code/", {"code": second}).status_code == 302


def test_one_phone_is_sent_one_a_minute_five_an_hour_and_ten_a_day(db):
    start = now()
    sent = []
    for minute in range(60 * 25):
        at = start + timedelta(minutes=minute, seconds=1)
        if phone_codes.next_at(PHONE, at=at) is None:
            phone_codes.send(PHONE, at=at)
            sent.append(minute)

    assert sent[:11] == [0, 1, 2, 3, 4, 60, 61, 62, 63, 64, 1440]


def test_a_hall_of_three_hundred_phones_behind_one_address_gets_three_hundred_codes(browse, db):
    hall = {"REMOTE_ADDR": "8.8.8.8"}

    answers = [browse().post("/sign-in/", {"phone": f"1381234{n:04}"}, **hall).url for n in range(300)]

    assert set(answers) == {"/sign-in/code/"}
    assert PhoneCode.objects.filter(failed=False).count() == 300


def test_one_place_cannot_send_codes_to_strangers_without_end(browse, db, settings):
    settings.SMS_CODES_PER_ADDRESS_AND_HOUR = 2
    for n in range(2):
        browse().post("/sign-in/", {"phone": f"1381234000{n}"}, REMOTE_ADDR="8.8.8.8")

    third = browse().post("/sign-in/", {"phone": "13812340003"}, REMOTE_ADDR="8.8.8.8")
    elsewhere = browse().post("/sign-in/", {"phone": "13812340003"}, REMOTE_ADDR="8.8.4.4")

    assert third.context["form"].non_field_errors()
    assert elsewhere.status_code == 302


def test_what_is_no_phone_number_is_said_at_the_field(browse, db):
    response = ask(browse(), "12345")

    assert response.context["form"].errors.keys() == {"phone"}
    assert "12345" in response.content.decode()
    assert not PhoneCode.objects.exists()


def test_a_phone_from_abroad_is_sent_a_code(browse, db):
    client = browse()

    assert ask(client, "+44 7400 123456").status_code == 302

    assert client.session["sign_in"]["phone"] == "+447400123456"


def test_a_gateway_that_fails_is_said_and_does_not_count(browse, resident, settings):
    settings.SMS_SENDER = "communities.services.sms.HttpSender"  # without an address it takes nothing
    client = browse()
    response = ask(client)
    assert response.context["form"].non_field_errors()

    settings.SMS_SENDER = "communities.services.sms.ConsoleSender"

    assert ask(client).status_code == 302


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/sign-in/"]
)
def test_nobody_is_led_elsewhere(browse, resident, target):
    client = browse()
    ask(client, next=target)

    assert client.post("/sign-in/code/", {"code": digits(client)}).url == "/"


def test_a_switched_off_account_is_told_after_the_code_and_not_before(browse, resident):
    User.objects.filter(pk=resident.pk).update(is_active=False)
    client = browse()
    assert ask(client).status_code == 302

    response = client.post("/sign-in/code/", {"code": digits(client)})

    assert response.context["form"].non_field_errors()
    assert "_auth_user_id" not in client.session


def test_the_code_is_shown_on_the_page_in_the_demo_only(browse, resident, settings):
    settings.DEMO = True
    client = browse()
    ask(client)
    code = digits(client)
    assert code in client.get("/sign-in/code/").content.decode()

    settings.DEMO = False

    assert code not in client.get("/sign-in/code/").content.decode()


def test_neither_code_nor_phone_is_in_a_log(browse, resident, caplog, settings):
    caplog.set_level("DEBUG")
    client = browse()
    ask(client)
    code = digits(client)
    client.post("/sign-in/code/", {"code": "000000"})
    client.post("/sign-in/code/", {"code": code})

    kept = caplog.text + str(list(AuditEvent.objects.values())) + str(list(PhoneCode.objects.values()))

    assert [code in kept, PHONE in kept, "13812345678" in kept] == [False, False, False]
