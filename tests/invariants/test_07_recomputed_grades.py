"""A grade can be recomputed from the stored sheets to the last digit, at any later time."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from evaluations.models import CommitteeMember, EvaluatorGroup, Indicator, Rating, Scheme, ScoreSheet
from evaluations.services import committees, recusals, regrading, rounds, sheets
from tests.evaluations.season import drafted_round, give, official_of, publish, running_project

pytestmark = pytest.mark.django_db
SEATS = ("street", "street", "community", "residents", "residents", "residents", "third_party")


@pytest.fixture
def published(street, community):
    """Two projects, marked with thirds and sevenths, one sheet corrected, one member recused."""
    official = official_of(street)
    first, second = running_project(community), running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7), seats=SEATS)
    rounds.open_(round_, by=official)
    member = round_.committee.members.filter(group="residents").first()
    for number, sheet in enumerate(ScoreSheet.objects.all()):
        sheets.submit(give(sheet, 6 + number % 4, "7.33"), by=sheet.member.user)
    recusals.recuse(member.user, project=second, region=street, reason="邻里纠纷", by=official)
    own = ScoreSheet.objects.select_related("rating__round", "member").get(member=member, rating__project=first)
    sheets.submit(give(sheets.correct(own, reason="漏看了资料", by=member.user), "9.67", "9.99"), by=member.user)
    rounds.close(round_, by=official)
    publish(round_, official)
    return round_


def check(round_):
    out = StringIO()
    call_command("regrade", round_.pk, "--check", stdout=out)
    return out.getvalue()


def test_a_published_round_is_recomputed_without_a_difference(published):
    assert published.ratings.final().count() == 2
    assert "2 ratings recomputed, no difference" in check(published)


def test_years_later_and_after_the_people_have_gone_it_is_the_same(published):
    official = official_of(published.region)
    with time_machine.travel(now() + timedelta(days=3000)):
        for member in CommitteeMember.objects.all():
            committees.dismiss(member, by=official, reason="任期届满")
        first = published.ratings.first()
        recusals.recuse(
            CommitteeMember.objects.last().user,
            project=first.project,
            region=published.region,
            reason="后来入职",
            by=official,
        )

        assert list(regrading.differences(published)) == []


def test_a_tampered_total_is_reported(published):
    """Whoever has the database itself and takes its laws away is still found out."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE evaluations_rating DISABLE TRIGGER evaluations_rating_final")
        else:
            cursor.execute("DROP TRIGGER evaluations_rating_final_0")
        cursor.execute("UPDATE evaluations_rating SET total = total + 1")

    out = StringIO()
    with pytest.raises(CommandError, match="2 differences"):
        call_command("regrade", published.pk, "--check", stdout=out)
    assert out.getvalue().count("total stored") == 2


def test_what_a_grade_depends_on_is_frozen(published):
    scheme = published.scheme
    changes = [
        lambda: Scheme.objects.filter(pk=scheme.pk).update(at_5a=95),
        lambda: Scheme.objects.filter(pk=scheme.pk).update(status="draft"),
        lambda: EvaluatorGroup.objects.filter(scheme=scheme).update(weight=1),
        lambda: EvaluatorGroup.objects.create(scheme=scheme, code="street", weight=1),
        lambda: Indicator.objects.filter(scheme=scheme).update(weight=1),
        lambda: Indicator.objects.create(scheme=scheme, code="B", name="B", weight=1),
        scheme.indicators.first().groups.clear,
        lambda: CommitteeMember.objects.update(group="street"),
        lambda: Rating.objects.update(total=Decimal(100)),
        Rating.objects.first().delete,
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()

    assert list(regrading.differences(published)) == []


def test_the_input_hash_tells_other_marks_apart(published):
    hashes = set(published.ratings.values_list("input_hash", flat=True))

    assert len(hashes) == 2
    assert all(len(each) == 64 for each in hashes)
