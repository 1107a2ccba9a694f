"""A profile by the ministry's rules: little is asked, each delicate part is agreed to apart, all of it is masked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate, now

from communities.grants import Role
from communities.models import Refused, Reveal
from communities.services import consents, erasure, reveals
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
from tests.volunteers.profiles import CARD, PASSPORT, PROFILE, register, withdraw
from volunteers.models import CalendarLink, Signup, Volunteer
from volunteers.services import calendars, signups, volunteers

pytestmark = pytest.mark.django_db


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
