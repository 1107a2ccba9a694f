"""Invariant 10: personal data is masked by default, shown for a purpose to who needs it, and each look recorded."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from communities.encryption import EncryptedField
from communities.grants import CONSOLE_ROLES, Role
from communities.models import Refused, Reveal
from communities.services import reveals
from config.api import router
from tests.factories import ResidentFactory, RevealFactory
from tests.generic import OURS, make_in

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


# -- nowhere in a list, a page or an answer

RAW = {"name": "欧阳测试名", "phone": "+8613612345678", "address": "幸福里八十八幢"}
SHOWN = ("欧阳测试名", "13612345678", "幸福里八十八幢")
PRIVATE = {
    model: [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedField)]
    for model in apps.get_models()
    if model._meta.app_label in OURS
}


# What the database wants to stand beside them.
WITH = {"Volunteer": {"document_type": "passport"}}


def raw(name):
    return next((value for part, value in RAW.items() if part in name), RAW["name"])


def visited(user, api, browse):
    """What this person is shown by every list of the API, and every list and page of the console."""
    for prefix, viewset, _name in router.registry:
        if "list" in getattr(viewset, "perms", {}):
            yield f"/api/v1/{prefix}/", api(user).get(f"/api/v1/{prefix}/").content.decode()
    console = browse(user)
    for model in admin.site._registry:  # noqa: SLF001 (no public list)
        place = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield place, console.get(reverse(f"{place}_changelist")).content.decode()
        for row in model._default_manager.all()[:3]:
            yield f"{place} {row.pk}", console.get(reverse(f"{place}_change", args=[row.pk])).content.decode()


@pytest.mark.parametrize("role", sorted(CONSOLE_ROLES - {Role.ADMINISTRATOR}))
def test_no_list_and_no_page_of_staff_shows_it(api, browse, person, community, street, role):
    for model, fields in PRIVATE.items():
        if fields and hasattr(model, "PERSONAL"):
            make_in(model, community, **{name: raw(name) for name in fields} | WITH.get(model.__name__, {}))
    reader = person(role, community if role == Role.COMMUNITY_STAFF else street, name="值班员")

    told = {where: word for where, page in visited(reader, api, browse) for word in SHOWN if word in page}

    assert told == {}


def test_what_is_encrypted_can_be_revealed_or_is_shown_to_nobody_else():
    silent = {model.__name__ for model, fields in PRIVATE.items() if fields and not hasattr(model, "PERSONAL")}

    # A certificate is its owner's; the others are addresses of messages, secrets, and rows on the way.
    assert silent == {"Certificate", "Delivery", "SecondFactor", "RollImport", "FormerImport"}
