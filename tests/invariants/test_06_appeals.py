"""What an appeal says and what came of it is held by the database: others decide, corrections are new versions."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from evaluations.models import Appeal, AppealCorrection, Challenge, EvaluationRound, Rating, Reviewer, ScoreSheet
from evaluations.services import numbers, regrading
from tests.factories import (
    AppealCorrectionFactory,
    AppealFactory,
    ChallengeFactory,
    CommitteeMemberFactory,
    RatingFactory,
    RecusalFactory,
    ReviewerFactory,
    ScoreSheetFactory,
    TeamContactFactory,
    UserFactory,
)
from tests.factories.appeals import opined

pytestmark = pytest.mark.django_db


def refused_by_database(code, change):
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        change()


@pytest.mark.parametrize("status", ["open", "closed", "published"])
def test_no_appeal_before_the_teams_are_told_nor_after_the_grades_are_final(status):
    rating = RatingFactory(status="announced", round__status="announced")
    EvaluationRound.objects.update(status=status)

    refused_by_database("no_time_to_appeal", lambda: AppealFactory(rating=rating))


def test_nobody_appeals_for_another_team():
    refused_by_database("not_own_grade", lambda: AppealFactory(author=UserFactory()))


def test_a_grade_is_appealed_once():
    first = AppealFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        AppealFactory(rating=first.rating)


def test_whoever_is_challenged_in_any_seat_recused_or_of_the_team_does_not_look_into_it():
    appeal = AppealFactory(status="filed")
    committee = appeal.rating.round.committee
    challenged = ChallengeFactory(appeal=appeal).member
    again = CommitteeMemberFactory(committee=committee, user=challenged.user, group="residents", until=localdate())
    recused, speaks = CommitteeMemberFactory(committee=committee), CommitteeMemberFactory(committee=committee)
    RecusalFactory(user=recused.user, project=appeal.rating.project)
    TeamContactFactory(team=appeal.rating.project.team, user=speaks.user)

    for member in (challenged, again, recused, speaks, CommitteeMemberFactory()):
        refused_by_database("challenged", lambda member=member: ReviewerFactory(appeal=appeal, member=member))


def test_who_is_recused_meanwhile_gives_no_opinion():
    reviewer = ReviewerFactory()
    RecusalFactory(user=reviewer.member.user, project=reviewer.appeal.rating.project)
    given = {"status": "given", "upholds": True, "words": "x", "given_at": now()}

    refused_by_database("challenged", lambda: Reviewer.objects.filter(pk=reviewer.pk).update(**given))


def test_nothing_is_decided_against_those_who_look_into_it_or_without_a_correction():
    appeal = AppealFactory(status="under_review")
    rows = Appeal.objects.filter(pk=appeal.pk)
    decided = {"answer": "x", "decided_at": now()}

    refused_by_database("panel_disagrees", lambda: rows.update(status="dismissed", **decided))
    said = {"status": "given", "upholds": True, "words": "x", "given_at": now()}
    appeal.reviewers.update(**said)
    refused_by_database("panel_disagrees", lambda: rows.update(status="dismissed", **decided))
    refused_by_database("nothing_corrected", lambda: rows.update(status="upheld", **decided))
    AppealCorrectionFactory(appeal=appeal)
    refused_by_database("decided_appeal_says_why", lambda: rows.update(status="upheld"))
    assert rows.update(status="upheld", **decided) == 1


def test_what_was_said_and_decided_stays():
    appeal = AppealFactory(status="under_review")
    opined(appeal, upholds=True)
    rows = Appeal.objects.filter(pk=appeal.pk)

    refused_by_database("appeal_is_fixed", lambda: rows.update(reason="别的"))
    refused_by_database("appeal_is_fixed", appeal.reviewers.first().delete)
    refused_by_database("appeal_is_fixed", lambda: Reviewer.objects.update(words="别的"))
    refused_by_database("append_only", lambda: AppealCorrection.objects.update(number=2))
    refused_by_database("appeal_is_fixed", lambda: ChallengeFactory(appeal=appeal))
    rows.update(status="upheld", answer="x", decided_at=now())
    refused_by_database("appeal_is_fixed", lambda: rows.update(answer="别的"))
    refused_by_database("appeal_is_fixed", lambda: rows.update(status="under_review"))


def test_a_challenge_stays():
    challenge = ChallengeFactory()

    refused_by_database("append_only", lambda: Challenge.objects.update(number=2))
    refused_by_database("append_only", challenge.delete)


def test_a_round_is_not_published_and_a_grade_not_final_while_an_appeal_is_open():
    appeal = AppealFactory()
    final = {"total": Decimal(50), "grade": "1A", "input_hash": "0" * 64, "final_at": now()}

    refused_by_database("appeal_open", lambda: EvaluationRound.objects.update(status="published"))
    refused_by_database(
        "appeal_open", lambda: Rating.objects.filter(pk=appeal.rating_id).update(status="final", **final)
    )


def test_after_the_closing_a_sheet_is_handed_in_only_as_the_correction_of_an_appeal():
    appeal = AppealFactory(status="under_review")
    first = {"rating": appeal.rating, "member": CommitteeMemberFactory(committee=appeal.rating.round.committee)}
    sheet = ScoreSheetFactory(**first, version=2, correction_reason="x")
    rows = ScoreSheet.objects.filter(pk=sheet.pk)

    refused_by_database("round_is_closed", lambda: rows.update(status="submitted"))
    AppealCorrectionFactory(appeal=appeal, sheet=sheet, recusal=None)
    assert rows.update(status="submitted") == 1
    assert list(numbers.members_of(appeal.rating).values()) == [first["member"]]


def test_a_final_grade_is_withdrawn_as_it_stands_and_changes_in_nothing_else():
    rating = RatingFactory(status="final")
    rows = Rating.objects.filter(pk=rating.pk)

    refused_by_database("final_rating_is_fixed", lambda: rows.update(status="withdrawn", grade="1A"))
    refused_by_database("final_rating_is_fixed", lambda: rows.update(grade="1A"))
    refused_by_database("final_rating_is_fixed", lambda: rows.update(status="provisional"))
    assert rows.update(status="withdrawn") == 1
    refused_by_database("final_rating_is_fixed", lambda: rows.update(status="final"))
    refused_by_database("final_rating_is_fixed", rating.delete)
    assert list(regrading.graded(rating.round)) == [rating]
