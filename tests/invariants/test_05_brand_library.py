"""No renewal for a final grade of 2A or below; no listing in the brand library below 3A."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from communities.models import Refused
from evaluations.models import BrandListing, ScoreSheet
from evaluations.services import ratings, rounds, sheets
from projects.services import agreements
from tests.evaluations.season import drafted_round, give, official_of, publish, running_project
from tests.factories import BrandListingFactory, RatingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rate(street, community):
    """Walk one project through a whole round in which everybody gives this mark to everything."""

    def walk(mark):
        official, project = official_of(street), running_project(community)
        round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7))
        rounds.open_(round_, by=official)
        for sheet in ScoreSheet.objects.all():
            sheets.submit(give(sheet, mark, mark), by=sheet.member.user)
        rounds.close(round_, by=official)
        publish(round_, official)
        project.refresh_from_db()
        return project

    return walk


@pytest.mark.parametrize(("mark", "grade"), [(5, "1A"), (6, "2A"), ("6.99", "2A")])
def test_below_3a_there_is_no_listing_and_no_renewal(rate, mark, grade):
    project = rate(mark)
    agreement = project.agreements.get()
    on = agreement.ends_on - timedelta(days=10)

    assert (project.last_grade, BrandListing.objects.count()) == (grade, 0)
    with pytest.raises(Refused) as no:
        agreements.renew(
            agreement, ends_on=agreement.ends_on + timedelta(days=180), by=official_of(project.region), on=on
        )
    assert (no.value.code, project.agreements.count()) == ("grade_too_low", 1)


@pytest.mark.parametrize(("mark", "grade"), [(7, "3A"), (8, "4A"), (9, "5A")])
def test_from_3a_a_project_is_listed_and_may_be_renewed(rate, mark, grade):
    project = rate(mark)
    agreement = project.agreements.get()
    on = agreement.ends_on - timedelta(days=10)

    listing = BrandListing.objects.get()
    assert (listing.project, listing.grade, listing.status) == (project, grade, "listed")
    assert (listing.until - localdate()).days in {364, 365}
    agreements.renew(agreement, ends_on=agreement.ends_on + timedelta(days=180), by=official_of(project.region), on=on)
    assert project.agreements.count() == 2


@pytest.mark.parametrize("grade", ["1A", "2A", ""])
def test_the_database_refuses_a_listing_below_3a(grade):
    with pytest.raises(IntegrityError), transaction.atomic():
        BrandListingFactory(grade=grade)


@pytest.mark.parametrize("grade", ["3A", "5A"])
def test_the_database_refuses_a_listing_with_another_grade_than_the_rating(grade):
    with pytest.raises(IntegrityError, match="listing_differs_from_rating"), transaction.atomic():
        BrandListingFactory(grade=grade)


def test_the_database_refuses_a_listing_of_a_grade_that_is_not_final():
    rating = RatingFactory(status="provisional", total=95, grade="5A")

    with pytest.raises(IntegrityError, match="listing_differs_from_rating"), transaction.atomic():
        BrandListingFactory(rating=rating)


def test_the_database_refuses_another_grade_for_a_listing_that_stands():
    listing = BrandListingFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        BrandListing.objects.filter(pk=listing.pk).update(grade="5A")


def test_a_withdrawn_grade_leaves_the_library_and_the_project_has_the_one_before_it(rate):
    project = rate(8)
    official = official_of(project.region.parent)
    rating = project.ratings.get()
    earlier = RatingFactory(project=project, region=project.region, status="final", grade="2A")

    with pytest.raises(IntegrityError, match="listing_differs_from_rating"), transaction.atomic():
        type(rating).objects.filter(pk=rating.pk).update(status="withdrawn")
    ratings.withdraw(rating, by=official, reason="材料造假")

    project.refresh_from_db()
    assert BrandListing.objects.get().status == "withdrawn"
    assert (project.last_grade, project.last_graded_at) == ("2A", earlier.final_at)
    with pytest.raises(Refused):
        ratings.withdraw(rating, by=official, reason="再撤一次")
