"""A reviewer of an appeal who is recused later: the opinion stays on record and no longer counts."""

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from communities.models import Notice
from communities.services import outbox
from evaluations.models import Appeal, Recusal, Reviewer
from evaluations.services import appeal_reminders, appeals, committees, recusals, reviews
from tests.evaluations.appeal import file, low_rating, odd_number, opine, refusal
from tests.factories import TeamContactFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rating(street, community, official):
    return low_rating(street, community, official)


@pytest.fixture
def reviewed(rating, official):
    """Four look into it, so that one may be recused and a panel remains."""
    committees.appoint(rating.round.committee, user=UserFactory(), group="street", by=official)
    appeal = file(rating, TeamContactFactory(team=rating.project.team).user, members=[odd_number(rating)])
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=official)
    assert appeal.reviewers.count() == 4
    return appeal


def recuse(reviewer, by):
    rating = reviewer.appeal.rating
    user = reviewer.member.user
    recusals.recuse(user, project=rating.project, region=rating.round.region, reason="亲属在队伍中", by=by)


def seats(appeal):
    return list(appeal.reviewers.select_related("appeal__rating__project", "member__user"))


def test_the_majority_is_of_those_who_remain(reviewed, official):
    opine(reviewed, True, True, False, False)
    assert (reviewed.may_become("upheld"), reviewed.may_become("dismissed")) == (False, True)

    recuse(seats(reviewed)[3], official)

    assert (reviewed.may_become("upheld"), reviewed.may_become("dismissed")) == (True, False)
    assert dict(reviewed.opinions()) == {True: 2, False: 1}
    assert refusal(appeals.dismiss, reviewed, by=official, reason="无误") == "panel_disagrees"
    with pytest.raises(IntegrityError, match="panel_disagrees"), transaction.atomic():
        Appeal.objects.update(status="dismissed", answer="x", decided_at=now())
    gone = Reviewer.objects.get(pk=seats(reviewed)[3].pk)
    assert (gone.status, gone.upholds, gone.words) == ("given", False, "已核对台账")


def test_a_panel_that_became_too_small_decides_nothing_until_another_sits(reviewed, official):
    opine(reviewed, False, False, False, False)
    for reviewer in seats(reviewed)[:2]:
        recuse(reviewer, official)

    assert refusal(appeals.dismiss, reviewed, by=official, reason="无误") == "panel_too_small"
    with pytest.raises(IntegrityError, match="panel_too_small"), transaction.atomic():
        Appeal.objects.update(status="dismissed", answer="x", decided_at=now())
    new = committees.appoint(reviewed.rating.round.committee, user=UserFactory(), group="street", by=official)
    reviews.add(reviewed, members=[new], by=official)
    reviews.opine(seats(reviewed)[4], upholds=False, words="已核对", by=new.user)
    appeals.dismiss(reviewed, by=official, reason="无误")
    assert Appeal.objects.get().status == "dismissed"


def test_recusing_a_reviewer_by_the_decision_itself_takes_the_voice_away_first(rating, official):
    appeal = file(rating, TeamContactFactory(team=rating.project.team).user)
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=official)
    opine(appeal, *[True] * appeal.reviewers.count())
    number = odd_number(rating)
    two = committees.appoint(rating.round.committee, user=UserFactory(), group="street", by=official)
    assert appeal.reviewers.count() == 4
    appeals.uphold(appeal, recused=[number], by=official, reason="亲属")
    assert (appeal.status, Recusal.objects.count(), two.pk > 0) == ("upheld", 1, True)
    assert appeal.reviewers.sitting().count() == 3


def test_whoever_is_recused_is_not_waited_for_and_the_street_learns_of_it(reviewed, official):
    first = seats(reviewed)[0]
    opine_of = [each for each in seats(reviewed) if each.pk != first.pk]
    for each in opine_of:
        reviews.opine(each, upholds=False, words="已核对", by=each.member.user)
    outbox.fan_out(at=now())
    Notice.objects.all().delete()

    recuse(first, first.member.user)
    outbox.fan_out(at=now())

    assert refusal(reviews.opine, first, upholds=True, words="x", by=first.member.user) == "challenged"
    assert not Reviewer.objects.waiting().exists()
    assert Notice.objects.filter(user=official, change__new="reviewer_recused").count() == 1
    told = Notice.objects.filter(user=first.member.user).count()
    appeal_reminders.remind(at=now().replace(hour=3))
    assert Notice.objects.filter(user=first.member.user).count() == told


def test_pages_console_and_api_say_that_an_opinion_no_longer_counts(reviewed, official, browse, api):
    opine(reviewed, True, True, False, False)
    last, other = seats(reviewed)[3], seats(reviewed)[0]
    recuse(last, official)

    own = browse(last.member.user).get(f"/reviews/{last.pk}/").content.decode()
    assert "您已回避该项目，您的意见保留在记录中，但不再计入" in own
    assert f"/reviews/{last.pk}/" not in browse(last.member.user).get("/reviews/").content.decode()
    assert own.count("其他复核人") == 0
    assert browse(other.member.user).get(f"/reviews/{other.pk}/").content.decode().count("其他复核人") == 2
    rows = api(official).get("/api/v1/appeal-reviewers/").data["results"]
    assert {row["id"]: row["counts"] for row in rows} == {each.pk: each.pk != last.pk for each in seats(reviewed)}
    page = browse(official).get(f"/admin/evaluations/appeal/{reviewed.pk}/change/").content.decode()
    assert f"/admin/evaluations/appeal/{reviewed.pk}/uphold/" in page
    assert f"/admin/evaluations/appeal/{reviewed.pk}/dismiss/" not in page
