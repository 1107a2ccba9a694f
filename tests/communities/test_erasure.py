"""A person is forgotten at their request: who they are goes, what they did stays; nothing that runs is left behind."""

import json
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.admin.models import ADDITION, LogEntry
from django.core import serializers
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from communities.encryption import EncryptedField
from communities.grants import Role
from communities.models import AuditEvent, Delivery, Refused, Resident, StatusChange, User
from communities.services import consents, erasure, outbox, people, residents, rolls
from tests.factories import (
    ChannelChoiceFactory,
    ConsentFactory,
    KeptAnswerFactory,
    NoticeFactory,
    PhoneCodeFactory,
    RecoveryCodeFactory,
    ResidentFactory,
    SecondFactorFactory,
    SignedInDeviceFactory,
    UserFactory,
)
from tests.generic import OURS
from tests.voting import an_open_poll, close, vote

pytestmark = pytest.mark.django_db

PHONE, NAME, ADDRESS, EMAIL = "+8613812345678", "欧阳小丫", "9幢2单元901室", "xiaoya@example.org"
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def sms_dir(settings, tmp_path):
    settings.SMS_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return tmp_path


@pytest.fixture
def user(person, community):
    user = person(Role.RESIDENT, community, name=NAME, phone=PHONE, email=EMAIL, username="ouyangxiaoya")
    ResidentFactory(region=community, user=user, name=NAME, phone=PHONE, address=ADDRESS, household="0901")
    return user


def erase(user, **kwargs):
    erasure.erase(user, **{"at": NOON, "by": user, "reason": "本人要求"} | kwargs)


def everything():
    """All that the database holds of ours, as text, in the clear."""
    models = [model for model in apps.get_models() if model._meta.app_label in (*OURS, "admin", "sessions")]
    return "".join(serializers.serialize("json", model._default_manager.all(), ensure_ascii=False) for model in models)


def test_nothing_in_the_database_says_who_it_was(user, community, settings):
    for make in (
        ChannelChoiceFactory,
        KeptAnswerFactory,
        RecoveryCodeFactory,
        SecondFactorFactory,
        SignedInDeviceFactory,
    ):
        make(user=user)
    KeptAnswerFactory(user=user, body={"name": NAME})
    NoticeFactory(user=user, params={"title": NAME})
    PhoneCodeFactory(phone_index=user.phone_index)
    LogEntry.objects.create(user=UserFactory(), object_repr=NAME, content_type=kind_of(User), object_id=user.pk,
                            action_flag=ADDITION)  # fmt: skip
    index = user.phone_index
    before = everything()

    erase(user)
    outbox.send_due(at=NOON)

    words = [NAME, PHONE, ADDRESS, EMAIL, "ouyangxiaoya", "0901", index]
    assert [word for word in words if word not in before] == []
    assert [word for word in words if word in everything()] == []


def kind_of(model):
    return apps.get_model("contenttypes.ContentType").objects.get_for_model(model)


def test_every_encrypted_field_of_a_person_is_thought_of():
    """Whoever encrypts a field that says who somebody is, forgets it here too (and adds it to this list)."""
    found = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedField)
    }

    assert found == {
        "communities.delivery.to",  # forgotten when sent
        "communities.resident.name", "communities.resident.phone", "communities.resident.address",
        "communities.rollimport.payload",  # forgotten after a day
        "communities.secondfactor.secret",
        "communities.user.phone",
        "projects.votingslip.helper",  # who helped and who saw it belongs to the record of a vote
        "projects.votingslip.witness",
        "teams.admission.contact_name", "teams.admission.contact_phone",
        "teams.teammember.name", "teams.teammember.phone",
        "volunteers.certificate.name", "volunteers.certificate.document",
        "volunteers.formerimport.payload",  # forgotten after a day
        "volunteers.volunteer.name", "volunteers.volunteer.born", "volunteers.volunteer.guardian",
        "volunteers.volunteer.document_number",
    }  # fmt: skip


def test_the_account_is_closed_for_good(user, community, person, street):
    erase(user)

    user.refresh_from_db()
    assert (user.is_active, user.name, user.has_usable_password()) == (False, "***", False)
    assert list(user.role_assignments.active()) == []
    assert not user.consents.running().exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        people.reactivate(user, by=person(Role.STREET_STAFF, street), reason="误操作")
    with pytest.raises(IntegrityError) as no, transaction.atomic():
        User.objects.filter(pk=user.pk).update(erased_at=None)
    assert Refused.from_database(no.value).code == "stays_forgotten"
    with pytest.raises(Refused):
        erase(user)


def test_the_record_and_the_sums_stay(user, community):
    poll = an_open_poll(community, voters=3)
    vote(poll, [1], [2], [1], [1])
    entry = poll.roll.get(user=user)
    roll, voted = poll.roll.count(), poll.turnout.count()

    erase(user)
    close(poll)

    resident = Resident.objects.get(user=user)
    assert (poll.roll.count(), poll.turnout.count(), poll.roll.get(pk=entry.pk).resident) == (roll, voted, resident)
    poll.refresh_from_db()
    assert (poll.voted, poll.ballots) == (4, 4)
    assert StatusChange.objects.about(resident).values_list("old", "new", "reason").last() == (
        "verified", "erased", "本人要求",
    )  # fmt: skip


def test_it_is_audited_where_the_person_belonged(user, community):
    erase(user)

    event = AuditEvent.objects.get(kind="erased")
    assert (event.subject, event.actor, event.region, event.reason) == (user, user, community, "本人要求")


def test_the_old_number_is_told_and_then_forgotten_too(user, sms_dir):
    erase(user)
    assert Delivery.objects.get().to == PHONE

    outbox.send_due(at=NOON)

    [message] = [file.read_text() for file in sms_dir.iterdir()]
    assert message.startswith(PHONE)
    assert "注销" in message
    assert Delivery.objects.get().to == ""


def test_the_same_phone_begins_anew(user):
    erase(user)

    again = User.objects.create_user(name="新人", phone=PHONE)

    assert User.objects.by_phone(PHONE) == again != user
    assert residents.match(again) == []


@pytest.mark.parametrize("role", [Role.COMMUNITY_STAFF, Role.COMMITTEE_MEMBER, Role.TEAM_CONTACT, Role.PARTNER])
def test_who_holds_a_public_function_is_released_from_it_first(person, community, role):
    user = person(role, community, name=NAME)

    with pytest.raises(Refused) as no:
        erase(user)

    user.refresh_from_db()
    assert (no.value.code, user.name) == ("obligations", NAME)
    assert str(Role(role).label) in str(no.value)


def test_a_refusal_leaves_everything_as_it_was(user, person, community):
    people.roles.assign(user, role=Role.PARTNER, region=community, by=UserFactory())

    with pytest.raises(Refused):
        erase(user)

    assert Resident.objects.get(user=user).name == NAME
    assert not AuditEvent.objects.filter(kind="erased").exists()


def test_on_the_page_one_sees_what_goes_and_confirms(browse, user):
    client = browse(user)
    unsure = client.post("/me/erase/", {"is_sure": ""})

    sure = client.post("/me/erase/", {"is_sure": "on"})

    assert unsure.context["form"].errors.keys() == {"is_sure"}
    assert sure.url == "/"
    assert client.get("/me/").status_code == 302
    user.refresh_from_db()
    assert user.erased_at


def test_the_page_says_what_is_in_the_way(browse, person, community):
    user = person(Role.COMMUNITY_STAFF, community)
    client = browse(user)

    page = client.get("/me/erase/")
    client.post("/me/erase/", {"is_sure": "on"})

    assert "社区工作人员" in page.content.decode()
    assert "is_sure" not in page.content.decode()
    user.refresh_from_db()
    assert user.erased_at is None


def test_whoever_has_a_password_gives_it(browse, api, user):
    user.set_password("correct horse")
    user.save()

    wrong = browse(user).post("/me/erase/", {"is_sure": "on", "password": "guess"})
    by_api = api(user).post("/api/v1/me/erase/", {})
    done = api(user).post("/api/v1/me/erase/", {"password": "correct horse"})

    assert wrong.context["form"].errors.keys() == {"password"}
    assert by_api.json()["error"]["code"] == "bad_password"
    assert done.status_code == 204
    user.refresh_from_db()
    assert user.erased_at


def test_at_the_office_staff_do_it_for_those_of_their_roll(browse, api, person, user, community, neighbour):
    clerk, other = person(Role.COMMUNITY_STAFF, community), person(Role.COMMUNITY_STAFF, neighbour)
    mine = Resident.objects.get(user=user)
    paper = ResidentFactory(region=community, name=NAME, address=ADDRESS)
    path = f"/admin/communities/resident/{mine.pk}/erase/"

    elsewhere = api(other).post(f"/api/v1/residents/{mine.pk}/erase/", {"reason": "x"})
    silent = browse(clerk).post(path, {"reason": " "})
    browse(clerk).post(path, {"reason": "本人到社区申请"})
    by_api = api(clerk).post(f"/api/v1/residents/{paper.pk}/erase/", {"reason": "本人到社区申请"})

    mine.refresh_from_db()
    paper.refresh_from_db()
    user.refresh_from_db()
    assert (elsewhere.status_code, silent.status_code) == (404, 200)
    assert [(one.status, one.name, one.address) for one in (mine, paper)] == [("erased", "***", "")] * 2
    assert user.erased_at
    assert (by_api.status_code, by_api.json()["status"]) == (200, "erased")
    assert AuditEvent.objects.get(kind="erased").actor == clerk


def test_a_forgotten_resident_is_neither_corrected_nor_counted(community):
    forgotten = ResidentFactory(region=community, name=NAME, phone=PHONE)
    erasure.erase_resident(forgotten, at=now(), by=UserFactory(), reason="本人要求")

    with pytest.raises(Refused):
        residents.correct(forgotten, name=NAME, by=UserFactory())
    with pytest.raises(IntegrityError), transaction.atomic():
        Resident.objects.filter(pk=forgotten.pk).update(address="1幢")
    content = f"姓名,手机号\n{NAME},{PHONE}\n".encode()
    assert rolls.preview(community, content=content, name="名册.csv", by=UserFactory()).good_count == 1


def test_a_consent_is_not_needed_to_be_forgotten(user):
    ConsentFactory(user=user, version="2020-01")
    consents.withdraw(user.consents.get(), at=now(), by=user)

    erase(user)

    assert json.loads(serializers.serialize("json", [user]))[0]["fields"]["name"] == "***"
