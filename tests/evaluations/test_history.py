"""How a team was graded over the years: a plot that scripts need not draw, and the same in a table."""

from datetime import date, datetime

import pytest
from django.utils.timezone import get_current_timezone
from hypothesis import given
from hypothesis import strategies as st

from evaluations.history import HEIGHT, LEFT, RIGHT, WIDTH, Grade, history_of, plot, y_of
from evaluations.models import EvaluationRound
from evaluations.models.schemes import GRADES
from tests.factories import EvaluationRoundFactory, ProjectFactory, RatingFactory, TeamContactFactory, TeamFactory


def graded(project, year, grade, **fields):
    half = EvaluationRound.objects.filter(starts_on=date(year, 1, 1)).first() or EvaluationRoundFactory(
        title=f"{year}年上半年考评", starts_on=date(year, 1, 1), ends_on=date(year, 6, 30)
    )
    at = datetime(year, 7, 15, 9, tzinfo=get_current_timezone())
    fields = {"status": "final", "grade": grade, "total": 85, "final_at": at} | fields
    return RatingFactory(round=half, project=project, region=project.region, **fields)


@pytest.fixture
def team(community):
    return TeamFactory(region=community)


@pytest.fixture
def years(team, community):
    """Two projects: 3A then 4A, and 2A."""
    good, bad = (ProjectFactory(team=team, region=community, status="running", title=name) for name in ("照护", "急修"))
    graded(good, 2024, "3A")
    graded(good, 2025, "4A")
    graded(bad, 2025, "2A", total=65)
    return good, bad


GRADED = st.builds(
    Grade,
    st.integers(1, 4),
    st.sampled_from(["甲", "乙", "丙"]),
    st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    st.sampled_from(GRADES),
)


@given(st.lists(GRADED, min_size=1, max_size=30))
def test_every_grade_stands_inside_the_drawing_on_its_row_and_later_is_further_right(grades):
    drawn = plot(grades)

    points = [point for line in drawn.lines for point in line.points]
    assert sorted(point.grade for point in points) == sorted(each.grade for each in grades)
    assert all(LEFT <= point.x <= WIDTH - RIGHT and 0 < point.y < HEIGHT for point in points)
    assert all(point.y == y_of(point.grade) for point in points)
    for line in drawn.lines:
        assert [point.x for point in line.points] == sorted(point.x for point in line.points)
    assert [x for x, _year in drawn.years] == sorted({x for x, _year in drawn.years})


def test_a_better_grade_stands_higher_and_the_line_of_renewal_lies_below_3a():
    drawn = plot([Grade(1, "甲", date(2026, 7, 1), "3A")])

    assert [y_of(grade) for grade in GRADES] == sorted(y_of(grade) for grade in GRADES)
    assert y_of("3A") < drawn.threshold < y_of("2A")


@pytest.mark.django_db
def test_two_projects_of_the_same_title_have_a_line_each(team, community):
    one, two = (ProjectFactory(team=team, region=community, status="running", title="照护") for _n in range(2))
    graded(one, 2024, "3A")
    graded(one, 2025, "4A")
    graded(two, 2025, "2A", total=65)

    lines = history_of(team)["plot"].lines

    assert {line.project: [point.grade for point in line.points] for line in lines} == {
        f"照护 ({one.pk})": ["3A", "4A"],
        f"照护 ({two.pk})": ["2A"],
    }


@pytest.mark.django_db
def test_everybody_sees_a_teams_final_grades_as_a_plot_and_as_a_table(browse, team, years):
    page = browse().get(team.get_absolute_url())

    html = page.content.decode()
    rows = next(section for template, section in page.context["sections"] if template == "evaluations/_history.html")
    assert [(each.project.title, each.grade, each.round.title) for each in rows["ratings"]] == [
        ("急修", "2A", "2025年上半年考评"),
        ("照护", "4A", "2025年上半年考评"),
        ("照护", "3A", "2024年上半年考评"),
    ]
    assert html.count("<polyline") == 2
    assert "<script" not in html.partition('aria-labelledby="history"')[2].partition("</section>")[0]
    assert all(words in html for words in ("2024年7月15日", "2025年7月15日", 'role="img"', "1A"))


@pytest.mark.django_db
def test_what_is_not_final_is_seen_by_nobody_there_not_even_the_team(browse, team, years, community):
    graded(years[0], 2026, "5A", status="provisional", final_at=None)
    contact = TeamContactFactory(team=team).user

    for client in (browse(), browse(contact)):
        assert "2026年上半年考评" not in client.get(team.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_a_team_never_graded_has_no_plot(browse, team):
    assert "<polyline" not in browse().get(team.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_the_api_gives_a_teams_final_grades(api, team, years):
    graded(years[0], 2026, "5A", status="provisional", final_at=None)
    graded(ProjectFactory(), 2025, "1A", total=20)

    found = api().get("/api/v1/ratings/", {"project__team": team.pk}).data["results"]

    assert [each["grade"] for each in found] == ["2A", "4A", "3A"]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 5])
def test_the_plot_takes_one_query_for_any_number_of_grades(browse, team, rows, django_assert_num_queries, community):
    project = ProjectFactory(team=team, region=community)
    for number in range(rows):
        graded(project, 2020 + number, "4A")

    with django_assert_num_queries(1):
        assert len(history_of(team)["ratings"]) == rows
