"""What the teams' part forgets of somebody who asked for it."""

import pytest
from django.utils.timezone import now

from communities.models import Refused, Upload
from communities.services import erasure
from teams.models import AdmissionDocument
from tests.factories import AdmissionDocumentFactory, AdmissionFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return lambda: [path for path in tmp_path.rglob("*") if path.is_file()]


def erase(user):
    erasure.erase(user, at=now(), by=user, reason="本人要求")


def applied(**fields):
    user = UserFactory()
    return user, AdmissionDocumentFactory(
        admission__applicant=user, admission__contact_name="王小明", **fields
    ).admission


@pytest.mark.parametrize("status", ["submitted", "returned", "recommended"])
def test_an_application_under_way_is_in_the_way(status):
    user, admission = applied(admission__status=status)

    with pytest.raises(Refused) as no:
        erase(user)

    assert no.value.code == "obligations"
    assert str(admission) in str(no.value)


@pytest.mark.parametrize(("before", "after"), [("draft", "withdrawn"), ("rejected", "rejected")])
def test_of_one_that_came_to_nothing_names_and_documents_go(media, before, after):
    user, admission = applied(admission__status=before)

    erase(user)

    admission.refresh_from_db()
    assert (admission.status, admission.contact_name, admission.contact_phone) == (after, "***", "***")
    assert not AdmissionDocument.objects.exists()
    assert not Upload.objects.exists()
    assert media() == []


def test_a_teams_papers_stay_with_the_team_that_others_speak_for(media):
    user, admission = applied(admission__status="admitted")
    TeamFactory(admission=admission)

    erase(user)

    admission.refresh_from_db()
    assert admission.contact_name == "***"
    assert len(media()) == 1


def test_a_retired_teams_papers_go():
    user, admission = applied(admission__status="admitted")
    TeamFactory(admission=admission, status="retired")

    erase(user)

    assert not AdmissionDocument.objects.exists()
    assert AdmissionFactory._meta.model.objects.get(pk=admission.pk).status == "admitted"
