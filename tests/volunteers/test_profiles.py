"""A profile by the ministry's rules: little is asked, each delicate part is agreed to apart, all of it is masked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate, now

from communities.grants import Role
from communities.models import Notice, Refused, Reveal
from communities.notices import key_of
from communities.services import consents, erasure, outbox, reveals
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    ReservationFactory,
    SafeguardFactory,
    SignupFactory,
    SkillFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import CalendarLink, Oddity, Signup, Volunteer
from volunteers.services import calendars, oddities, profiles, signups, volunteers

pytestmark = pytest.mark.django_db
PROFILE = {"name": "小花", "nationality": "CN"}
CARD = {"document_type": "id_card", "document_number": "11010119900307803x"}
PASSPORT = {"name": "Amina", "nationality": "KE", "document_type": "passport", "document_number": "A123 4567"}


def register(region, **fields):
    user = UserFactory()
    return volunteers.register(user, region=region, by=user, **PROFILE | fields)


def withdraw(user, kind):
    consents.withdraw(user.consents.running().get(kind=kind), at=now(), by=user)


def years_ago(years):
    return (localdate() - timedelta(days=round(years * 365.25))).isoformat()


def minor(region, **fields):
    return register(region, born=years_ago(16), guardian="王某 13800000000", agrees=True, **fields)


def test_everything_but_name_and_nationality_may_be_left_out(community):
    volunteer = register(community)

    kept = [volunteer.sex, volunteer.born, volunteer.guardian, volunteer.document_type, volunteer.document_number]
    assert kept == [""] * 5
    assert not volunteer.number.startswith("1101")


def test_a_document_is_kept_only_with_its_own_consent(community):
    with pytest.raises(Refused) as no:
        register(community, agrees=True, **CARD)
    volunteer = register(community, agrees_to_document=True, **CARD)

    given = volunteer.user.consents.running().values_list("kind", flat=True)
    assert no.value.code == "consent_needed"
    assert sorted(given) == ["document", "profile"]
    assert volunteer.document_number == "11010119900307803X"
    assert volunteer.masked_document.endswith("****803X")


def test_it_is_stored_encrypted_and_its_index_says_nothing(community):
    volunteer = register(community, agrees_to_document=True, **CARD)

    stored = Volunteer.objects.filter(pk=volunteer.pk).extra(select={"raw": "document_number"}).get()
    assert "803X" not in str(stored.raw)
    assert "803" not in volunteer.number
    assert len(volunteer.document_index) == 64


def test_taking_that_consent_back_forgets_the_document_and_nothing_else(community):
    volunteer = register(community, born="1990-03-07", agrees=True, agrees_to_document=True, **CARD)

    withdraw(volunteer.user, "document")

    volunteer.refresh_from_db()
    assert (volunteer.document_type, volunteer.document_number, volunteer.document_index) == ("", "", "")
    assert (volunteer.born, volunteer.status) == ("1990-03-07", "active")


def test_one_document_makes_one_volunteer_but_passports_of_two_countries_may_have_one_number(community):
    register(community, agrees_to_document=True, **CARD)
    register(community, agrees_to_document=True, **PASSPORT)
    register(community, agrees_to_document=True, **PASSPORT | {"nationality": "IN"})

    with pytest.raises(IntegrityError, match=r"document_index|one_volunteer_per_document"), transaction.atomic():
        register(community, agrees_to_document=True, **CARD)


def test_who_changes_the_nationality_takes_the_passport_along(community):
    first = register(community, agrees_to_document=True, **PASSPORT)
    volunteers.edit(first, by=first.user, nationality="IN")

    register(community, agrees_to_document=True, **PASSPORT)

    with pytest.raises(IntegrityError), transaction.atomic():
        volunteers.edit(first, by=first.user, nationality="KE")


@pytest.mark.parametrize("half", [{"document_type": "passport"}, {"document_number": "A1234567"}])
def test_the_database_keeps_no_half_of_a_document(community, half):
    volunteer = register(community)

    with pytest.raises(IntegrityError, match="document_has_type_and_number"), transaction.atomic():
        Volunteer.objects.filter(pk=volunteer.pk).update(**half)


def test_a_number_that_cannot_be_one_is_refused_past_every_form(community):
    with pytest.raises(Refused) as no:
        register(community, agrees_to_document=True, document_type="id_card", document_number="123")

    assert no.value.code == "document_number"


def test_birth_date_and_document_say_the_same(community):
    with pytest.raises(Refused) as no:
        register(community, born="1991", agrees=True, agrees_to_document=True, **CARD)

    assert no.value.code == "birth_dates_differ"
    assert register(community, born="1990", agrees=True, agrees_to_document=True, **CARD).born == "1990"


def test_a_document_tells_who_is_too_young(community):
    young = {"document_type": "id_card", "document_number": "330702201802290013"}
    number = young["document_number"][:6] + f"{localdate().year - 9}0115001"
    total = sum(int(digit) * (2**place % 11) for place, digit in zip(range(17, 0, -1), number, strict=True))

    with pytest.raises(Refused, match="14"):
        register(community, agrees_to_document=True, **young | {"document_number": number + "10X98765432"[total % 11]})

    assert not Volunteer.objects.exists()


def test_being_named_in_public_is_agreed_to_apart_and_taken_back_at_any_time(community):
    volunteer = register(community, is_named=True)
    given = not consents.is_missing(volunteer.user, kind="publication")
    volunteers.edit(volunteer, by=volunteer.user, is_named=False)
    taken = consents.is_missing(volunteer.user, kind="publication")
    volunteers.edit(volunteer, by=volunteer.user, name="小花花")

    assert (given, taken) == (True, True)
    assert consents.is_missing(volunteer.user, kind="publication")
    volunteer.refresh_from_db()
    assert volunteer.status == "active"


# from 14 to 18


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


# who goes


def test_who_leaves_gives_places_and_pieces_to_the_next(community):
    soon = ActivityFactory(region=community, places=1, starts_at=now() + timedelta(hours=2), withdraw_hours=24)
    mine = SignupFactory(activity=soon, volunteer__region=community)
    waits = SignupFactory(activity=soon, status="waiting", place_number=None, volunteer__region=community)
    held = ReservationFactory(volunteer=mine.volunteer, reward__stock=0)

    volunteers.leave(mine.volunteer, by=mine.volunteer.user)

    for row in (mine, waits, held):
        row.refresh_from_db()
    held.reward.refresh_from_db()
    assert (mine.status, waits.status, waits.place_number) == ("withdrawn", "signed_up", 1)
    assert (held.status, held.reward.stock) == ("cancelled", 1)


# who sees it


def test_staff_see_it_masked_and_reveal_it_with_a_purpose(browse, person, community):
    volunteer = register(community, agrees_to_document=True, sex="female", **CARD)
    staff = person(Role.COMMUNITY_STAFF, community)
    page = reverse("admin:volunteers_volunteer_change", args=[volunteer.pk])

    shown = browse(staff).get(page).content.decode()
    number = reveals.reveal(volunteer, field="document_number", by=staff, purpose="开具证明")

    assert "****803X" in shown
    assert "11010119900307803X" not in shown
    assert number == "11010119900307803X"
    assert list(Reveal.objects.values_list("field", "purpose")) == [("document_number", "开具证明")]


def test_the_street_and_next_door_reveal_nothing(person, community, street, neighbour):
    volunteer = register(community, agrees_to_document=True, **CARD)

    for role, region in [(Role.STREET_STAFF, street), (Role.COMMUNITY_STAFF, neighbour), (Role.VOLUNTEER, community)]:
        with pytest.raises(Refused) as no:
            reveals.reveal(volunteer, field="document_number", by=person(role, region), purpose="好奇")
        assert no.value.code == "not_allowed"


def test_lists_of_the_api_name_no_document_and_no_birth_date(api, person, community):
    register(community, agrees_to_document=True, born="1990", agrees=True, **CARD)

    row = api(person(Role.COMMUNITY_STAFF, community)).get("/api/v1/volunteers/").json()["results"][0]

    assert set(row) == {"id", "number", "name", "nationality", "skills", "kinds", "region", "status"}
    assert row["name"] == "小*"


def test_through_the_api_one_writes_and_reads_ones_own(api, community):
    kind, language = ActivityKindFactory(), SkillFactory(is_language=True)
    mine = api(UserFactory())
    about = PASSPORT | {"sex": "male", "kinds": [kind.pk], "skills": [language.pk], "region": community.pk}

    without = mine.post("/api/v1/volunteers/", about)
    made = mine.post("/api/v1/volunteers/", about | {"agrees_to_document": True, "is_named": True}).json()
    profile = mine.get(f"/api/v1/volunteers/{made['id']}/profile/").json()
    mine.patch(f"/api/v1/volunteers/{made['id']}/profile/", {"is_named": False, "document_number": ""})
    after = mine.get(f"/api/v1/volunteers/{made['id']}/profile/").json()

    assert (without.status_code, without.json()["error"]["code"]) == (409, "consent_needed")
    wanted = ["sex", "kinds", "skills", "document_type", "document_number", "named_in_public"]
    assert [profile[name] for name in wanted] == ["male", [kind.pk], [language.pk], "passport", "A1234567", True]
    assert [after[name] for name in wanted[3:]] == ["", "", False]


def test_on_the_page_what_was_typed_is_kept_and_named_where_it_is_wrong(browse, community):
    client, path = browse(UserFactory()), f"/c/{community.code}/volunteer/"
    typed = PROFILE | {"is_old_enough": "on", "agrees_to_profile": "on", "sex": "female"}

    half = client.post(path, typed | {"document_type": "passport"}).context["form"]
    wrong = client.post(path, typed | {"document_type": "id_card", "document_number": "123"}).context["form"]
    unnamed = client.post(path, typed | {"document_number": "A1234567"}).context["form"]
    client.post(path, typed | {**CARD, "agrees_to_document": "on", "is_named": "on"})
    profile = client.get("/volunteer/profile/").content.decode()

    assert [set(form.errors) for form in (half, wrong, unnamed)] == [
        {"document_number"},
        {"document_number"},
        {"document_type"},
    ]
    assert 'value="11010119900307803X"' in profile
    assert 'name="agrees_to_document"' not in profile
    assert 'name="is_named" ' in profile
    assert Volunteer.objects.get().sex == "female"


def test_who_is_forgotten_leaves_nothing_of_it(community):
    volunteer = register(community, agrees_to_document=True, sex="female", born="1990", agrees=True, **CARD)
    volunteer.kinds.add(ActivityKindFactory())
    calendars.make_link(volunteer, by=volunteer.user, at=now())
    policy = SafeguardFactory(volunteer=volunteer, title="某保险 保单号 8800123")
    soon = ActivityFactory(region=community, starts_at=now() + timedelta(hours=2), withdraw_hours=24)
    signups.sign_up(soon, volunteer=volunteer, by=volunteer.user)

    erasure.erase(volunteer.user, at=now(), by=volunteer.user, reason="本人要求")

    volunteer.refresh_from_db()
    kept = [getattr(volunteer, name) for name in ("sex", "born", "document_type", "document_number", "document_index")]
    assert kept == [""] * 5
    assert not volunteer.kinds.exists()
    assert not CalendarLink.objects.exists()
    assert Signup.objects.get().status == "withdrawn"
    policy.refresh_from_db()
    assert policy.title == "***"


def test_a_name_of_one_word_from_abroad_is_enough(community):
    assert VolunteerFactory(region=community, name="Suharto").masked_name == "S***"
