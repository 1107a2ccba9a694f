"""Invariant 5, first half: no renewal for a project whose final grade is 2A or below."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from communities.models import Refused
from projects.models import Agreement
from projects.services import agreements, projects, signatures
from tests.factories import AgreementFactory, RatingFactory, UserFactory

pytestmark = pytest.mark.django_db
LAST_WEEK = date(2027, 5, 25)


@pytest.fixture
def agreement():
    return AgreementFactory(status="running", project__status="running")


def renew(agreement):
    return agreements.renew(agreement, by=UserFactory(), ends_on=date(2027, 12, 31), on=LAST_WEEK)


def insert_renewal(agreement):
    following = AgreementFactory.build(
        renews=agreement, project=agreement.project, region=agreement.region, mode=agreement.mode
    )
    following.starts_on, following.ends_on = date(2027, 6, 1), date(2027, 12, 31)
    with transaction.atomic():
        Agreement.objects.bulk_create([following])


@pytest.mark.parametrize("grade", ["1A", "2A"])
def test_the_database_refuses_a_renewal_at(agreement, grade):
    projects.record_grades([(agreement.project, grade)], final_at=now(), by=UserFactory())

    with pytest.raises(IntegrityError, match="grade_too_low"):
        insert_renewal(agreement)

    assert Agreement.objects.count() == 1


@pytest.mark.parametrize("grade", ["3A", "4A", "5A", ""])
def test_the_database_lets_a_renewal_pass_at(agreement, grade):
    agreement.project.last_grade = grade
    agreement.project.save()

    insert_renewal(agreement)

    assert Agreement.objects.count() == 2


@pytest.mark.parametrize("grade", ["1A", "2A"])
def test_the_service_says_why(agreement, grade):
    projects.record_grades([(agreement.project, grade)], final_at=now(), by=UserFactory())

    with pytest.raises(Refused) as no:
        renew(agreement)

    assert no.value.code == "grade_too_low"


def test_a_grade_that_falls_after_the_draft_stops_the_signing(agreement):
    following = renew(agreement)
    signatures.sign_for_team(following, by=UserFactory(), on=LAST_WEEK)
    projects.record_grades([(agreement.project, "2A")], final_at=now(), by=UserFactory())

    following.refresh_from_db()
    with pytest.raises(Refused) as no:
        signatures.sign_for_community(following, by=UserFactory(), on=LAST_WEEK)

    assert no.value.code == "grade_too_low"


def test_the_database_stops_such_a_signing_too(agreement):
    following = renew(agreement)
    projects.record_grades([(agreement.project, "2A")], final_at=now(), by=UserFactory())
    person = UserFactory()

    with pytest.raises(IntegrityError, match="grade_too_low"), transaction.atomic():
        Agreement.objects.filter(pk=following.pk).update(
            status="signed",
            team_signed_by=person,
            team_signed_at=now(),
            community_signed_by=person,
            community_signed_at=now(),
        )


def test_a_better_grade_later_opens_the_way_again(agreement):
    projects.record_grades([(agreement.project, "2A")], final_at=now(), by=UserFactory())
    projects.record_grades([(agreement.project, "3A")], final_at=now(), by=UserFactory())

    assert renew(agreement).renews == agreement


@pytest.mark.parametrize("grade", ["1A", "2A"])
def test_the_final_grade_itself_is_asked_not_only_the_projects_own_column(agreement, grade):
    RatingFactory(project=agreement.project, region=agreement.region, status="final", grade=grade)
    assert agreement.project.last_grade == ""

    with pytest.raises(IntegrityError, match="grade_too_low"):
        insert_renewal(agreement)


def test_the_last_final_grade_counts_and_a_withdrawn_one_does_not(agreement):
    first = RatingFactory(project=agreement.project, region=agreement.region, status="final", grade="3A")
    later = {"grade": "2A", "final_at": first.final_at + timedelta(days=200)}
    RatingFactory(project=agreement.project, region=agreement.region, status="final", **later)
    with pytest.raises(IntegrityError, match="grade_too_low"):
        insert_renewal(agreement)

    type(first).objects.filter(grade="2A").update(status="withdrawn")
    insert_renewal(agreement)

    assert Agreement.objects.count() == 2
