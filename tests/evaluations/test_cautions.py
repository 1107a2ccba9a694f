"""What the committee looks at before it confirms: pure rules, then page, console and API."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now
from hypothesis import given
from hypothesis import strategies as st

from communities.grants import Role
from evaluations import cautions as rules
from evaluations.models import EvaluationRound, Rating, ScoreSheet
from evaluations.scoring import Aggregate, Group, Indicator, Mark, Method, Scheme, score_project
from evaluations.services import cautions, recusals, rounds, sheets
from tests.evaluations.season import drafted_round, give, official_of, running_project
from tests.factories import RegionFactory, SurveyFactory, SurveyResultFactory

GRADES = (("5A", Decimal(90)), ("4A", Decimal(80)), ("3A", Decimal(70)), ("2A", Decimal(60)), ("1A", Decimal(0)))
SEATS = ("street", "community", "residents", "residents", "residents", "third_party")


def scheme_of(**how):
    groups = (Group(code="g", weight=Decimal(1), aggregate=Aggregate(**how)),)
    leaf = Indicator(code="a", full=Decimal(10), weight=Decimal(100), groups=("g",))
    return Scheme(groups=groups, indicators=(leaf,), grades=GRADES)


def marks_of(*values, project="p"):
    return [
        Mark(project, f"m{n}", "g", "a", None if value is None else Decimal(str(value)))
        for n, value in enumerate(values)
    ]


# the rules


def test_a_single_sheet_that_decides_is_named_with_the_grade_without_it():
    (one,) = rules.decisive(scheme_of(), marks_of(8, 8, "7.9"))

    assert one == rules.Decisive("m2", "3A", "4A", Decimal("80.00"))


def test_trimming_protects_from_a_single_sheet():
    how = {"method": Method.TRIMMED_MEAN, "drop_high": 1, "drop_low": 1, "minimum": 3}

    assert list(rules.decisive(scheme_of(**how), marks_of(8, 8, 8, 8, 1))) == []
    assert len(list(rules.decisive(scheme_of(), marks_of(8, 8, 8, 8, 1)))) == 1


def test_the_only_sheet_decides_whether_there_is_a_grade_at_all():
    (one,) = rules.decisive(scheme_of(), marks_of(8, None))

    assert (one.member, one.without, one.total) == ("m0", None, None)


@given(st.lists(st.integers(0, 100), min_size=1, max_size=7))
def test_a_sheet_decides_exactly_when_scoring_without_it_says_so(tenths):
    marks = marks_of(*(Decimal(n) / 10 for n in tenths))
    grade = score_project(scheme_of(), "p", marks).grade

    found = {one.member for one in rules.decisive(scheme_of(), marks)}

    expected = {
        mark.member
        for mark in marks
        if score_project(scheme_of(), "p", [other for other in marks if other is not mark]).grade != grade
    }
    assert found == expected


def test_a_group_below_its_minimum_is_named_with_its_indicators():
    scheme = scheme_of(method=Method.TRIMMED_MEAN, drop_high=1, drop_low=1, minimum=2)

    assert list(rules.few_marks(scheme, marks_of(8, None, 7))) == [rules.FewMarks("g", 2, 3, ("a",))]
    assert list(rules.few_marks(scheme, marks_of(8, 7, 7))) == []


def many(*of_each):
    """The hints of projects in which m0 gives these marks and two others 8 each."""
    return [stored(marks_of(value, 8, 8, project=str(n))) for n, value in enumerate(of_each)]


def stored(marks):
    """As the database gives it back."""
    return json.loads(json.dumps(rules.hints(scheme_of(), marks)))


def test_what_is_stored_is_what_was_found():
    scheme = scheme_of(method=Method.TRIMMED_MEAN, drop_high=1, drop_low=1, minimum=2)
    marks = marks_of(8, 8, "7.9")

    found = list(rules.found_in(json.loads(json.dumps(rules.hints(scheme, marks[:2])))))
    assert found == [*rules.decisive(scheme, marks[:2]), *rules.few_marks(scheme, marks[:2])]
    assert len(found) >= 1
    assert list(rules.found_in(stored(marks))) == list(rules.decisive(scheme_of(), marks))


@pytest.mark.parametrize(
    ("of_each", "found"),
    [
        ((7, 7, 7, 7, 7), [rules.Apart("m0", Decimal("-10.0"), 5, 5)]),
        ((9, "8.5", 9, "8.5", "7.9"), [rules.Apart("m0", Decimal("5.8"), 4, 5)]),
        ((7, 7, 7, 7), []),  # in four projects it may be chance
        (("7.6", "7.6", "7.6", "7.6", "7.6"), []),  # four hundredths are no matter
        ((3, 9, 9, 3, 3), []),  # now low, now high is no habit
    ],
)
def test_a_member_is_apart_when_far_from_the_others_on_one_side_in_most_projects(of_each, found):
    assert rules.apart(many(*of_each)) == found


def test_nobody_is_apart_where_nobody_else_marks():
    assert rules.apart([stored(marks_of(1, project=str(n))) for n in range(9)]) == []


# a round


@pytest.fixture
def closed(street, community, official):
    """Six projects: one resident gives 5 everywhere, the others 9 and 8; nobody of the third party was there."""
    for _number in range(6):
        running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7), seats=SEATS)
    round_.scheme.groups.filter(code="residents").update(minimum=3)
    rounds.open_(round_, by=official)
    harsh = round_.committee.members.filter(group="residents").first()
    for sheet in ScoreSheet.objects.exclude(member__group="third_party"):
        values = ("5", "5") if sheet.member_id == harsh.pk else ("9", "8")
        filled = give(sheet, *values)
        sheets.submit(filled, by=filled.member.user)
    rounds.close(round_, by=official)
    round_.harsh = harsh
    return round_


@pytest.mark.django_db
def test_a_round_is_looked_through(closed, official):
    first = closed.ratings.order_by("pk").first()
    kind = closed.committee.members.filter(group="residents").last()
    recusals.recuse(kind.user, project=first.project, region=closed.region, reason="邻居", by=official)

    found = cautions.named(cautions.of_round(closed))

    apart = [one for one in found if one.kind == "apart"]
    decisive = [one for one in found if one.kind == "decisive"]
    few = {(one.rating.pk, one.kind) for one in found if one.kind == "few_marks"}
    assert [one.member for one in apart] == [closed.harsh]
    assert len(few) == 6
    assert sum(one.kind == "few_marks" and one.rating == first for one in found) == 2
    assert decisive
    assert all(one.rating.grade in one.text for one in decisive)
    assert [each.number for each in cautions.counted(found) if each.kind == "apart"] == [1]


@pytest.mark.django_db
def test_nothing_is_changed_and_nothing_is_said_before_the_round_is_closed(closed, open_round_of):
    before = list(Rating.objects.order_by("pk").values("total", "grade", "input_hash", "breakdown"))

    cautions.of_round(closed)

    assert list(Rating.objects.order_by("pk").values("total", "grade", "input_hash", "breakdown")) == before
    assert cautions.of_round(open_round_of) == []


@pytest.fixture
def open_round_of(closed):
    """A draft of the same street, with ratings that have no grade yet."""
    return rounds.draft(
        closed.region, title="下一轮", starts_on=now().date(), ends_on=now().date(), by=official_of(closed.region)
    )


@pytest.mark.django_db
def test_others_add_what_they_know(closed, monkeypatch):
    def few_answers(round_):
        return [cautions.Caution("few_answers", "答卷太少", f"{round_.ratings.count()} 个项目")]

    monkeypatch.setattr(cautions, "SOURCES", [few_answers])

    assert [one.text for one in cautions.of_round(closed)] == ["6 个项目"]


@pytest.mark.django_db
def test_a_long_list_is_read_kind_by_kind_and_page_by_page(closed, browse, official, monkeypatch):
    monkeypatch.setattr("evaluations.views.cautions.PAGE", 4)
    client, url = browse(official), f"/rounds/{closed.pk}/cautions/"
    few = [one for one in cautions.of_round(closed) if one.kind == "few_marks"]
    pages = [client.get(url, {"kind": "few_marks", "page": number}).context["found"] for number in (1, 2)]

    assert [one.rating_id for page in pages for one in page] == [one.rating_id for one in few]
    assert [len(page) for page in pages] == [4, 2]
    assert "page=2" in client.get(url, {"kind": "few_marks"}).content.decode()
    assert client.get(url, {"kind": "nothing", "page": "x"}).status_code == 200


@pytest.mark.django_db
def test_hints_go_with_the_grade_when_it_is_computed_again_and_when_the_round_reopens(closed, official):
    before = cautions.of_round(closed)
    assert [one.kind for one in before].count("apart") == 1
    for rating in closed.ratings.order_by("pk")[:2]:
        recusals.recuse(closed.harsh.user, project=rating.project, region=closed.region, reason="邻居", by=official)

    after = cautions.of_round(closed)
    assert [one.kind for one in after].count("apart") == 0  # four projects are too few to say so
    rounds.reopen(closed, closes_at=now() + timedelta(days=1), reason="补交", by=official)
    assert not Rating.objects.exclude(hints=None).exists()
    assert cautions.of_round(closed) == []


@pytest.mark.django_db
def test_the_committee_and_the_street_see_it_and_nobody_else(closed, browse, api, person, community):
    page, resource = f"/rounds/{closed.pk}/cautions/", f"/api/v1/evaluation-rounds/{closed.pk}/cautions/"
    member = person(Role.COMMITTEE_MEMBER, closed.region)
    strangers = [person(Role.COMMUNITY_STAFF, community), person(Role.COMMITTEE_MEMBER, RegionFactory(level="street"))]

    shown = browse(member).get(page).content.decode()
    given_ = api(member).get(resource).data

    assert str(closed.harsh) in shown
    assert {row["kind"] for row in given_} == {"apart", "few_marks"} | {r["kind"] for r in given_}
    assert closed.harsh.user.name not in str(given_)
    assert [browse(user).get(page).status_code for user in strangers] == [404, 404]
    assert [api(user).get(resource).status_code for user in strangers] == [404, 404]
    assert browse().get(page).status_code == 302


@pytest.mark.django_db
def test_the_console_shows_them_on_the_page_of_the_round(closed, browse, official):
    page = browse(official).get(f"/admin/evaluations/evaluationround/{closed.pk}/change/").content.decode()

    assert str(cautions.Kind.APART.label) in page
    assert f'href="/rounds/{closed.pk}/cautions/"' in page
    assert EvaluationRound.objects.get(pk=closed.pk).status == "closed"


@pytest.mark.django_db
@pytest.mark.parametrize(("answers", "said"), [(None, 1), (9, 1), (10, 0)])
def test_a_survey_with_too_few_answers_is_named(closed, answers, said):
    rating = closed.ratings.first()
    survey = SurveyFactory(round=closed, region=rating.region, size=20, status="closed")
    figures = {"share": None, "mark": None} if answers is None else {"share": Decimal("0.8"), "mark": Decimal(8)}
    leaf = closed.scheme.indicators.get(code="A1")
    SurveyResultFactory(survey=survey, rating=rating, indicator=leaf, answers=answers, **figures)

    found = [one for one in cautions.named(cautions.of_round(closed)) if one.kind == "few_answers"]

    assert [one.rating for one in found] == [rating] * said
