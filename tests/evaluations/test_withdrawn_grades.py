"""What rests on a final grade ends when the grade is withdrawn, and what the grade had ended stands again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from communities.models import Notice, StatusChange
from communities.services import outbox
from evaluations.models import BrandListing, HonourEntry, Rating
from evaluations.services import honours, listings, ratings
from tests.evaluations.season import running_project
from tests.factories import HonourEntryFactory, HonourFactory, RatingFactory, TeamContactFactory

pytestmark = pytest.mark.django_db

WHY = "材料造假"


@pytest.fixture
def final(project, official):
    """A final grade of the project (or another), so many days old, and what followed from it."""

    def make(grade, days=0, of=project):
        graded = {"status": "announced", "total": 80, "grade": grade, "input_hash": "0" * 64}
        rating = RatingFactory(project=of, region=of.region, **graded)
        ratings.finalise([rating], by=official, at=now() - timedelta(days=days))
        return rating

    return make


def library():
    """Grade and status of every listing there ever was, oldest first."""
    return list(BrandListing.objects.order_by("pk").values_list("grade", "status"))


# the brand library


@pytest.mark.parametrize(("newer", "ended"), [("2A", "withdrawn"), ("5A", "expired")])
def test_the_listing_that_a_withdrawn_grade_had_ended_stands_again_until_its_date(final, official, newer, ended):
    first = final("4A", days=30)
    until = first.listing.until
    second = final(newer, days=3)
    assert library()[0] == ("4A", ended)

    ratings.withdraw(second, by=official, reason=WHY)

    assert library() == [("4A", "listed"), ("5A", "withdrawn")][: len(library())]
    assert BrandListing.objects.get(rating=first).until == until
    last = StatusChange.objects.about(first.listing).last()
    assert (last.old, last.new, last.actor) == (ended, "listed", official)
    assert WHY in last.reason


def test_a_listing_whose_date_has_passed_meanwhile_stays_out(final, official):
    first = final("4A", days=30)
    second = final("2A")

    ratings.withdraw(second, by=official, reason=WHY, on=first.listing.until + timedelta(days=1))

    assert library() == [("4A", "withdrawn")]


def test_a_listing_that_staff_had_ended_stays_out(final, official):
    first = final("4A", days=30)
    listings.withdraw(first.listing, by=official, reason="虚报受益人数")
    second = final("2A")

    ratings.withdraw(second, by=official, reason=WHY)

    assert library() == [("4A", "withdrawn")]


def test_while_a_newer_grade_counts_nothing_comes_back_and_when_none_does_the_first_again(final, official):
    final("4A", days=30)
    worse, better = final("2A", days=20), final("5A", days=10)

    ratings.withdraw(worse, by=official, reason=WHY)
    between = library()
    ratings.withdraw(better, by=official, reason=WHY)

    assert between == [("4A", "withdrawn"), ("5A", "listed")]
    assert library() == [("4A", "listed"), ("5A", "withdrawn")]


def test_a_listing_that_stands_again_is_ended_by_the_next_grade_as_any(final, official):
    first = final("4A", days=30)
    ratings.withdraw(final("2A", days=20), by=official, reason=WHY)

    third = final("3A")

    assert library() == [("4A", "expired"), ("3A", "listed")]
    assert BrandListing.objects.get(rating=first).ended_by == third


# honours


def entry_of(rating, status, honour="awarded"):
    fields = {"region": rating.region, "project": rating.project, "grade": rating.grade, "status": status}
    return HonourEntryFactory(rating=rating, honour=HonourFactory(status=honour), **fields)


def test_an_honour_for_a_withdrawn_grade_is_revoked_and_everybody_reads_why(final, official, browse, project):
    rating = final("5A")
    entry = entry_of(rating, "honoured")
    contact = TeamContactFactory(team=project.team).user
    HonourEntryFactory(honour=entry.honour, rank=2, status="honoured")

    ratings.withdraw(rating, by=official, reason=WHY)
    outbox.fan_out(at=now())

    assert list(entry.honour.entries.values_list("status", flat=True)) == ["revoked", "honoured"]
    assert WHY in browse().get(entry.honour.get_absolute_url()).content.decode()
    assert Notice.objects.filter(user=contact, change__new="revoked").count() == 1


def test_a_shortlist_goes_on_without_a_withdrawn_grade(final, official):
    rating = final("5A")
    entry = entry_of(rating, "shortlisted", honour="shortlisted")
    other = HonourEntryFactory(honour=entry.honour, rank=2)

    ratings.withdraw(rating, by=official, reason=WHY)
    honours.confirm(entry.honour, by=official)

    assert dict(entry.honour.entries.values_list("pk", "status")) == {entry.pk: "not_chosen", other.pk: "honoured"}
    assert WHY in StatusChange.objects.about(entry).last().reason


def test_neither_a_lower_grade_later_nor_one_of_another_project_takes_an_honour_back(final, official, community):
    entry = entry_of(final("5A", days=30), "honoured")
    elsewhere = final("5A", of=running_project(community))

    worse = final("2A")
    ratings.withdraw(elsewhere, by=official, reason=WHY)
    ratings.withdraw(worse, by=official, reason=WHY)

    entry.refresh_from_db()
    assert entry.status == "honoured"


def test_a_cancelled_honour_hears_nothing_more(final, official):
    entry = entry_of(final("5A"), "shortlisted", honour="cancelled")
    before = StatusChange.objects.about(entry).count()

    ratings.withdraw(entry.rating, by=official, reason=WHY)

    assert StatusChange.objects.about(entry).count() == before


def test_the_database_lets_no_honour_rest_on_a_withdrawn_grade(final, official):
    honoured = entry_of(final("5A"), "honoured")
    waiting = entry_of(honoured.rating, "shortlisted", honour="shortlisted")

    listings.withdraw(honoured.rating.listing, by=official, reason=WHY)

    with pytest.raises(IntegrityError, match="honour_differs_from_rating"), transaction.atomic():
        Rating.objects.filter(pk=honoured.rating_id).update(status="withdrawn")
    ratings.withdraw(honoured.rating, by=official, reason=WHY)
    for entry in (honoured, waiting):
        with pytest.raises(IntegrityError, match="honour_differs_from_rating"), transaction.atomic():
            HonourEntry.objects.filter(pk=entry.pk).update(status="honoured")
