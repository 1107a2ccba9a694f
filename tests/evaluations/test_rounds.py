from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate, now

from communities.grants import Role
from communities.models import Refused, StatusChange
from evaluations.models import BrandListing, EvaluationRound, Rating, ScoreSheet
from evaluations.services import committees, ratings, recusals, rounds, sheets
from tests.evaluations.season import drafted_round, give, official_of, publish, running_project
from tests.factories import (
    CommitteeFactory,
    EvaluationRoundFactory,
    ProjectFactory,
    RegionFactory,
    SchemeFactory,
    TeamContactFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
Status = EvaluationRound.Status


def test_drafting_takes_in_the_running_projects_of_the_street_alone(street, official, community, neighbour):
    first, second = running_project(community), running_project(neighbour)
    ProjectFactory(region=community, status="shortlisted")
    running_project(RegionFactory())

    round_ = drafted_round(street, official, closes_at=None)

    assert set(round_.ratings.values_list("project", flat=True)) == {first.pk, second.pk}
    assert round_.status == Status.DRAFT


def test_opening_freezes_the_scheme_and_hands_out_a_sheet_per_member_and_project(draft_round, official, community):
    late = running_project(community)

    rounds.open_(draft_round, by=official)

    draft_round.scheme.refresh_from_db()
    assert (draft_round.status, draft_round.scheme.status) == (Status.OPEN, "in_use")
    assert draft_round.ratings.filter(project=late).exists()
    assert ScoreSheet.objects.filter(rating__round=draft_round, status="draft").count() == 8


def test_opening_drops_projects_that_no_longer_run(draft_round, official, project, community):
    running_project(community)
    project.agreements.update(status="ended")

    rounds.open_(draft_round, by=official)

    assert draft_round.ratings.get(project=project).status == Rating.Status.LEFT_OUT
    assert ScoreSheet.objects.count() == 4


def test_opening_passes_over_those_recused(draft_round, official, project):
    member = draft_round.committee.members.first()
    recusals.recuse(member.user, project=project, region=draft_round.region, reason="亲属", by=official)

    rounds.open_(draft_round, by=official)

    assert not ScoreSheet.objects.filter(member=member).exists()
    assert ScoreSheet.objects.count() == 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"committee": None}, "incomplete"),
        ({"scheme": None}, "incomplete"),
        ({"closes_at": None}, "closing_in_the_past"),
        ({"closes_at": now() - timedelta(days=1)}, "closing_in_the_past"),
    ],
)
def test_opening_is_refused_while_something_is_missing(draft_round, official, change, code):
    rounds.edit(draft_round, by=official, **change)

    with pytest.raises(Refused) as no:
        rounds.open_(draft_round, by=official)

    assert (no.value.code, EvaluationRound.objects.get().status) == (code, Status.DRAFT)


def test_opening_is_refused_with_a_scheme_that_does_not_add_up(draft_round, official):
    draft_round.scheme.indicators.filter(code="A1").update(weight=50)

    with pytest.raises(Refused, match="90"):
        rounds.open_(draft_round, by=official)

    draft_round.refresh_from_db()
    assert (draft_round.status, draft_round.scheme.status) == (Status.DRAFT, "draft")


def test_opening_is_refused_without_members_or_projects(street, official):
    round_ = rounds.draft(
        street,
        title="空",
        starts_on=localdate(),
        ends_on=localdate(),
        committee=CommitteeFactory(region=street),
        scheme=SchemeFactory(region=street, status="in_use"),
        closes_at=now() + timedelta(days=1),
        by=official,
    )
    with pytest.raises(Refused) as no:
        rounds.open_(round_, by=official)
    assert no.value.code == "no_members"

    committees.appoint(round_.committee, user=UserFactory(), group="street", by=official)
    with pytest.raises(Refused) as no:
        rounds.open_(round_, by=official)
    assert no.value.code == "no_projects"
    assert EvaluationRound.objects.get().status == Status.DRAFT


def test_a_round_with_the_parts_of_another_street_is_refused(draft_round, official):
    with pytest.raises(Refused) as no:
        rounds.edit(draft_round, by=official, scheme=SchemeFactory())

    assert no.value.code == "other_street"


def test_once_open_only_the_title_and_the_closing_time_change(open_round, official):
    later = now() + timedelta(days=30)
    rounds.edit(open_round, by=official, closes_at=later, title="延期")

    with pytest.raises(Refused):
        rounds.edit(open_round, by=official, scheme=SchemeFactory(region=open_round.region))

    kept = EvaluationRound.objects.get()
    assert (kept.title, kept.closes_at, kept.scheme) == ("延期", later, open_round.scheme)


def test_closing_computes_every_grade_with_every_figure(closed_round):
    rating = closed_round.ratings.get()

    assert (rating.status, rating.total, rating.grade) == ("provisional", Decimal("84"), "4A")
    assert rating.shown_total == "84.00"
    first = rating.breakdown["indicators"][0]
    assert (first["code"], first["points"], first["weight_used"]) == ("A1", "48.00", "100.00")
    assert [group["mean"] for group in first["groups"]] == ["8.00"] * 4


def test_closing_with_missing_sheets_counts_those_that_are_there(open_round, official):
    sheet = give(ScoreSheet.objects.first(), 7, 7)
    sheets.submit(sheet, by=sheet.member.user)
    rounds.close(open_round, by=official)

    rating = open_round.ratings.get()
    assert (rating.total, rating.breakdown["indicators"][0]["weight_used"]) == (Decimal("70"), "25.00")


def test_drafts_do_not_count_and_a_project_without_marks_is_not_published(open_round, official):
    give(ScoreSheet.objects.first(), 7, 7)
    rounds.close(open_round, by=official)

    with pytest.raises(Refused) as no:
        publish(open_round, official)

    rating = open_round.ratings.get()
    assert (no.value.code, rating.total, rating.grade, rating.status) == ("ungraded", None, "", "provisional")
    assert EvaluationRound.objects.get().status == Status.CLOSED


def test_leaving_out_lets_the_rest_be_published(draft_round, official, project, community):
    other = running_project(community)
    rounds.open_(draft_round, by=official)
    for sheet in ScoreSheet.objects.filter(rating__project=other):
        sheets.submit(give(sheet, 8, 8), by=sheet.member.user)
    rounds.close(draft_round, by=official)
    unmarked = draft_round.ratings.get(project=project)
    with pytest.raises(Refused):
        ratings.leave_out(unmarked, by=official, reason=" ")
    ratings.leave_out(unmarked, by=official, reason="项目提前结束")

    publish(draft_round, official)

    assert [(each.last_grade, each.refresh_from_db() or each.last_grade) for each in (project, other)] == [
        ("", ""),
        ("", "4A"),
    ]


def test_publishing_makes_grades_final_on_the_project_and_in_the_library(closed_round, official):
    publish(closed_round, official)

    rating = closed_round.ratings.get()
    rating.project.refresh_from_db()
    assert (rating.status, rating.project.last_grade) == ("final", "4A")
    assert rating.final_at == closed_round.published_at == rating.project.last_graded_at
    assert BrandListing.objects.get().grade == "4A"


def test_publishing_twice_is_refused(closed_round, official):
    publish(closed_round, official)

    with pytest.raises(Refused):
        publish(closed_round, official)

    assert BrandListing.objects.count() == 1


def test_reopening_takes_corrections_and_grades_anew(closed_round, official):
    later = now() + timedelta(days=3)
    with pytest.raises(Refused):
        rounds.reopen(closed_round, closes_at=later, reason="", by=official)
    rounds.reopen(closed_round, closes_at=later, reason="一名委员漏填", by=official)
    rating = closed_round.ratings.get()
    assert (rating.status, rating.total, rating.grade) == ("pending", None, "")

    old = ScoreSheet.objects.select_related("rating__round", "member__user").first()
    new = give(sheets.correct(old, reason="核对后修改", by=old.member.user), 4, 5)
    sheets.submit(new, by=old.member.user)
    rounds.close(closed_round, by=official)

    rating.refresh_from_db()
    assert rating.total == Decimal("74")


def test_cancelling_needs_a_reason_and_frees_the_period(open_round, official):
    with pytest.raises(Refused):
        rounds.cancel(open_round, by=official, reason="")
    rounds.cancel(open_round, by=official, reason="日期有误")

    again = {"starts_on": open_round.starts_on, "ends_on": open_round.ends_on}
    EvaluationRoundFactory(region=open_round.region, committee=open_round.committee, **again)
    assert EvaluationRound.objects.count() == 2


def test_a_member_appointed_while_a_round_is_open_gets_sheets(open_round, official):
    member = committees.appoint(open_round.committee, user=UserFactory(), group="residents", by=official)

    assert ScoreSheet.objects.filter(member=member).count() == 1
    assert Role.COMMITTEE_MEMBER in member.user.roles


def test_a_dismissed_member_loses_the_role_and_is_no_longer_missing(open_round, official):
    member = open_round.committee.members.first()
    committees.dismiss(member, by=official, reason="调离")

    member.user.__dict__.pop("reach", None)
    missing = ScoreSheet.objects.missing(on=localdate())
    assert (member.user.roles, missing.count()) == (set(), 3)
    with pytest.raises(Refused):
        committees.dismiss(member, by=official, reason="调离")


def test_the_team_is_told_of_its_final_grade_and_nobody_else(closed_round, official):
    contact = TeamContactFactory(team=closed_round.ratings.get().project.team).user
    publish(closed_round, official)

    rating = closed_round.ratings.get()
    told = [(change.new, list(rating.audience(change))) for change in StatusChange.objects.about(rating)]
    assert told == [("pending", []), ("provisional", []), ("announced", [contact]), ("final", [contact])]


MOVES = [
    ("open", "draft", {}),
    ("close", "open", {}),
    ("announce", "closed", {}),
    ("publish", "announced", {}),
    ("reopen", "closed", {"reason": "漏填", "closes_at": "2099-01-01T00:00:00+08:00"}),
    ("cancel", "open", {"reason": "有误"}),
]


@pytest.fixture
def at_status(request):
    """The round of this test at a status, through the services."""
    names = {"draft": "draft_round", "open": "open_round", "closed": "closed_round", "announced": "past_appeal"}
    return lambda status: request.getfixturevalue(names[status])


@pytest.mark.parametrize(("move", "status", "body"), MOVES)
def test_each_move_through_the_api_works_once(api, official, at_status, move, status, body):
    client, round_ = api(official), at_status(status)

    codes = [client.post(f"/api/v1/evaluation-rounds/{round_.pk}/{move}/", body).status_code for _ in range(2)]

    assert codes == [200, 409]


@pytest.mark.parametrize(("move", "status", "body"), MOVES)
@pytest.mark.parametrize("who", ["observer", "community_staff", "committee_member", "elsewhere", "nobody"])
def test_nobody_else_makes_a_move(api, person, street, community, at_status, who, move, status, body):
    round_ = at_status(status)
    users = {
        "observer": lambda: person(Role.OBSERVER, street),
        "community_staff": lambda: person(Role.COMMUNITY_STAFF, community),
        "committee_member": lambda: person(Role.COMMITTEE_MEMBER, street),
        "elsewhere": lambda: official_of(RegionFactory(level="street")),
        "nobody": lambda: None,
    }

    response = api(users[who]()).post(f"/api/v1/evaluation-rounds/{round_.pk}/{move}/", body)

    assert response.status_code == (403 if who == "nobody" else 404)
    assert EvaluationRound.objects.get().status == status


def test_the_api_drafts_a_round_and_says_what_is_wrong(api, official, street, project):
    client = api(official)
    body = {"region": street.pk, "title": "下半年考评", "starts_on": "2026-07-01", "ends_on": "2026-12-31"}

    made = client.post("/api/v1/evaluation-rounds/", body)
    again = client.post("/api/v1/evaluation-rounds/", body)
    elsewhere = client.post("/api/v1/evaluation-rounds/", body | {"region": RegionFactory(level="street").pk})
    backwards = client.post("/api/v1/evaluation-rounds/", body | {"starts_on": "2027-07-01"})

    assert (made.status_code, made.data["status"]) == (201, "draft")
    assert [each.status_code for each in (again, elsewhere, backwards)] == [409, 404, 400]
    assert EvaluationRound.objects.count() == 1


def test_progress_says_who_is_missing(api, official, open_round, sheet):
    sheets.submit(give(sheet, 8, 8), by=sheet.member.user)

    rows = api(official).get(f"/api/v1/evaluation-rounds/{open_round.pk}/progress/").data

    assert [(row["submitted"], row["missing"]) for row in rows] == [(0, 1)] * 3 + [(1, 0)]
    assert rows[-1]["member"] == sheet.member_id


@pytest.mark.parametrize("noun", ["evaluation-rounds", "schemes", "committees", "score-sheets", "ratings", "recusals"])
def test_a_neighbouring_street_sees_nothing(api, city, closed_round, noun):
    district = RegionFactory(level="district", parent=city)
    stranger = official_of(RegionFactory(level="street", parent=district))
    recusals.recuse(
        closed_round.committee.members.first().user,
        project=closed_round.ratings.get().project,
        region=closed_round.region,
        reason="亲属",
        by=official_of(closed_round.region),
    )

    assert api(stranger).get(f"/api/v1/{noun}/").data["results"] == []
    assert len(api(official_of(closed_round.region)).get(f"/api/v1/{noun}/").data["results"]) > 0
