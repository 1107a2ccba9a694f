"""From 14 to 18 one serves with the consent of a guardian, and does not become of age by a form."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate, now

from communities.grants import Role
from communities.models import Notice, Refused
from communities.notices import key_of
from communities.services import outbox
from tests.factories import (
    ActivityFactory,
)
from tests.volunteers.profiles import CARD, PROFILE, minor, register, withdraw, years_ago
from volunteers.models import Oddity, Volunteer
from volunteers.services import oddities, profiles, signups, volunteers

pytestmark = pytest.mark.django_db


def test_somebody_under_18_signs_up_once_the_guardians_yes_is_on_record(community, person):
    volunteer, staff = minor(community), person(Role.COMMUNITY_STAFF, community)
    activity = ActivityFactory(region=community, starts_at=now() + timedelta(days=1))

    with pytest.raises(Refused) as no:
        signups.sign_up(activity, volunteer=volunteer, by=volunteer.user)
    profiles.note_guardian(volunteer, agreed_on=localdate(), reason="书面同意书", by=staff)
    outbox.fan_out(at=now())
    signup = signups.sign_up(activity, volunteer=volunteer, by=volunteer.user)

    assert no.value.code == "guardian_needed"
    assert signup.status == "signed_up"
    assert volunteer.last_change().new == "guardian_agreed"
    assert "volunteers.volunteer:guardian_agreed" in {
        key_of(notice.change) for notice in Notice.objects.to(volunteer.user)
    }


def test_the_guardian_is_not_noted_by_oneself_in_the_future_or_of_nobody(community, person):
    staff, volunteer, adult = person(Role.COMMUNITY_STAFF, community), minor(community), register(community)
    said = {"agreed_on": localdate(), "reason": "电话"}
    tries = [
        (volunteer, {**said, "by": volunteer.user}),
        (volunteer, {**said, "by": staff, "agreed_on": localdate() + timedelta(days=1)}),
        (volunteer, {**said, "by": staff, "reason": " "}),
        (adult, {**said, "by": staff}),
    ]

    codes = []
    for who, about in tries:
        with pytest.raises(Refused) as no:
            profiles.note_guardian(who, **about)
        codes.append(no.value.code)

    assert codes == ["own_profile", "in_the_future", "reason_needed", "no_guardian"]


def test_another_guardian_is_asked_anew(community, person):
    volunteer = minor(community)
    profiles.note_guardian(volunteer, agreed_on=localdate(), reason="电话", by=person(Role.COMMUNITY_STAFF, community))

    volunteers.edit(volunteer, by=volunteer.user, name="小花花")
    still = Volunteer.objects.get().guardian_agreed_on
    volunteers.edit(volunteer, by=volunteer.user, guardian="李某 13900000000")

    assert (still, Volunteer.objects.get().guardian_agreed_on) == (localdate(), None)


def test_who_is_of_age_needs_nobody(community):
    volunteer = register(community, born=years_ago(18.1), agrees=True)

    assert not volunteer.needs_guardian(on=localdate())


@pytest.mark.parametrize("born", ["", "1990", years_ago(19)])
def test_who_is_on_record_as_under_18_does_not_become_of_age_by_a_form(browse, community, born):
    volunteer = minor(community)
    typed = PROFILE | {"born": born, "guardian": ""}

    answer = browse(volunteer.user).post("/volunteer/profile/", typed)
    volunteers.leave(Volunteer.objects.get(), by=volunteer.user)
    with pytest.raises(Refused) as no:
        volunteers.register(volunteer.user, region=community, by=volunteer.user, **typed)

    kept = Volunteer.objects.get()
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert (no.value.code, kept.born, kept.status) == ("under_age", volunteer.born, "left")


def come_back(volunteer, **fields):
    return volunteers.register(volunteer.user, region=volunteer.region, by=volunteer.user, **PROFILE | fields)


@pytest.mark.parametrize(
    ("born", "found"), [(years_ago(30), 1), ("", 1), (years_ago(17), 1), (years_ago(16), 0)], ids=str
)
def test_who_was_under_18_and_comes_back_with_another_birth_date_is_put_before_staff(community, born, found):
    volunteer, of_age = minor(community), register(community, born="1990", agrees=True)
    for each in (volunteer, of_age):
        withdraw(each.user, "sensitive")
    assert years_ago(16) not in str(Volunteer.objects.filter(pk=volunteer.pk).values())

    again = come_back(volunteer, born=born, guardian="王某 13800000000", agrees=True)
    volunteers.edit(again, by=volunteer.user, **PROFILE)
    volunteers.edit(of_age, by=of_age.user, born="1991", agrees=True)

    assert again.status == "active"
    odd = list(Oddity.objects.all())
    assert [(one.kind, one.volunteer, one.region) for one in odd] == [("birth", volunteer, community)] * found
    assert all("18" in one.says for one in odd)


def test_staff_look_at_the_profile_and_suspend_it_or_say_that_it_is_fine(browse, person, community):
    odd = []
    for _time in range(2):
        volunteer = minor(community)
        withdraw(volunteer.user, "sensitive")
        come_back(volunteer, born=years_ago(30), agrees=True)
        odd.append(Oddity.objects.get(volunteer=volunteer))
    staff = browse(person(Role.COMMUNITY_STAFF, community))

    page = staff.get(reverse("admin:volunteers_oddity_change", args=[odd[0].pk])).content.decode()
    staff.post(reverse("admin:volunteers_oddity_clear", args=[odd[0].pk]), {"reason": "户口簿核对过"})
    staff.post(reverse("admin:volunteers_oddity_reject", args=[odd[1].pk]), {"reason": "户口簿上未满18"})

    assert reverse("admin:volunteers_volunteer_change", args=[odd[0].volunteer_id]) in page
    statuses = Oddity.objects.order_by("pk").values_list("status", "volunteer__status")
    assert list(statuses) == [("fine", "active"), ("rejected", "suspended")]
    with pytest.raises(Refused) as no:
        oddities.clear(odd[1], by=odd[1].volunteer.user)
    assert no.value.code == "own_hours"


def test_who_is_under_18_by_a_document_alone_leaves_when_it_is_forgotten(community):
    volunteer = register(community, agrees=True, agrees_to_document=True, guardian="王某 138", **of_a_minor())

    withdraw(volunteer.user, "document")
    volunteer.refresh_from_db()
    left = volunteer.status
    come_back(volunteer)

    assert (left, Oddity.objects.get().volunteer) == ("left", volunteer)


def of_a_minor():
    """An identity card of somebody who is 16."""
    digits = "110101" + years_ago(16).replace("-", "") + "878"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    last = "10X98765432"[sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11]
    return {"document_type": "id_card", "document_number": digits + last}


def test_a_document_that_shows_the_age_sets_a_wrong_birth_date_right(community):
    volunteer = minor(community)

    volunteers.edit(volunteer, by=volunteer.user, born="", guardian="", agrees_to_document=True, **CARD)

    assert not Volunteer.objects.get().needs_guardian(on=localdate())


def test_on_the_very_days_of_the_14th_and_18th_birthday(community):
    def day(years):
        return localdate().replace(year=localdate().year - years)

    with pytest.raises(Refused, match="14"):
        register(community, born=(day(14) + timedelta(days=1)).isoformat(), guardian="王某", agrees=True)
    fourteen = register(community, born=day(14).isoformat(), guardian="王某", agrees=True)
    nearly = register(community, born=(day(18) + timedelta(days=1)).isoformat(), guardian="王某", agrees=True)
    of_age = register(community, born=day(18).isoformat(), agrees=True)

    assert [one.needs_guardian(on=localdate()) for one in (fourteen, nearly, of_age)] == [True, True, False]
