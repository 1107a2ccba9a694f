"""Masked personal data: shown for a purpose to who may see it, and each time recorded."""

import pytest
from django.urls import reverse

from communities.grants import Role
from communities.models import Refused, Reveal
from communities.services import reveals
from tests.factories import ResidentFactory, RevealFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(person, community):
    return person(Role.COMMUNITY_STAFF, community)


@pytest.fixture
def resident(community):
    return ResidentFactory(region=community, name="王小丫", phone="+8613900001111", address="幸福里 3 幢")


def test_a_field_is_shown_and_the_look_recorded(staff, resident, community):
    shown = reveals.reveal(resident, field="address", by=staff, purpose=" 送通知书 ")

    assert shown == "幸福里 3 幢"
    reveal = Reveal.objects.get()
    assert (reveal.target, reveal.field, reveal.by, reveal.purpose, reveal.region) == (
        resident,
        "address",
        staff,
        "送通知书",
        community,
    )


@pytest.mark.parametrize(
    ("field", "purpose", "code"),
    [("phone", " ", "purpose_needed"), ("user", "x", "no_such_field"), ("phone_index", "x", "no_such_field")],
)
def test_what_is_not_shown(staff, resident, field, purpose, code):
    with pytest.raises(Refused) as no:
        reveals.reveal(resident, field=field, by=staff, purpose=purpose)

    assert (no.value.code, Reveal.objects.count()) == (code, 0)


def test_nobody_elsewhere_is_shown_anything(api, person, resident, neighbour, community):
    ask = {"model": "communities.resident", "id": resident.pk, "field": "phone", "purpose": "核实"}
    elsewhere, other = person(Role.COMMUNITY_STAFF, neighbour), person(Role.OBSERVER, community)

    answers = [api(user).post("/api/v1/reveals/", ask).status_code for user in (elsewhere, other, None)]

    assert (answers, Reveal.objects.count()) == ([404, 404, 403], 0)
    with pytest.raises(Refused):
        reveals.reveal(resident, field="phone", by=elsewhere, purpose="核实")


def test_the_api_shows_a_field_and_lists_the_look_to_the_street(api, staff, resident, person, street, neighbour):
    ask = {"model": "communities.resident", "id": resident.pk, "field": "phone", "purpose": "核实"}
    RevealFactory(region=neighbour)

    shown = api(staff).post("/api/v1/reveals/", ask)

    assert (shown.status_code, shown.json()) == (201, {"value": "+8613900001111"})
    chief = person(Role.STREET_STAFF, street)
    listed = api(chief).get("/api/v1/reveals/", {"by": staff.pk}).json()["results"]
    assert [(r["model"], r["object_id"], r["field"], r["purpose"]) for r in listed] == [
        ("resident", resident.pk, "phone", "核实")
    ]
    assert api(staff).get("/api/v1/reveals/").json()["results"] == []


@pytest.mark.parametrize("model", ["communities.region", "nothing.here", "x"])
def test_things_without_personal_data_are_not_there(api, staff, model):
    ask = {"model": model, "id": 1, "field": "name", "purpose": "核实"}

    assert api(staff).post("/api/v1/reveals/", ask).status_code == 404


def test_the_console_shows_a_users_phone_once_for_a_purpose(browse, person, community, street):
    user = person(Role.RESIDENT, community, name="王小丫", phone="+8613900001111")
    client = browse(person(Role.STREET_STAFF, street))
    path = reverse("admin:communities_user_change", args=[user.pk]).replace("/change/", "/reveal/")

    asked = client.get(path).content.decode()
    without = client.post(path, {"field": "phone", "purpose": ""}).content.decode()
    shown = client.post(path, {"field": "phone", "purpose": "电话核实"}).content.decode()

    assert ["+8613900001111" in page for page in (asked, without, shown)] == [False, False, True]
    assert list(Reveal.objects.values_list("field", "purpose")) == [("phone", "电话核实")]
