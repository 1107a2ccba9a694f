"""After a change of keys everything is written anew with the new ones, and the old ones can go."""

import io

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import models
from django.db.models.functions import Cast

from communities.encryption import Unreadable
from communities.models import Resident, User
from communities.services import keys
from tests.factories import AdmissionFactory, ResidentFactory, UserFactory
from tests.generic import make
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.FIELD_KEYS = [OLD]


def renew():
    """What the command says."""
    out = io.StringIO()
    call_command("renew_keys", stdout=out, stderr=out)
    return out.getvalue()


def renewed(model, **kwargs):
    """How many rows of a model were written anew."""
    return max((progress.renewed for progress in keys.renew(model, **kwargs)), default=0)


def stored(model, name):
    """What stands in the database."""
    return list(model._default_manager.annotate(raw=Cast(name, models.TextField())).values_list("raw", flat=True))


# What a law of the database wants beside a field that is filled.
BESIDE = {Volunteer: {"document_type": "passport", "document_index": "x"}}


@pytest.mark.parametrize("model", list(keys.encrypted()))
def test_whatever_is_encrypted_is_read_with_the_new_key_alone(model, settings):
    names = keys.encrypted()[model]
    thing = make(model)
    filled = {name: f"内容{name}" for name in names} | BESIDE.get(model, {})
    model._default_manager.filter(pk=thing.pk).update(**filled)

    settings.FIELD_KEYS = [NEW, OLD]
    call_command("renew_keys", stdout=io.StringIO())
    settings.FIELD_KEYS = [NEW]

    assert model._default_manager.values_list(*names).get(pk=thing.pk) == tuple(f"内容{name}" for name in names)


def test_without_it_the_old_key_could_not_go(settings):
    UserFactory(phone="+8613800000001")

    settings.FIELD_KEYS = [NEW]

    with pytest.raises(Unreadable):
        User.objects.get()


def test_what_was_handed_in_and_is_fixed_is_written_anew_too(settings):
    admission = AdmissionFactory(status="admitted", contact_name="王小明")

    settings.FIELD_KEYS = [NEW, OLD]
    renew()
    settings.FIELD_KEYS = [NEW]

    admission.refresh_from_db()
    assert admission.contact_name == "王小明"


def test_the_second_time_nothing_is_left_to_do(settings):
    ResidentFactory.create_batch(3)
    settings.FIELD_KEYS = [NEW, OLD]
    before = stored(Resident, "name")

    first, after = renewed(Resident), stored(Resident, "name")
    second, again = renewed(Resident), stored(Resident, "name")

    assert (first, second) == (3, 0)
    assert set(before).isdisjoint(after)
    assert after == again


def test_stopped_in_between_it_goes_on_where_it_was(settings):
    ResidentFactory.create_batch(5)
    settings.FIELD_KEYS = [NEW, OLD]

    next(keys.renew(Resident, batch=2))

    assert renewed(Resident, batch=2) == 3


def test_it_says_how_far_it_is_and_when_the_old_keys_may_go(settings):
    ResidentFactory.create_batch(3)
    settings.FIELD_KEYS = [NEW, OLD]

    said = renew().splitlines()

    assert "communities.resident: 3 行，已重新加密 3 行" in said
    assert said[-1] == "全部数据均已使用第一个密钥，FIELD_KEYS 中的其他密钥可以删除。"


def test_what_no_key_opens_is_named_and_the_rest_is_done(settings):
    lost = ResidentFactory(phone="", address="")
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    kept = ResidentFactory(name="王小明")
    settings.FIELD_KEYS = [NEW, *settings.FIELD_KEYS]
    out = io.StringIO()

    with pytest.raises(CommandError):
        call_command("renew_keys", stdout=out, stderr=out)
    settings.FIELD_KEYS = [NEW]

    assert f"communities.resident {lost.pk}: name" in out.getvalue().splitlines()
    assert Resident.objects.get(pk=kept.pk).name == "王小明"


def test_with_a_new_index_key_people_are_found_by_their_phones_again(settings):
    user, resident = UserFactory(phone="+8613800000001"), ResidentFactory(phone="+8613800000002")
    UserFactory(phone="")
    settings.INDEX_KEY = "another key for the index, which is long enough"
    before = User.objects.by_phone("+8613800000001")

    renew()

    assert (before, User.objects.by_phone("+8613800000001")) == (None, user)
    assert list(Resident.objects.with_phone("+8613800000002")) == [resident]
    assert User.objects.filter(phone_index=None).count() == 1
    assert renewed(User) == renewed(Resident) == 0
