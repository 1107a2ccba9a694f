"""Lists ask the database as often for three rows as for one."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import (
    AdmissionDocumentFactory,
    AdmissionFactory,
    RecruitmentCallFactory,
    TeamContactFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def add(community, applicant):
    def one():
        RecruitmentCallFactory(region=community)
        TeamContactFactory(team__region=community)
        AdmissionDocumentFactory(admission=AdmissionFactory(region=community, applicant=applicant))

    return one


def counted(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


@pytest.mark.parametrize("noun", ["calls", "admissions", "teams", "team-contacts", "team-types", "scenes", "review"])
def test_of_the_api(api, staff, add, noun):
    client, url = api(staff), f"/api/v1/{noun}/"
    add()
    client.get(url)
    one = counted(client, url)

    add()
    add()

    assert counted(client, url) == one


@pytest.mark.parametrize("noun", ["recruitmentcall", "admission", "team"])
def test_of_the_console(browse, staff, add, noun):
    client, url = browse(staff), f"/admin/teams/{noun}/"
    add()
    client.get(url)
    one = counted(client, url)

    add()
    add()

    assert counted(client, url) == one


@pytest.mark.parametrize("url", ["/calls/", "/teams/", "/admissions/"])
def test_of_the_pages(browse, applicant, add, url):
    client = browse(applicant)
    add()
    client.get(url)
    one = counted(client, url)

    add()
    add()

    assert counted(client, url) == one
    assert counted(browse(UserFactory()), url) <= one
