"""Invariant 4: no agreement without a finished public notice with no open objection."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from communities.models import Refused
from projects.models import Agreement
from projects.services import agreements, objections
from tests.factories import (
    AgreementFactory,
    ObjectionFactory,
    ProjectFactory,
    PublicNoticeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PERIOD = {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 5, 31)}


def insert(project, **fields):
    """Past every service: straight into the table."""
    values = {"project": project, "region": project.region, "mode": project.mode, "year": 2026, "serial": 1}
    with transaction.atomic():
        Agreement.objects.bulk_create([Agreement(**values, status="draft", **PERIOD, **fields)])


def test_a_finished_notice_opens_the_way():
    project = PublicNoticeFactory(status="finished").project

    insert(project)

    assert Agreement.objects.count() == 1


@pytest.mark.parametrize("status", ["running", "stopped"])
def test_the_database_refuses_without_a_finished_notice(status):
    notice = PublicNoticeFactory(status=status)

    with pytest.raises(IntegrityError, match="no_finished_notice"):
        insert(notice.project)

    assert not Agreement.objects.exists()


def test_the_database_refuses_when_only_another_project_was_noticed():
    PublicNoticeFactory(status="finished")

    with pytest.raises(IntegrityError, match="no_finished_notice"):
        insert(ProjectFactory(status="noticed"))


def test_the_database_refuses_while_an_objection_is_open():
    notice = PublicNoticeFactory(status="finished")
    ObjectionFactory(notice=notice, status="dismissed", answer="不成立")
    ObjectionFactory(notice=notice)

    with pytest.raises(IntegrityError, match="no_finished_notice"):
        insert(notice.project)


def test_an_objection_to_another_project_does_not_block():
    notice = PublicNoticeFactory(status="finished")
    ObjectionFactory()

    insert(notice.project)

    assert Agreement.objects.get().project == notice.project


def test_a_draft_is_not_signed_past_an_open_objection():
    agreement = AgreementFactory()
    ObjectionFactory(notice=agreement.project.notices.get())
    person = UserFactory()
    signed = {"status": "signed", "team_signed_by": person, "team_signed_at": "2026-11-20T08:00Z"}
    signed |= {"community_signed_by": person, "community_signed_at": "2026-11-20T08:00Z"}

    with pytest.raises(IntegrityError, match="no_finished_notice"), transaction.atomic():
        Agreement.objects.update(**signed)

    assert Agreement.objects.get().status == "draft"


def test_an_agreement_is_not_carried_to_a_project_without_notice():
    AgreementFactory()

    with pytest.raises(IntegrityError, match="no_finished_notice"), transaction.atomic():
        Agreement.objects.update(project=ProjectFactory())


@pytest.mark.parametrize("earlier", [None, "draft", "signed", "terminated"])
def test_a_renewal_needs_an_agreement_that_came_into_force(earlier):
    project = ProjectFactory(status="noticed")
    other = AgreementFactory(status=earlier or "running", **({"project": project} if earlier else {}))

    with pytest.raises(IntegrityError, match="no_earlier_agreement"):
        insert(project, renews=other)


def test_the_service_says_why():
    project = PublicNoticeFactory(status="finished").project
    ObjectionFactory(notice=project.notices.get())

    with pytest.raises(Refused) as no:
        agreements.draft(project, by=UserFactory(), **PERIOD)

    assert no.value.code == "no_finished_notice"


def test_an_upheld_objection_takes_the_finished_notice_away():
    notice = PublicNoticeFactory(status="finished")

    objections.uphold(ObjectionFactory(notice=notice), by=UserFactory(), reason="价格确实偏高")

    notice.refresh_from_db()
    assert (notice.status, notice.project.status) == ("stopped", "returned")
    with pytest.raises(IntegrityError, match="no_finished_notice"):
        insert(notice.project)
