"""What the database alone holds of calls, admissions and teams."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils.translation import override

from communities.models import Refused
from teams.models import Admission, CooperationMode, Field, RecruitmentCall, Scene, TeamType
from tests.factories import AdmissionFactory, RecruitmentCallFactory, RegionFactory, TeamFactory

pytestmark = pytest.mark.django_db


def refusal(update):
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        update()
    return Refused.from_database(caught.value).code


@pytest.mark.parametrize("field", ["title", "need", "space"])
def test_a_published_call_keeps_its_words(field):
    call = RecruitmentCallFactory()

    code = refusal(lambda: RecruitmentCall.objects.filter(pk=call.pk).update(**{field: "别的"}))

    assert code == "call_is_fixed"


def test_a_published_call_may_only_be_put_off():
    call = RecruitmentCallFactory()
    calls = RecruitmentCall.objects.filter(pk=call.pk)

    assert refusal(lambda: calls.update(closes_on=call.closes_on - timedelta(days=1))) == "call_is_fixed"
    assert calls.update(closes_on=call.closes_on + timedelta(days=1)) == 1


def test_a_closed_call_stays_closed():
    call = RecruitmentCallFactory(status="closed")
    later = call.closes_on + timedelta(days=1)

    assert refusal(lambda: RecruitmentCall.objects.filter(pk=call.pk).update(closes_on=later)) == "call_is_fixed"


def test_a_draft_call_may_be_changed():
    call = RecruitmentCallFactory(status="draft")

    assert RecruitmentCall.objects.filter(pk=call.pk).update(title="别的", opens_on=call.closes_on) == 1


def test_a_call_cannot_close_before_it_opens():
    call = RecruitmentCallFactory(status="draft")
    early = call.opens_on - timedelta(days=1)

    code = refusal(lambda: RecruitmentCall.objects.filter(pk=call.pk).update(closes_on=early))

    assert code == "call_closes_after_it_opens"


@pytest.mark.parametrize("status", ["submitted", "recommended", "admitted", "rejected", "withdrawn"])
def test_an_application_handed_in_keeps_its_words(status):
    admission = AdmissionFactory(status=status)

    assert refusal(lambda: Admission.objects.filter(pk=admission.pk).update(name="别的")) == "admission_is_fixed"


@pytest.mark.parametrize("status", ["draft", "returned"])
def test_a_draft_or_returned_application_may_be_changed(status):
    admission = AdmissionFactory(status=status)

    assert Admission.objects.filter(pk=admission.pk).update(name="别的") == 1


@pytest.mark.parametrize("missing", [{"name": ""}, {"kind": ""}, {"standing": ""}, {"team_type": None}])
def test_an_application_is_handed_in_only_when_it_is_complete(missing):
    assert refusal(lambda: AdmissionFactory(**missing)) == "handed_in_admission_is_complete"


def test_a_group_gives_its_registration_code():
    assert refusal(lambda: AdmissionFactory(standing="group")) == "group_has_registration_code"


def test_one_live_application_per_name_and_community():
    first = AdmissionFactory(status="recommended")
    AdmissionFactory(status="rejected", name=first.name, region=first.region)
    AdmissionFactory(name=first.name)

    code = refusal(lambda: AdmissionFactory(name=first.name, region=first.region))

    assert code == "one_live_admission_per_name"


def test_one_team_per_name_and_community():
    community = RegionFactory()
    TeamFactory(region=community, name="银发理发队")
    TeamFactory(name="银发理发队")

    assert refusal(lambda: TeamFactory(region=community, name="银发理发队")) == "one_team_per_name"


def test_a_city_loads_its_vocabularies_and_another_city_beside_it():
    call_command("loaddata", "dawukou", verbosity=0)
    assert CooperationMode.objects.count() == 3

    call_command("loaddata", "jinhua", verbosity=0)
    call_command("loaddata", "jinhua", verbosity=0)

    counts = [word.objects.active().count() for word in (TeamType, Scene, Field, CooperationMode)]
    assert counts == [12, 5, 5, 8]


def test_a_word_speaks_the_language_of_the_reader():
    call_command("loaddata", "jinhua", verbosity=0)
    word = TeamType.objects.get(code="doctor")

    with override("zh-hans"):
        assert str(word) == "小巷医生"
    with override("en"):
        assert str(word) == "Lane doctor"
