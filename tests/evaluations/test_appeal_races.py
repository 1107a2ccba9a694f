"""What meets an appeal in the same moment: publishing, another opinion, another decision."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, connections
from django.utils.timezone import now

from communities.models import Refused, StatusChange
from evaluations.models import Appeal, EvaluationRound, Rating, Reviewer
from evaluations.services import appeals, recusals, regrading, reviews, rounds
from tests.evaluations import appeal
from tests.evaluations.appeal import low_rating, odd_number
from tests.factories import TeamContactFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time"),
]


@pytest.fixture
def rating(street, community, official):
    """A 2A that the team was told of and may still appeal against today."""
    return low_rating(street, community, official)


def at_once(*works):
    """Each in a thread and a connection of its own, all beginning together; what each gave, or why it was refused."""
    start, found = Barrier(len(works)), [None] * len(works)

    def run(number, work):
        start.wait()
        try:
            found[number] = work() or "done"
        except Refused as no:
            found[number] = no.code
        except Exception as error:  # noqa: BLE001 (whatever it is, the test shows it)
            found[number] = repr(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def file(rating_pk, by, **fields):
    rating = Rating.objects.select_related("round__scheme", "region", "project__team").get(pk=rating_pk)
    appeal.file(rating, by, members=[odd_number(rating)], **fields)


@pytest.mark.parametrize("turn", range(3))
def test_an_appeal_filed_while_the_round_is_published_is_in_time_or_refused(rating, official, turn):
    contact = TeamContactFactory(team=rating.project.team).user
    last = now()  # the team's clock stands on the last day, the street's after it

    filed, published = at_once(
        lambda: file(rating.pk, contact, at=last),
        lambda: rounds.publish(
            EvaluationRound.objects.get(pk=rating.round_id), by=official, at=last + timedelta(days=60)
        ),
    )

    assert (filed, published) in {("done", "appeal_open"), ("no_time_to_appeal", "done")}
    is_final = Rating.objects.get(pk=rating.pk).status == "final"
    assert is_final is (published == "done")
    assert Appeal.objects.open().exists() is not is_final


def test_ten_clicks_file_one_appeal(rating):
    contact = TeamContactFactory(team=rating.project.team).user

    found = at_once(*[lambda: file(rating.pk, contact)] * 10)

    assert sorted(found) == ["done", *["one_appeal_per_grade"] * 9]
    assert Appeal.objects.count() == 1


@pytest.fixture
def reviewed(rating, official):
    file(rating.pk, TeamContactFactory(team=rating.project.team).user)
    filed = Appeal.objects.get()
    reviews.begin(filed, members=list(reviews.able(filed)), by=official)
    return filed


def opine(pk, *, upholds):
    mine = Reviewer.objects.select_related("appeal", "member__user").get(pk=pk)
    reviews.opine(mine, upholds=upholds, words="已核对", by=mine.member.user)


def test_all_reviewers_at_once_and_each_twice_leave_one_opinion_each(reviewed):
    seats = list(reviewed.reviewers.values_list("pk", flat=True))

    found = at_once(*[lambda pk=pk, upholds=upholds: opine(pk, upholds=upholds) for pk in seats for upholds in (1, 0)])

    assert sorted(found) == ["done"] * 3 + ["wrong_status"] * 3
    assert StatusChange.objects.filter(new="given").count() == 3
    assert reviewed.reviewers.filter(status="given").count() == 3


def test_upholding_and_dismissing_at_once_leaves_what_those_who_looked_said(reviewed, official, rating):
    for pk in reviewed.reviewers.values_list("pk", flat=True):
        opine(pk, upholds=True)
    odd = reviewed.challenges.get().number

    def uphold():
        appeals.uphold(Appeal.objects.get(), recused=[odd], reason="同住", by=official)

    found = at_once(uphold, uphold, lambda: appeals.dismiss(Appeal.objects.get(), reason="无误", by=official))

    assert sorted(found[:2]) == ["done", "not_under_review"]
    assert found[2] in {"panel_disagrees", "not_under_review"}
    assert Appeal.objects.get().after == "84.00 4A"
    assert regrading.differences(rating.round) == []


def test_a_reviewer_recused_while_the_appeal_is_decided_counted_or_the_decision_waits(reviewed, official, rating):
    for pk in reviewed.reviewers.values_list("pk", flat=True):
        opine(pk, upholds=False)
    one = reviewed.reviewers.select_related("member__user").first().member.user

    recused, dismissed = at_once(
        lambda: (
            recusals.recuse(one, project=rating.project, region=rating.round.region, reason="亲属", by=official) and ""
        ),
        lambda: appeals.dismiss(Appeal.objects.get(), reason="无误", by=official),
    )

    assert recused == "done"
    assert dismissed in {"done", "panel_too_small"}
    assert Appeal.objects.get().status == ("dismissed" if dismissed == "done" else "under_review")
