"""A recused member never scores that project; a submitted sheet is immutable, corrections are new versions."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils.timezone import now

from communities.models import Refused, StatusChange
from evaluations.models import Mark, Recusal, ScoreSheet
from evaluations.services import recusals, rounds, sheets
from tests.evaluations.season import drafted_round, give, official_of, running_project
from tests.factories import MarkFactory, RecusalFactory, ScoreSheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_round(street, community):
    official = official_of(street)
    running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7))
    rounds.open_(round_, by=official)
    return round_


@pytest.fixture
def sealed(open_round):
    sheet = give(ScoreSheet.objects.first(), 8, 9)
    return sheets.submit(sheet, by=sheet.member.user)


def refused_by_database(code, change):
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        change()


def test_a_recused_member_gets_no_sheet_and_no_mark():
    sheet = ScoreSheetFactory()
    mark = MarkFactory(sheet=sheet)
    RecusalFactory(user=sheet.member.user, project=sheet.rating.project)

    refused_by_database("recused", lambda: ScoreSheetFactory(rating=sheet.rating, member=sheet.member, version=2))
    refused_by_database("recused", lambda: ScoreSheet.objects.filter(pk=sheet.pk).update(status="submitted"))
    refused_by_database("recused", lambda: ScoreSheet.objects.filter(pk=sheet.pk).update(saved_at=now()))
    refused_by_database("recused", lambda: MarkFactory(sheet=sheet))
    refused_by_database("recused", lambda: Mark.objects.filter(pk=mark.pk).update(value=1))


def test_others_and_other_projects_are_not_touched_by_a_recusal():
    sheet = ScoreSheetFactory()
    RecusalFactory(user=sheet.member.user)
    RecusalFactory(project=sheet.rating.project)

    ScoreSheet.objects.filter(pk=sheet.pk).update(status="submitted")

    assert ScoreSheet.objects.get().is_sealed


def test_a_recusal_is_never_changed_or_deleted():
    recusal = RecusalFactory()

    refused_by_database("append_only", lambda: Recusal.objects.update(reason="别的"))
    refused_by_database("append_only", recusal.delete)


def deleted(sheet):
    """Past Django, which would first look at what hangs on the sheet."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM evaluations_scoresheet WHERE id = %s", [sheet.pk])


def test_a_submitted_sheet_is_immutable(sealed):
    mark = sealed.marks.first()
    rows = ScoreSheet.objects.filter(pk=sealed.pk)

    refused_by_database("sheet_is_sealed", lambda: rows.update(status="draft"))
    refused_by_database("sheet_is_sealed", lambda: rows.update(submitted_at=now()))
    refused_by_database("sheet_is_sealed", lambda: deleted(sealed))
    refused_by_database("sheet_is_sealed", lambda: Mark.objects.filter(pk=mark.pk).update(value=0))
    refused_by_database("sheet_is_sealed", lambda: Mark.objects.filter(pk=mark.pk).delete())
    assert [each.value for each in sealed.marks.all()] == [Decimal(8), Decimal(9)]


def test_no_mark_is_added_to_a_submitted_sheet(sealed):
    with pytest.raises(Refused):
        give(sealed, 1, 1)

    extra = ScoreSheet.objects.drafts().exclude(pk=sealed.pk).first()
    mark = MarkFactory(sheet=extra, indicator=sealed.marks.first().indicator)
    refused_by_database("sheet_is_sealed", lambda: Mark.objects.filter(pk=mark.pk).update(sheet=sealed))


def test_a_correction_is_a_new_version_with_a_reason_and_both_remain(sealed):
    who = sealed.member.user
    with pytest.raises(Refused):
        sheets.correct(sealed, reason=" ", by=who)

    second = sheets.correct(sealed, reason="看错了一项", by=who)
    assert list(ScoreSheet.objects.filter(member=sealed.member).current()) == [sealed]
    give(second, 8, 5)
    sheets.submit(second, by=who)

    versions = ScoreSheet.objects.filter(member=sealed.member).order_by("version")
    assert [(sheet.version, sheet.status, sheet.correction_reason) for sheet in versions] == [
        (1, "submitted", ""),
        (2, "submitted", "看错了一项"),
    ]
    assert [[mark.value for mark in sheet.marks.all()] for sheet in versions] == [[8, 9], [8, 5]]
    assert list(versions.current()) == [second]


def test_the_database_refuses_a_version_without_a_reason():
    sheet = ScoreSheetFactory(status="submitted")

    refused_by_database(
        "correction_says_why", lambda: ScoreSheetFactory(rating=sheet.rating, member=sheet.member, version=2)
    )


def test_a_recusal_after_submitting_takes_the_sheet_out_and_computes_again(open_round):
    official = official_of(open_round.region)
    for sheet in ScoreSheet.objects.all():
        values = (2, 2) if sheet.member.group == "residents" else (8, 8)
        sheets.submit(give(sheet, *values), by=sheet.member.user)
    rounds.close(open_round, by=official)
    rating = open_round.ratings.get()
    assert (rating.total, rating.grade) == (Decimal("65"), "2A")
    interested = open_round.committee.members.get(group="residents")

    recusals.recuse(
        interested.user, project=rating.project, region=open_round.region, reason="子女在队里工作", by=official
    )

    rating.refresh_from_db()
    assert (rating.total, rating.grade) == (Decimal("80"), "4A")
    assert rating.breakdown["recused"] == [str(interested.pk)]
    notes = [change.reason for change in StatusChange.objects.about(rating)]
    # Why somebody is recused is theirs and the street's; the rating's record is read by more.
    assert not any("子女在队里工作" in note for note in notes)
    assert Recusal.objects.get().reason == "子女在队里工作"
    assert any("65.00 2A → 80.00 4A" in note for note in notes)


def test_a_sheet_after_the_closing_is_refused_by_the_database(open_round):
    sheet = give(ScoreSheet.objects.first(), 8, 9)
    rounds.close(open_round, by=official_of(open_round.region))

    refused_by_database("round_is_closed", lambda: ScoreSheet.objects.filter(pk=sheet.pk).update(status="submitted"))


@pytest.mark.parametrize("value", ["10.01", "-0.01"])
def test_a_mark_outside_its_range_is_refused_by_the_database(value):
    with pytest.raises(IntegrityError), transaction.atomic():
        MarkFactory(value=Decimal(value))


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite has one writer at a time")
def test_two_devices_that_submit_at_once_seal_one_version(street, community):
    official = official_of(street)
    running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7))
    rounds.open_(round_, by=official)
    sheet, devices = give(ScoreSheet.objects.first(), 8, 9), 8
    start, failures = Barrier(devices), []

    def device():
        mine = ScoreSheet.objects.select_related("rating__round", "member__user").get(pk=sheet.pk)
        start.wait()
        try:
            sheets.submit(mine, by=mine.member.user)
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=device) for _ in range(devices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert ScoreSheet.objects.filter(member=sheet.member).submitted().count() == 1
    assert StatusChange.objects.about(sheet).filter(new="submitted").count() == 1
    assert connection.vendor == "postgresql"
