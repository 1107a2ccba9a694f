"""`manage.py regrade ROUND`: every grade computed anew, in one process or two, and compared."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import now

from communities.models import StatusChange
from evaluations.models import Mark, Rating
from evaluations.services import inputs, ratings, regrading, rounds
from tests.evaluations.season import drafted_round, hand_in, official_of, publish, running_project


def regrade(round_, *options):
    out, bar = StringIO(), StringIO()
    call_command("regrade", round_.pk, *options, stdout=out, stderr=bar)
    return out.getvalue(), bar.getvalue()


def spoil(round_, **fields):
    """As if an older core had computed other figures."""
    Rating.objects.filter(round=round_).update(**fields)


@pytest.mark.django_db
def test_a_difference_is_reported_with_its_place_and_nothing_is_changed(closed_round):
    breakdown = closed_round.ratings.get().breakdown
    breakdown["indicators"][1]["groups"][0]["mean"] = "9.99"
    spoil(closed_round, total=80, breakdown=breakdown)

    out = StringIO()
    with pytest.raises(CommandError, match="2 differences"):
        call_command("regrade", closed_round.pk, "--check", stdout=out)

    assert "total stored Decimal('80.0000'), recomputed Decimal('84.00')" in out.getvalue()
    assert "breakdown.indicators.A2.groups.street.mean stored '9.99', recomputed '9.00'" in out.getvalue()
    assert closed_round.ratings.get().total == 80


@pytest.mark.django_db
def test_without_check_provisional_grades_are_stored_anew_and_the_record_says_so(closed_round):
    rating = closed_round.ratings.get()
    spoil(closed_round, total=95, grade="5A", breakdown=rating.breakdown | {"total": "95.00"})

    said, _bar = regrade(closed_round, "--reason", "新版计分")

    rating.refresh_from_db()
    assert "1 provisional ones stored anew" in said
    assert (rating.total, rating.grade) == (84, "4A")
    assert "95.00 5A → 84.00 4A" in StatusChange.objects.about(rating).latest("at").reason
    assert "no difference" in regrade(closed_round)[0]


@pytest.mark.django_db
def test_final_grades_are_only_reported(closed_round, official):
    spoil(closed_round, total=85)
    publish(closed_round, official)

    said, _bar = regrade(closed_round)

    assert "0 provisional ones stored anew" in said
    assert closed_round.ratings.get().total == 85


@pytest.mark.django_db
def test_a_bar_grows_with_the_batches(street, community, official, monkeypatch):
    monkeypatch.setattr(inputs, "BATCH", 2)
    round_ = three_projects(street, community)

    _said, bar = regrade(round_, "--check")

    lines = [line for line in bar.splitlines() if line.startswith("[")]
    assert [line.partition("] ")[2].split()[0] for line in lines] == ["2/3", "3/3"]
    assert lines[0].startswith(f"[{'#' * 20}{'.' * 10}]")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="the tests' SQLite is in the memory of one process")
def test_two_processes_find_what_one_finds(street, community, monkeypatch):
    monkeypatch.setattr(inputs, "BATCH", 1)
    round_ = three_projects(street, community)
    spoil(round_, total=80)
    alone = regrading.differences(round_)
    monkeypatch.setattr(regrading, "WORTH_A_PROCESS", 1)

    assert regrading.differences(round_) == alone
    assert len(alone) == 3


@pytest.mark.django_db
def test_the_fingerprint_and_the_version_are_stored_with_each_grade(closed_round):
    rating = closed_round.ratings.get()
    (_same, fields), *_none = ratings.computed(closed_round.ratings.all(), ratings.core(closed_round))

    assert (rating.input_hash, rating.scoring_version) == (fields["input_hash"], fields["scoring_version"])
    assert len(rating.input_hash) == 64
    assert Mark.objects.count() == 8


@pytest.mark.django_db
@pytest.mark.parametrize("number", ["0", "999999"])
def test_a_round_that_is_not_there_is_refused(number):
    with pytest.raises(CommandError):
        call_command("regrade", number)


def three_projects(street, community):
    official = official_of(street)
    for _number in range(3):
        running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=14))
    rounds.open_(round_, by=official)
    hand_in(round_, 8, 9)
    rounds.close(round_, by=official)
    return round_
