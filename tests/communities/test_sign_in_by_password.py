"""Staff: name and password, lockout, second factor, sessions that end."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from communities import totp
from communities.grants import Role
from communities.models import AuditEvent, SecondFactor, SignedInDevice
from communities.passwords import MixedPassword
from communities.services import people, second_factors
from tests.factories import SecondFactorFactory

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _fast(settings):
    """Passwords are hashed a thousand times faster than in earnest."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def staff(person, community):
    user = person(Role.COMMUNITY_STAFF, community, username="li", name="李梅")
    user.set_password(PASSWORD)
    user.save()
    return user


def enter(client, password=PASSWORD, username="li", **more):
    return client.post("/sign-in/password/", {"username": username, "password": password}, **more)


def kinds(user):
    return [event.kind for event in AuditEvent.objects.filter(subject=user).order_by("id")]


def test_staff_land_in_the_console(browse, staff):
    client = browse()

    assert enter(client).url == "/admin/"

    assert client.get("/admin/").status_code == 200


def test_the_console_sends_to_the_same_door_and_back(browse, staff):
    client = browse()
    asked = client.get("/admin/communities/region/", follow=True)
    assert asked.redirect_chain[-1][0] == "/sign-in/password/?next=%2Fadmin%2Fcommunities%2Fregion%2F"

    response = client.post(
        "/sign-in/password/", {"username": "li", "password": PASSWORD, "next": asked.context["next"]}
    )

    assert response.url == "/admin/communities/region/"


def test_a_resident_at_the_console_is_told_and_not_sent_round_in_circles(browse, person, community):
    client = browse(person(Role.RESIDENT, community))

    response = client.get("/admin/", follow=True)

    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/")


def test_five_failures_lock_for_a_quarter_of_an_hour_wherever_they_come_from(browse, staff, time_machine):
    for n in range(5):
        assert enter(browse(), "wrong", REMOTE_ADDR=f"8.8.8.{n}").context["form"].non_field_errors()

    locked = browse()
    assert enter(locked, REMOTE_ADDR="9.9.9.9").context["form"].non_field_errors()
    assert kinds(staff) == ["refused"] * 5 + ["locked"]
    time_machine.move_to(now() + timedelta(minutes=15, seconds=1))

    assert enter(locked).url == "/admin/"


def test_one_accounts_lock_is_not_anothers_at_the_same_address(browse, staff, person, community):
    other = person(Role.COMMUNITY_STAFF, community, username="zhang")
    other.set_password(PASSWORD)
    other.save()
    for _n in range(6):
        enter(browse(), "wrong")

    assert enter(browse(), username="zhang").url == "/admin/"


def test_an_unknown_name_is_answered_like_a_wrong_password(browse, staff):
    known = enter(browse(), "wrong").context["form"].non_field_errors()
    unknown = enter(browse(), "wrong", username="nobody").context["form"].non_field_errors()

    assert known == unknown


def test_a_success_forgives_the_failures_before_it(browse, staff):
    for _round in range(3):
        for _n in range(4):
            enter(browse(), "wrong")
        assert enter(browse()).status_code == 302


def test_the_second_factor_stands_between_the_password_and_the_console(browse, staff):
    secret = SecondFactorFactory(user=staff).secret
    client = browse()

    assert enter(client).url == "/sign-in/second-factor/"
    assert client.get("/admin/").status_code == 302
    wrong = client.post("/sign-in/second-factor/", {"code": "000000"})
    assert wrong.context["form"].errors.keys() == {"code"}
    right = client.post("/sign-in/second-factor/", {"code": totp.code_of(secret, step=totp.step_at(now()))})

    assert right.url == "/admin/"
    assert kinds(staff)[-1] == "signed_in"


def test_five_wrong_second_factors_lock_the_right_one_out_too(browse, staff):
    secret = SecondFactorFactory(user=staff).secret
    client = browse()
    enter(client)
    for _n in range(5):
        client.post("/sign-in/second-factor/", {"code": "000000"})

    response = client.post("/sign-in/second-factor/", {"code": totp.code_of(secret, step=totp.step_at(now()))})

    assert response.context["form"].errors.keys() == {"code"}
    assert "_auth_user_id" not in client.session


def test_the_second_factor_is_set_up_used_by_recovery_code_and_switched_off(browse, staff):
    client = browse(staff)
    secret = client.get("/me/second-factor/").context["secret"]
    assert not second_factors.is_on(staff)

    made = client.post("/me/second-factor/", {"code": totp.code_of(secret, step=totp.step_at(now()))})
    codes = made.context["codes"]
    assert (len(set(codes)), second_factors.is_on(staff)) == (10, True)

    other = browse()
    enter(other)
    assert other.post("/sign-in/second-factor/", {"code": codes[0].upper()}).url == "/admin/"
    third = browse()
    enter(third)
    assert third.post("/sign-in/second-factor/", {"code": codes[0]}).status_code == 200

    client.post("/me/second-factor/change/", {"password": "wrong", "what": "off"})
    assert second_factors.is_on(staff)
    client.post("/me/second-factor/change/", {"password": PASSWORD, "what": "off"})
    assert not SecondFactor.objects.exists()


def test_a_city_may_ask_its_staff_for_a_second_factor(browse, staff, settings):
    settings.SECOND_FACTOR_FOR_STAFF = True
    client = browse(staff)
    assert client.get("/admin/").url == "/me/second-factor/"

    SecondFactorFactory(user=staff)

    assert client.get("/admin/").status_code == 200


def test_rfc_6238_codes():
    # RFC 6238, appendix B (SHA-1), the last six of its eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    times = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}

    assert {at: totp.code_of(secret, step=at // 30) for at in times} == times


@pytest.mark.parametrize(("hours", "still_in"), [(1.9, True), (2.1, False)])
def test_a_staff_session_ends_when_idle(browse, staff, time_machine, hours, still_in):
    client = browse()
    enter(client)

    time_machine.move_to(now() + timedelta(hours=hours))

    assert (client.get("/admin/").status_code == 200) is still_in


def test_a_staff_session_ends_after_twelve_hours_however_busy(browse, staff, time_machine):
    client = browse()
    enter(client)
    start, seen = now(), []
    for hour in range(1, 14):
        time_machine.move_to(start + timedelta(hours=hour))
        seen.append(client.get("/me/account/").status_code)

    assert seen == [200] * 11 + [302] * 2


@pytest.mark.parametrize(("days", "still_in"), [(29.9, True), (30.1, False)])
def test_a_residents_session_ends_when_idle_for_a_month(browse, person, community, time_machine, days, still_in):
    resident = person(Role.RESIDENT, community, username="zhao")
    resident.set_password(PASSWORD)
    resident.save()
    client = browse()
    enter(client, username="zhao")

    time_machine.move_to(now() + timedelta(days=days))

    assert (client.get("/me/account/").status_code == 200) is still_in


def test_a_residents_session_ends_after_ninety_days_however_busy(browse, person, community, time_machine):
    resident = person(Role.RESIDENT, community, username="zhao")
    resident.set_password(PASSWORD)
    resident.save()
    client = browse()
    enter(client, username="zhao")
    start, seen = now(), []
    for day in (25, 50, 75, 89, 91):
        time_machine.move_to(start + timedelta(days=day))
        seen.append(client.get("/me/account/").status_code)

    assert seen == [200] * 4 + [302]


def test_the_apis_sessions_have_the_same_limits(api, staff, time_machine):
    client, start = api(), now()
    sign_in = {"username": "li", "password": PASSWORD}
    assert client.post("/api/v1/sessions/", sign_in).status_code == 201

    time_machine.move_to(start + timedelta(hours=2, minutes=1))

    assert client.get("/api/v1/me/").status_code == 403


@pytest.mark.parametrize("path", ["/me/account/", "/admin/", "/api/v1/me/"])
def test_not_even_a_session_that_no_list_of_devices_knows_outlives_the_account(browse, staff, person, street, path):
    client = browse(staff)
    assert client.get(path).status_code == 200

    people.deactivate(staff, by=person(Role.STREET_STAFF, street), reason="离职")

    assert client.get(path).status_code in {302, 403}


def test_a_switched_off_account_is_signed_out_at_once(browse, staff, person, street):
    client = browse()
    enter(client)
    chief = person(Role.STREET_STAFF, street)

    people.deactivate(staff, by=chief, reason="离职")

    assert client.get("/admin/").status_code == 302
    assert not SignedInDevice.objects.filter(user=staff).exists()
    assert enter(browse()).context["form"].non_field_errors()


def test_a_password_link_is_good_once(browse, staff, person, street):
    link = people.password_link(staff, by=person(Role.STREET_STAFF, street))
    new = {"new_password1": "another horse 1", "new_password2": "another horse 1"}

    weak = browse().post(link, {"new_password1": "123", "new_password2": "123"})
    first = browse().post(link, new)
    second = browse().post(link, new)

    assert weak.context["form"].errors.keys() == {"new_password2"}
    assert (first.status_code, second.status_code) == (302, 410)
    assert enter(browse(), "another horse 1").url == "/admin/"


def test_changing_the_password_signs_the_other_devices_out(browse, staff):
    here, there = browse(), browse()
    enter(here)
    enter(there)
    new = {"old_password": PASSWORD, "new_password1": "another horse 1", "new_password2": "another horse 1"}

    assert here.post("/me/password/", new).url == "/me/account/"

    assert (here.get("/me/account/").status_code, there.get("/me/").status_code) == (200, 302)
    assert SignedInDevice.objects.get(user=staff).session_key == here.session.session_key


def test_the_old_password_is_not_guessed_on_the_page_that_changes_it(browse, staff):
    client = browse()
    enter(client)
    new = {"new_password1": "another horse 1", "new_password2": "another horse 1"}

    wrong = [client.post("/me/password/", {**new, "old_password": f"wrong {n}"}) for n in range(5)]
    right = client.post("/me/password/", {**new, "old_password": PASSWORD})

    assert [answer.context["form"].errors.keys() for answer in [*wrong, right]] == [{"old_password"}] * 6
    assert "锁定" in right.context["form"].errors["old_password"][0]
    assert enter(browse()).context["form"].non_field_errors()
    assert kinds(staff)[1:] == ["refused"] * 5 + ["locked"]
    staff.refresh_from_db()
    assert staff.check_password(PASSWORD)


def test_a_weak_new_password_costs_no_try(browse, staff):
    client = browse()
    enter(client)
    weak = {"old_password": PASSWORD, "new_password1": "123", "new_password2": "123"}

    answers = [client.post("/me/password/", weak) for _time in range(6)]

    assert [answer.context["form"].errors.keys() for answer in answers] == [{"new_password2"}] * 6
    assert enter(browse()).url == "/admin/"


def test_signing_out_ends_the_session_and_is_written_down(browse, staff):
    client = browse()
    enter(client)

    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")

    assert client.get("/admin/").status_code == 302
    assert kinds(staff) == ["signed_in", "signed_out"]


def test_mixed_passwords_can_be_asked_for(staff):
    with pytest.raises(ValidationError):
        MixedPassword().validate("only small letters"[:8])
    MixedPassword().validate("Small1tters")
