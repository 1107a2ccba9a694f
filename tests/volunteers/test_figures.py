"""A place's year in figures: the sums are right, staff see rows, everybody else groups that hide nobody."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from communities.grants import Role
from communities.models import AuditEvent
from tests.factories import (
    ActivityFactory,
    ActivityKindFactory,
    AttendanceFactory,
    FormerHoursFactory,
    FundingFactory,
    JournalFactory,
    RedemptionFactory,
    RegionFactory,
    SkillFactory,
    VolunteerFactory,
)
from volunteers import heat
from volunteers.services import figures, journals
from volunteers.services.figures import Year

pytestmark = pytest.mark.django_db
EN = {"HTTP_ACCEPT_LANGUAGE": "en"}
ROWS = ("hours", "people", "nations", "languages", "issued", "redeemed", "coverage", "activities")


def served(region, *, nationality="CN", minutes=60, kind=None, language=None, **fields):
    volunteer = VolunteerFactory(region=region, nationality=nationality, **fields)
    about = {"activity__kind": kind} if kind else {}
    AttendanceFactory(
        volunteer=volunteer, activity__region=region, status="confirmed", points=0, minutes=minutes, **about
    )
    if language:
        volunteer.skills.add(language)
    return volunteer


def page(client, region, figure="", **query):
    address = f"/c/{region.code}/volunteering/{figure}/" if figure else f"/c/{region.code}/volunteering/"
    return client.get(address, {"year": 2026, **query}, **EN)


def cards(answer):
    return {card["figure"]: card["value"] for card in answer.context["cards"]}


def test_the_sums_of_a_year(community, neighbour):
    year, kind = Year(community, 2026), ActivityKindFactory()
    here = served(community, nationality="KE", minutes=90, kind=kind)
    served(neighbour, minutes=100)
    late = ActivityFactory(region=community, starts_at=datetime(2026, 12, 31, 15, 59, tzinfo=UTC))
    AttendanceFactory(volunteer=here, activity=late, status="confirmed", points=0, minutes=30)
    next_year = ActivityFactory(region=community, starts_at=datetime(2026, 12, 31, 16, 0, tzinfo=UTC))
    FormerHoursFactory(volunteer=here, kind=kind, first_on=date(2026, 1, 1), last_on=date(2026, 2, 1), minutes=10)
    earned = JournalFactory(volunteer=here, points=30)
    wrong = JournalFactory(volunteer=here, points=5)
    journals.reverse(wrong, reason="记错", by=wrong.actor)
    RedemptionFactory(volunteer=here, reward__partner__region=community, reward__points=10)
    moment = earned.at.year

    assert figures.total(figures.minutes_by_kind(year)) == (1, 130)
    assert figures.served(year) == {here.pk: 130}
    assert figures.people_by_nation(year) == {"KE": ({here.pk}, 1)}
    assert figures.calendar(year) == {date(2026, 6, 1): 1, date(2026, 12, 31): 1}
    assert next_year.pk not in set(year.activities().values_list("pk", flat=True))
    # the voucher's factory earns the ten points first
    assert figures.total(figures.points_by_month(figures.issued(Year(community, moment)), sign=1))[1] == 30 + 10
    assert figures.total(figures.points_by_month(figures.redeemed(Year(community, moment)), sign=-1))[1] == 10


def test_everybody_sees_nothing_of_few(browse, community):
    for number in range(4):
        served(community, nationality="KE", name=f"Amina{number}", language=SkillFactory(is_language=True))

    shown = cards(page(browse(), community))
    hours = page(browse(), community, "hours").content.decode()
    nations = page(browse(), community, "nations").content.decode()

    assert (shown["hours"], shown["people"], shown["nations"], shown["languages"]) == (None,) * 4
    assert ("Kenya" in nations, "Amina" in hours, "hidden" in hours) == (False, False, True)


def test_everybody_sees_groups_of_five_and_the_small_ones_together(browse, community):
    for _time in range(11):
        served(community)
    for _time in range(5):
        served(community, nationality="KE")
    served(community, nationality="ID")

    shown = page(browse(), community, "nations")

    assert shown.context["cells"] == [["China", 11], ["others", 6]]
    assert cards(page(browse(), community))["hours"] == "17:00"


def test_staff_see_rows_with_names_masked_and_a_neighbour_s_staff_do_not(browse, person, community, neighbour):
    volunteer = served(community, nationality="KE", name="Amina")
    here, there = (browse(person(Role.COMMUNITY_STAFF, place)) for place in (community, neighbour))

    rows = page(here, community, "hours").context["cells"]
    hidden = page(there, community, "hours").context["cells"]

    assert [(row[3], row[4], row[5]) for row in rows] == [(volunteer.number, "A***", 60)]
    assert hidden == [["others", "hidden", "hidden"]]
    assert cards(page(here, community))["people"] == 1
    people = page(here, community, "people", only="KE").context["cells"]
    assert people == [[volunteer.number, "A***", "Kenya", 60]]
    assert page(here, community, "people", only="CN").context["cells"] == []


def test_staff_see_every_country_and_language_that_the_card_counts(browse, person, community):
    swahili, hausa = (SkillFactory(is_language=True, name_en=name) for name in ("Swahili", "Hausa"))
    for nation, language in (("KE", swahili), ("KE", swahili), ("NG", hausa)):
        served(community, nationality=nation, language=language)
    here = browse(person(Role.COMMUNITY_STAFF, community))

    shown = cards(page(here, community))
    rows = {figure: page(here, community, figure).context["cells"] for figure in ("nations", "languages")}

    assert rows == {"nations": [["Kenya", 2], ["Nigeria", 1]], "languages": [["Swahili", 2], ["Hausa", 1]]}
    assert {figure: shown[figure] for figure in rows} == {figure: len(cells) for figure, cells in rows.items()}


def test_a_file_has_all_rows_or_there_is_none(browse, person, community, monkeypatch):
    for _each in range(3):
        served(community)
    here = browse(person(Role.COMMUNITY_STAFF, community))

    monkeypatch.setattr("volunteers.figure_tables.MOST", 2)
    refused = page(here, community, "people", **{"as": "csv"})
    monkeypatch.setattr("volunteers.figure_tables.MOST", 3)
    saved = page(here, community, "people", **{"as": "csv"})

    assert (refused.status_code, saved.status_code) == (409, 200)
    assert "3 rows" in refused.content.decode()
    assert saved.content.decode().count("\n") == 1 + 3
    assert AuditEvent.objects.filter(kind="exported").count() == 1


def test_the_years_go_back_to_what_was_taken_over(browse, community):
    served(community)
    FormerHoursFactory(
        volunteer__region=community, region=community, first_on=date(2019, 3, 1), last_on=date(2019, 5, 1)
    )

    assert page(browse(), community).context["years"][-1] == 2019


def test_above_a_community_only_who_works_there_sees_figures(browse, person, street, community):
    served(community)

    assert page(browse(), street).status_code == 404
    assert page(browse(person(Role.COMMUNITY_STAFF, community)), street).status_code == 404
    assert cards(page(browse(person(Role.STREET_STAFF, street)), street))["people"] == 1
    assert cards(page(browse(person(Role.OBSERVER, street)), street))["people"] is None


@pytest.mark.parametrize("figure", ROWS)
@pytest.mark.parametrize("is_staff", [True, False])
def test_every_figure_leads_to_rows_that_can_be_saved(browse, person, community, figure, is_staff):
    volunteer = served(community, language=SkillFactory(is_language=True))
    FundingFactory(region=community)
    JournalFactory(volunteer=volunteer)
    client = browse(person(Role.COMMUNITY_STAFF, community) if is_staff else None)

    overview = page(client, community).content.decode()
    shown = page(client, community, figure)
    saved = page(client, community, figure, **{"as": "csv"})
    book = page(client, community, figure, **{"as": "xlsx"})

    assert f"/volunteering/{figure}/" in overview
    table = list(csv.reader(io.StringIO(saved.content.decode("utf-8-sig"))))
    assert table[0] == shown.context["headings"]
    assert table[1:] == [[str(cell) for cell in row] for row in shown.context["cells"]]
    assert openpyxl.load_workbook(io.BytesIO(book.content)).active.max_row == len(table)
    assert AuditEvent.objects.filter(kind="exported").count() == (2 if is_staff else 0)


def test_a_title_that_would_be_run_as_a_formula_is_only_text(browse, community):
    ActivityFactory(region=community, title="=HYPERLINK(1)")

    saved = page(browse(), community, "activities", **{"as": "csv"})

    assert "'=HYPERLINK(1)" in saved.content.decode("utf-8-sig")


def test_an_unknown_figure_a_wrong_year_and_another_kind_of_file(browse, community):
    client = browse()

    assert page(client, community, "secrets").status_code == 404
    assert page(client, community, "hours", **{"as": "exe"}).status_code == 404
    assert [page(client, community, year=year).status_code for year in ("x", "99999", "0", "-1")] == [200] * 4


def test_coverage_of_the_pools_here_and_of_the_one_that_issues_here(browse, community, street, neighbour):
    FundingFactory(region=street, points=100)
    FundingFactory(region=neighbour, points=7)
    JournalFactory(volunteer=VolunteerFactory(region=community), points=30)

    assert [(place.name, one.given, one.issued) for place, one in figures.coverages(community)] == [
        ("某街道", 100, 0),
        ("某社区", 0, 30),
    ]


def test_looking_takes_as_many_queries_for_three_rows_as_for_one_and_writes_nothing(browse, person, street):
    client, seen = browse(person(Role.STREET_STAFF, street)), []

    for _time in range(2):
        place = RegionFactory(parent=street)
        FundingFactory(region=place)
        for _each in range(2):
            JournalFactory(volunteer=served(place, language=SkillFactory(is_language=True)))
        counts = []
        for figure in ("", *ROWS):
            with CaptureQueriesContext(connection) as queries:
                page(client, street, figure)
            assert not [one for one in queries if one["sql"].startswith(("INSERT", "UPDATE"))]
            counts.append(len(queries))
        seen.append(counts)

    assert seen[0] == seen[1]


def test_the_calendar_has_every_day_once_darker_where_more_happened():
    squares = heat.squares(2028, {date(2028, 1, 1): 1, date(2028, 2, 29): 8})

    assert (len(squares), len({square.day for square in squares})) == (366, 366)
    assert {square.day: square.level for square in squares if square.level} == {
        date(2028, 1, 1): 1,
        date(2028, 2, 29): 4,
    }
    assert (squares[0].y, max(square.x for square in squares)) == (5 * 12, 52 * 12)
    assert len({(square.x, square.y) for square in squares}) == 366
    assert [count for _month, count in heat.months(2028, {date(2028, 2, 29): 8})][:3] == [0, 8, 0]
