"""分配方案: drawn up for a round, changed by hand, and what the sheets are handed out by."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from communities.grants import Role
from communities.models import Refused, StatusChange
from evaluations.models import Assignment, AssignmentPlan, ScoreSheet
from evaluations.services import assignments, committees, recusals, rounds, sheets
from tests.evaluations.season import SEATS, drafted_round, give, running_project
from tests.factories import AssignmentFactory, CommitteeMemberFactory, RatingFactory, UserFactory

pytestmark = pytest.mark.django_db
ALL = gettext_lazy("Every member scores every project.")
ONE_EACH = dict.fromkeys(SEATS, 1)


@pytest.fixture
def wide_round(street, community, official):
    """A draft of four projects and a committee with two in each group."""
    for _number in range(4):
        running_project(community)
    return drafted_round(street, official, closes_at=now() + timedelta(days=9), seats=[*SEATS, *SEATS])


@pytest.fixture
def plan(wide_round, official):
    return assignments.draw_up(wide_round, by=official, seed="2026", **ONE_EACH)


def sheets_of(round_):
    return set(ScoreSheet.objects.filter(rating__round=round_).values_list("rating", "member"))


def pairs_of(plan):
    return set(plan.pairs.values_list("rating", "member"))


def refused_by_database(code, change):
    with pytest.raises(IntegrityError, match=code), transaction.atomic():
        change()


def test_sheets_are_handed_out_by_the_plan(plan, wide_round, official):
    rounds.open_(wide_round, by=official)

    assert sheets_of(wide_round) == pairs_of(plan)
    assert len(pairs_of(plan)) == 16
    assert [count for _member, count in assignments.overview(plan).loads] == [2] * 8


def test_without_a_plan_every_member_scores_every_project(plan, wide_round, official):
    assignments.drop(plan, by=official)
    rounds.open_(wide_round, by=official)

    assert len(sheets_of(wide_round)) == 4 * 8
    assert StatusChange.objects.about(wide_round).filter(reason=str(ALL)).exists()


def test_the_same_seed_draws_the_same_plan_and_what_was_set_by_hand_stays(plan, wide_round, official):
    first = pairs_of(plan)
    rating, member = next(
        (r, m)
        for r in wide_round.ratings.all()
        for m in wide_round.committee.members.all()
        if (r.pk, m.pk) not in first
    )
    assert pairs_of(assignments.draw_up(wide_round, by=official, seed="2026", **ONE_EACH)) == first

    assignments.assign(plan, rating=rating, member=member, by=official)
    again = assignments.draw_up(wide_round, by=official, seed="2027", **ONE_EACH)

    assert AssignmentPlan.objects.get() == again
    assert (rating.pk, member.pk) in pairs_of(again)
    assert Assignment.objects.filter(by_hand=True).count() == 1


def test_opening_mends_the_plan_after_a_recusal_a_departure_and_a_new_project(plan, wide_round, official, community):
    gone, apart = Assignment.objects.filter(member__group="street").order_by("pk")[:2]
    committees.dismiss(gone.member, by=official, reason="调离")
    recusals.recuse(
        apart.member.user, project=apart.rating.project, region=wide_round.region, reason="亲属", by=official
    )
    late = running_project(community)
    rounds.open_(wide_round, by=official)

    given = sheets_of(wide_round)
    assert given == pairs_of(plan)
    assert not any(member == gone.member_id for _rating, member in given)
    assert (apart.rating_id, apart.member_id) not in given
    assert ScoreSheet.objects.filter(rating__project=late).count() == 4


def test_where_the_minimum_cannot_be_met_the_project_is_named(wide_round, official):
    rating = wide_round.ratings.first()
    member = wide_round.committee.members.filter(group="residents").first()
    recusals.recuse(member.user, project=rating.project, region=wide_round.region, reason="亲属", by=official)

    plan = assignments.draw_up(wide_round, by=official, **{**ONE_EACH, "residents": 2})

    assert [(r.pk, have, wanted) for r, _group, have, wanted in assignments.overview(plan).short] == [(rating.pk, 1, 2)]


def test_in_an_open_round_a_project_is_added_by_hand_and_none_is_taken(plan, wide_round, official):
    rounds.open_(wide_round, by=official)
    plan = AssignmentPlan.objects.get()
    rating, member = next(
        (r, m)
        for r in wide_round.ratings.all()
        for m in wide_round.committee.members.all()
        if (r.pk, m.pk) not in pairs_of(plan)
    )

    assignments.assign(plan, rating=rating, member=member, by=official)

    assert (rating.pk, member.pk) in sheets_of(wide_round)
    for late in (
        lambda: assignments.unassign(plan, rating=rating, member=member, by=official),
        lambda: assignments.draw_up(wide_round, by=official, **ONE_EACH),
        lambda: assignments.drop(plan, by=official),
    ):
        with pytest.raises(Refused) as no:
            late()
        assert no.value.code == "plan_is_fixed"
    refused_by_database("already_handed_out", lambda: plan.pairs.all().delete())
    refused_by_database("plan_is_fixed", lambda: AssignmentPlan.objects.update(seed="x"))


def test_a_successor_takes_what_the_plan_gave_to_the_seat(plan, wide_round, official):
    rounds.open_(wide_round, by=official)
    member = wide_round.committee.members.first()
    first, second = ScoreSheet.objects.filter(member=member).order_by("pk")
    sheets.submit(give(first, 8, 9), by=member.user)

    new = committees.replace(member, user=UserFactory(), reason="调动", by=official)

    assert list(new.sheets.values_list("rating", flat=True)) == [second.rating_id]


def test_the_database_takes_only_what_fits(plan, wide_round):
    rating, member = wide_round.ratings.first(), wide_round.committee.members.first()
    Assignment.objects.all().delete()

    refused_by_database(
        "assignment_does_not_fit", lambda: AssignmentFactory(plan=plan, rating=RatingFactory(), member=member)
    )
    refused_by_database(
        "assignment_does_not_fit", lambda: AssignmentFactory(plan=plan, rating=rating, member=CommitteeMemberFactory())
    )
    AssignmentFactory(plan=plan, rating=rating, member=member)
    refused_by_database("assigned_once|plan_id", lambda: AssignmentFactory(plan=plan, rating=rating, member=member))
    recusals.recuse(member.user, project=rating.project, region=wide_round.region, reason="亲属", by=UserFactory())
    Assignment.objects.all().delete()
    refused_by_database("assignment_does_not_fit", lambda: AssignmentFactory(plan=plan, rating=rating, member=member))


def test_nobody_is_given_a_project_of_their_own(plan, wide_round, official):
    rating = wide_round.ratings.first()
    member = wide_round.committee.members.exclude(assignments__rating=rating).first()
    recusals.recuse(member.user, project=rating.project, region=wide_round.region, reason="亲属", by=official)

    with pytest.raises(Refused) as no:
        assignments.assign(plan, rating=rating, member=member, by=official)

    assert no.value.code == "recused"


def test_through_the_api(api, person, street, wide_round, official):
    client, url = api(official), "/api/v1/assignment-plans/"
    body = {"round": wide_round.pk, "seed": "7", **ONE_EACH}
    assert api(person(Role.OBSERVER, street)).post(url, body).status_code == 404
    assert client.post(url, {**body, "street": -1}).status_code == 400

    made = client.post(url, body)
    full = client.get(f"{url}{made.data['id']}/").data
    rating, member = next(
        (r.pk, m.pk)
        for r in wide_round.ratings.all()
        for m in wide_round.committee.members.all()
        if {"rating": r.pk, "member": m.pk, "by_hand": False} not in full["pairs"]
    )
    pair, one = {"rating": rating, "member": member}, f"{url}{made.data['id']}/"
    codes = [client.post(f"{one}{move}/", pair).status_code for move in ("assign", "assign", "unassign", "unassign")]
    redrawn = client.post(f"{one}redraw/", {**ONE_EACH, "street": 2, "seed": "7"})
    dropped = client.post(f"{one}drop/")

    assert made.status_code == 201
    assert (len(full["pairs"]), full["short"], {row["projects"] for row in full["loads"]}) == (16, [], {2})
    assert codes == [200, 409, 200, 409]
    assert (len(redrawn.data["pairs"]), dropped.status_code) == (20, 204)
    assert not AssignmentPlan.objects.exists()


def test_in_the_console_the_round_shows_who_scores_what(browse, wide_round, official):
    client, page = browse(official), f"/admin/evaluations/evaluationround/{wide_round.pk}/"

    before = client.get(page.replace(f"{wide_round.pk}/", f"{wide_round.pk}/change/")).content.decode()
    drawn = client.post(f"{page}draw-plan/", {**ONE_EACH, "seed": "2026"})
    after = client.get(f"{page}change/").content.decode()

    assert str(ALL) in before
    assert drawn.status_code == 302
    assert str(wide_round.committee.members.first()) in after
    assert AssignmentPlan.objects.get().pairs.count() == 16
    plan = AssignmentPlan.objects.get()
    one = plan.pairs.first()
    body = {"rating": one.rating_id, "member": one.member_id}
    assert client.post(f"/admin/evaluations/assignmentplan/{plan.pk}/unassign/", body).status_code == 302
    assert plan.pairs.count() == 15
