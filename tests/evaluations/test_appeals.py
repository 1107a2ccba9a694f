"""申诉: filed in time by the team itself, looked into by others, decided as they say."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from communities.models import Notice, StatusChange
from communities.services import outbox
from evaluations import tasks
from evaluations.models import Appeal, EvaluationRound, Rating, Recusal, Reviewer, ScoreSheet
from evaluations.services import appeals, committees, numbers, ratings, regrading, reviews, rounds, sheets
from tests.evaluations.appeal import fetched, file, hand_in_low, leaves, odd_number, opine, refusal
from tests.evaluations.season import give
from tests.factories import MarkPhotoFactory, RecusalFactory, TeamContactFactory, TeamMemberFactory, UserFactory

pytestmark = pytest.mark.django_db
Status = Appeal.Status
PDF = b"%PDF-1.4\nstartxref\n0\n%%EOF\n"


@pytest.fixture(autouse=True)
def _files_are_kept_elsewhere(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def low_round(open_round, official):
    """68 points and 2A because of one member, whose sheet has a photo; the team was told."""
    odd = ScoreSheet.objects.get(member__group="residents")
    MarkPhotoFactory(sheet=odd, indicator=open_round.scheme.indicators.first())
    hand_in_low(open_round)
    rounds.close(open_round, by=official)
    rounds.announce(open_round, by=official)
    return open_round


@pytest.fixture
def rating(low_round):
    return fetched(low_round)


@pytest.fixture
def contact(rating):
    return TeamContactFactory(team=rating.project.team).user


@pytest.fixture
def odd(rating):
    return odd_number(rating)


@pytest.fixture
def filed(rating, contact, odd):
    return file(rating, contact, members=[odd])


@pytest.fixture
def reviewed(filed, official):
    reviews.begin(filed, members=list(reviews.able(filed)), by=official)
    return filed


# filing


def test_a_contact_files_with_indicators_members_groups_and_evidence(rating, contact, odd, official):
    before = localdate()
    appeal = file(rating, contact, members=[odd], groups=["street"], files=[SimpleUploadedFile("台账.pdf", PDF)])

    challenged = {challenge.member.group: challenge.group for challenge in appeal.challenges.all()}
    assert challenged == {"residents": "", "street": "street"}
    assert set(appeal.indicators.values_list("code", flat=True)) == {"A1", "A2"}
    assert appeal.files.count() == 1
    assert appeal.due_on > before
    outbox.fan_out(at=now())
    assert Notice.objects.filter(user=official, change__new="filed").count() == 1


def test_an_appeal_is_refused_late_twice_by_others_and_about_nothing(rating, contact, low_round):
    stranger = TeamContactFactory().user
    assert refusal(file, rating, stranger) == "not_own_grade"
    assert refusal(file, rating, contact, indicators=[]) == "no_indicator"
    assert refusal(file, rating, contact, reason=" ") == "reason_needed"
    assert refusal(file, rating, contact, members=[9]) == "no_such_member"
    with time_machine.travel(now() + timedelta(days=60)):
        assert refusal(file, rating, contact) == "no_time_to_appeal"
    file(rating, contact)
    assert refusal(file, rating, contact) == "one_appeal_per_grade"
    assert Appeal.objects.count() == 1


def test_the_last_day_still_counts(rating, contact, low_round):
    last = low_round.appeals_until
    with time_machine.travel(f"{last:%Y-%m-%d} 23:30 +08:00"):
        assert file(rating, contact).status == Status.FILED


def test_a_team_takes_its_appeal_back_before_anybody_looks_into_it(filed, contact, rating, official):
    assert refusal(appeals.withdraw, filed, by=official) == "not_own_grade"
    appeals.withdraw(filed, by=contact)
    again = file(rating, contact)
    reviews.begin(again, members=list(reviews.able(again)), by=official)

    assert refusal(appeals.withdraw, again, by=contact) == "wrong_status"
    assert filed.status == Status.WITHDRAWN


def test_numbers_stay_and_say_nothing_of_who_is_who(rating, low_round, community):
    known = numbers.members_of(rating)

    assert sorted(known) == [1, 2, 3, 4]
    assert numbers.members_of(rating) == known
    orders = set()
    for pk in range(30):
        other = Rating(pk=pk)
        mixed = sorted(known.values(), key=lambda member: numbers.place_of(other, member))
        orders.add(tuple(member.pk for member in mixed))
    assert len(orders) > 10


# looking into it


def test_whoever_is_challenged_recused_or_of_the_team_does_not_look_into_it(filed, low_round, official):
    committee = low_round.committee
    recused, speaks, works, worked = (
        committees.appoint(committee, user=UserFactory(phone=f"+861370000000{n}"), group="street", by=official)
        for n in range(4)
    )
    RecusalFactory(user=recused.user, project=filed.rating.project)
    TeamContactFactory(team=filed.rating.project.team, user=speaks.user)
    TeamMemberFactory(team=filed.rating.project.team, phone=works.user.phone)
    TeamMemberFactory(team=filed.rating.project.team, user=worked.user)
    challenged = filed.challenges.get().member

    fit = list(reviews.able(filed))

    assert len(fit) == 3
    assert not {recused, speaks, works, worked, challenged} & set(fit)
    for member in (recused, speaks, works, worked, challenged):
        assert refusal(reviews.begin, filed, members=[*fit[:2], member], by=official) == "challenged"
        with pytest.raises(IntegrityError, match="challenged"), transaction.atomic():
            Reviewer.objects.create(appeal=filed, region=filed.region, member=member, status="named")


def test_a_panel_has_at_least_three(filed, official):
    assert refusal(reviews.begin, filed, members=list(reviews.able(filed))[:2], by=official) == "panel_too_small"
    with pytest.raises(IntegrityError, match="panel_too_small"), transaction.atomic():
        Appeal.objects.update(status="under_review")


def test_each_reviewer_is_told_gives_one_opinion_and_keeps_to_it(reviewed):
    outbox.fan_out(at=now())
    reviewer = reviewed.reviewers.select_related("member__user", "appeal").first()
    assert Notice.objects.filter(user=reviewer.member.user, url=reviewer.get_absolute_url()).count() == 1

    assert refusal(reviews.opine, reviewer, upholds=True, words="x", by=UserFactory()) == "not_own_opinion"
    assert refusal(reviews.opine, reviewer, upholds=True, words=" ", by=reviewer.member.user) == "reason_needed"
    reviews.opine(reviewer, upholds=True, words="扣分有误", by=reviewer.member.user)
    assert refusal(reviews.opine, reviewer, upholds=False, words="x", by=reviewer.member.user) == "wrong_status"
    with pytest.raises(IntegrityError, match="appeal_is_fixed"), transaction.atomic():
        Reviewer.objects.filter(pk=reviewer.pk).update(upholds=False)


def test_who_is_ill_is_excused_once_another_sits(reviewed, low_round, official):
    ill = reviewed.reviewers.select_related("member__user", "appeal").first()
    assert refusal(reviews.excuse, ill, reason="住院", by=official) == "panel_too_small"
    other = committees.appoint(low_round.committee, user=UserFactory(), group="street", by=official)

    reviews.add(reviewed, members=[other], by=official)
    reviews.excuse(ill, reason="住院", by=official)

    assert reviewed.reviewers.sitting().count() == 3
    assert refusal(reviews.opine, ill, upholds=True, words="x", by=ill.member.user) == "wrong_status"


# deciding


def test_marks_are_replaced_by_a_new_version_and_the_grade_follows(reviewed, rating, odd, official, contact):
    opine(reviewed, True, True, False)
    first = leaves(rating)[0]

    appeals.uphold(reviewed, marks=[(odd, first, Decimal(8))], by=official, reason="台账齐全，A1 应为 8 分")

    rating.refresh_from_db()
    assert (reviewed.before, reviewed.after) == ("68.00 2A", "77.00 3A")
    assert (rating.status, rating.total, rating.grade) == ("announced", Decimal("77"), "3A")
    versions = ScoreSheet.objects.filter(rating=rating, member__group="residents").order_by("version")
    assert [[mark.value for mark in sheet.marks.all()] for sheet in versions] == [[2, 2], [8, 2]]
    assert versions[1].correction_reason == f"申诉{reviewed.pk}：台账齐全，A1 应为 8 分"
    assert versions[1].photos.kept().count() == 1
    changed = versions[1].changes.get()
    assert (changed.indicator, changed.value) == (first, 8)
    assert [mark.change for mark in versions[1].marks.all()] == [changed.key, versions[0].marks.last().change]
    assert regrading.differences(rating.round) == []
    outbox.fan_out(at=now())
    told = [notice.change.new for notice in Notice.objects.filter(user=contact, change__isnull=False)]
    assert {"upheld", "regraded"} <= set(told)


def test_a_challenged_member_is_recused_and_the_grade_follows(reviewed, rating, odd, official, low_round):
    opine(reviewed, True, True, True)
    until = low_round.appeals_until
    appeals.uphold(reviewed, recused=[odd], by=official, reason="与投诉人同住一户")

    rating.refresh_from_db()
    assert (rating.total, rating.grade) == (Decimal("84"), "4A")
    assert reviewed.corrections.get().recusal == Recusal.objects.get()
    assert EvaluationRound.objects.get().appeals_until == until
    assert regrading.differences(rating.round) == []


def test_what_is_dismissed_says_why_and_changes_nothing(reviewed, rating, official):
    opine(reviewed, False, False, True)
    assert refusal(appeals.dismiss, reviewed, by=official, reason=" ") == "reason_needed"
    appeals.dismiss(reviewed, by=official, reason="现场核查无误")

    rating.refresh_from_db()
    assert (reviewed.status, reviewed.answer, rating.grade) == (Status.DISMISSED, "现场核查无误", "2A")
    assert StatusChange.objects.about(reviewed).last().reason == "现场核查无误"


@pytest.mark.parametrize("given", [(), (True,), (True, False)])
def test_nothing_is_decided_before_more_than_half_say_so(reviewed, official, odd, given):
    for reviewer, upholds in zip(reviewed.reviewers.select_related("member__user", "appeal"), given, strict=False):
        reviews.opine(reviewer, upholds=upholds, words="x", by=reviewer.member.user)

    assert refusal(appeals.uphold, reviewed, recused=[odd], by=official, reason="x") == "panel_disagrees"
    assert refusal(appeals.dismiss, reviewed, by=official, reason="x") == "panel_disagrees"
    assert not Recusal.objects.exists()


def test_what_is_upheld_is_corrected_within_what_was_appealed_and_not_for_the_worse(rating, contact, official, odd):
    first, second = leaves(rating)
    appeal = file(rating, contact, indicators=[first], members=[odd])
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=official)
    opine(appeal, True, True, True)

    assert [
        refusal(appeals.uphold, appeal, marks=marks, by=official, reason="x")
        for marks in (
            [],
            [(odd, second, Decimal(8))],
            [(odd, first, Decimal(11))],
            [(9, first, Decimal(8))],
            [(odd, first, Decimal(2))],
            [(odd, first, Decimal(1))],
        )
    ] == ["nothing_corrected", "not_appealed", "mark_out_of_range", "no_such_member", "no_such_mark", "made_worse"]
    assert ScoreSheet.objects.filter(rating=rating).count() == 4


def test_nor_does_it_lose_its_grade_with_the_only_marks_for_an_indicator(draft_round, official):
    first = draft_round.scheme.indicators.first()
    first.groups.set(draft_round.scheme.groups.filter(code="residents"))
    rounds.open_(draft_round, by=official)
    for sheet in ScoreSheet.objects.all():
        sheets.submit(give(sheet, *[4] * len(sheets.asked(sheet))), by=sheet.member.user)
    rounds.close(draft_round, by=official)
    rounds.announce(draft_round, by=official)
    rating = Rating.objects.select_related("round__scheme", "region", "project__team").get()
    number = odd_number(rating)
    appeal = file(rating, TeamContactFactory(team=rating.project.team).user, indicators=[first], members=[number])
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=official)
    opine(appeal, True, True, True)

    assert refusal(appeals.uphold, appeal, recused=[number], by=official, reason="x") == "made_worse"
    assert Rating.objects.get().grade == "1A"
    appeals.uphold(appeal, marks=[(number, first, Decimal(9))], by=official, reason="核对")
    assert (appeal.before, appeal.after) == ("40.00 1A", "70.00 3A")


def test_nobody_decides_about_their_own_marks_or_team(reviewed, official, rating, odd):
    opine(reviewed, False, False, False)
    for person in (reviewed.challenges.get().member.user, reviewed.author):
        assert refusal(appeals.dismiss, reviewed, by=person, reason="x") == "own_appeal"


def test_a_draft_that_a_member_had_begun_gives_way_to_the_correction(draft_round, official):
    rounds.open_(draft_round, by=official)
    for sheet in ScoreSheet.objects.all():
        sheets.submit(give(sheet, 4, 4), by=sheet.member.user)
    some = ScoreSheet.objects.select_related("rating__round", "member__user").first()
    sheets.correct(some, reason="想改", by=some.member.user)
    rounds.close(draft_round, by=official)
    rounds.announce(draft_round, by=official)
    rating = Rating.objects.select_related("round__scheme", "region", "project__team").get()
    number = next(k for k, member in numbers.members_of(rating).items() if member == some.member)
    appeal = file(rating, TeamContactFactory(team=rating.project.team).user, members=[number])
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=official)
    opine(appeal, True, True, True)

    appeals.uphold(appeal, marks=[(number, leaves(rating)[0], Decimal(8))], by=official, reason="核对")

    sealed = ScoreSheet.objects.filter(member=some.member).current().get()
    assert (sealed.version, [mark.value for mark in sealed.marks.all()]) == (2, [8, 4])


# what follows


def test_a_round_is_not_published_cancelled_or_left_by_a_project_while_an_appeal_is_open(
    reviewed, low_round, official, rating
):
    after = now() + timedelta(days=60)
    assert refusal(rounds.publish, low_round, by=official, at=after) == "appeal_open"
    assert refusal(rounds.cancel, low_round, by=official, reason="x") == "appeal_open"
    assert refusal(ratings.leave_out, rating, by=official, reason="x") == "appeal_open"
    with time_machine.travel(after):
        tasks.publish_due_rounds()
    assert EvaluationRound.objects.get().status == "announced"

    opine(reviewed, False, False, False)
    appeals.dismiss(reviewed, by=official, reason="无误")
    with time_machine.travel(after):
        tasks.publish_due_rounds()
    assert EvaluationRound.objects.get().status == "published"


def test_the_final_grade_says_that_it_was_appealed(reviewed, low_round, official, rating, odd, api, contact):
    opine(reviewed, True, True, True)
    appeals.uphold(reviewed, recused=[odd], by=official, reason="与投诉人同住一户")
    rounds.publish(low_round, by=official, at=now() + timedelta(days=60))

    (public,) = api().get("/api/v1/ratings/").data["results"]
    assert (public["grade"], public["appeal"]) == ("4A", "upheld")
    figures = api(contact).get(f"/api/v1/ratings/{rating.pk}/explanation/").data
    assert figures["appeal"]["before"] == "68.00 2A"
    assert figures["appeal"]["answer"] == "与投诉人同住一户"
    assert regrading.differences(low_round) == []
