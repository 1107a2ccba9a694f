"""Sums are read with their thousands in lists, on pages that are only read, and in the rows below a thing."""

from decimal import Decimal

import pytest

from communities.console_money import yuan
from communities.grants import Role
from tests.factories import (
    AgreementFactory,
    BudgetLineFactory,
    MilestoneReportFactory,
    ProjectFactory,
    RecruitmentCallFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("value", "text"), [(Decimal("1234567.50"), "1,234,567.50"), (Decimal("12000.00"), "12,000"), (0, "0"), (None, "—")]
)
def test_yuan(value, text):
    assert yuan(value) == text


@pytest.fixture
def client(browse, person, community):
    return browse(person(Role.COMMUNITY_STAFF, community))


@pytest.mark.parametrize("page", ["", "{pk}/change/"])
def test_an_agreements_funds(client, community, page):
    agreement = AgreementFactory(region=community, funds=Decimal(1234567))

    text = client.get(f"/admin/projects/agreement/{page.format(pk=agreement.pk)}").content.decode()

    assert ("1,234,567" in text, "1234567" in text) == (True, False)


def test_a_projects_budget_and_its_lines(client, community):
    project = ProjectFactory(region=community, status="submitted")
    BudgetLineFactory(project=project, amount=Decimal("22000.50"), source="call")

    listed = client.get("/admin/projects/project/").content.decode()
    opened = client.get(f"/admin/projects/project/{project.pk}/change/").content.decode()

    assert "22,000.50" in listed
    assert opened.count("22,000.50") == 3
    assert "22000.50" not in opened


def test_a_published_call_and_a_report(client, community):
    call = RecruitmentCallFactory(region=community, budget=Decimal(60000))
    MilestoneReportFactory(region=community, money_spent=Decimal(45678))

    opened = client.get(f"/admin/teams/recruitmentcall/{call.pk}/change/").content.decode()
    listed = client.get("/admin/projects/milestonereport/").content.decode()

    assert ("60,000" in opened, "60000" in opened) == (True, False)
    assert "45,678" in listed


def test_a_draft_is_typed_without_separators(client, community):
    call = RecruitmentCallFactory(region=community, status="draft", budget=Decimal(60000))

    assert 'value="60000.00"' in client.get(f"/admin/teams/recruitmentcall/{call.pk}/change/").content.decode()
