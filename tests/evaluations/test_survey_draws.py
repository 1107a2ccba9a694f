"""入户调查: households listed, drawn by a public seed, drawn again by anybody."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from communities.models import StatusChange
from evaluations.models import SurveyFrame
from evaluations.services import draws, households
from tests.evaluations.survey import GRIDS, drawn, planned, refused, settle
from tests.factories import ResidentFactory, SurveyFactory

pytestmark = pytest.mark.django_db


def test_a_household_is_those_with_one_number_or_else_one_address(community, round_, official):
    for household, address, grid in [
        ("D1", "一号", "甲"),
        ("D1", "二号", "乙"),
        (" d1 ", "", "乙"),
        ("", "幸福里 3 室", "甲"),
        ("", "幸福里3室", ""),
        ("", "", "甲"),
    ]:
        ResidentFactory(region=community, household=household, address=address, grid=grid)
    ResidentFactory(region=community, household="D2", status="left")
    survey = planned(community, round_, official, size=1)

    found, unlisted = households.households_of(survey)

    assert sorted((each.grid, each.door.address) for each in found) == [("乙", "一号"), ("甲", "幸福里 3 室")]
    assert unlisted == 1


def test_the_code_says_nothing_and_is_another_in_every_survey(community, round_, official):
    first, second = planned(community, round_, official), SurveyFactory(region=community)

    codes = {households.code_of(survey, "number:d1") for survey in (first, second)}

    assert len(codes) == 2
    assert all(len(code) == 16 and "d1" not in code for code in codes)


def test_the_draw_is_shared_out_by_grid_and_keeps_substitutes_in_order(community, round_, official):
    settle(community)
    survey = drawn(planned(community, round_, official, size=20, substitutes=50), official)

    places = list(survey.households.values_list("grid", "number", "is_drawn", "status"))

    assert survey.population == sum(GRIDS.values()) == 40
    for grid, first, last in [("第1网格", 12, 18), ("第2网格", 6, 9), ("第3网格", 2, 3)]:
        own = [place[1:] for place in places if place[0] == grid]
        assert own == [(n, n <= first, "open" if n <= first else "reserve") for n in range(1, last + 1)]


def test_the_list_is_fixed_and_told_before_the_seed(community, round_, official):
    settle(community)
    survey = planned(community, round_, official)

    assert refused("no_list", lambda: draws.draw(survey, seed="彩票号码", by=official))
    draws.list_households(survey, by=official)
    assert refused("short_seed", lambda: draws.draw(survey, seed=" 1 ", by=official))
    draws.draw(survey, seed="彩票号码", by=official)

    told = list(StatusChange.objects.about(survey).values_list("new", "reason"))
    assert [new for new, _reason in told] == ["planned", "listed", "drawn"]
    assert survey.frame_hash in told[1][1]
    assert households.fingerprint(SurveyFrame.objects.get().content) == survey.frame_hash
    assert refused("wrong_status", lambda: draws.list_households(survey, by=official))
    assert refused("wrong_status", lambda: draws.draw(survey, seed="另一个号码", by=official))


def test_a_roll_that_changed_meanwhile_is_listed_again(community, round_, official):
    settle(community, {"甲": 6})
    survey = planned(community, round_, official, size=6)
    draws.list_households(survey, by=official)
    community.residents.update(household="", address="")

    assert refused("old_list", lambda: draws.draw(survey, seed="彩票号码", by=official))


def test_more_than_there_are_is_not_drawn(community, round_, official):
    settle(community, {"甲": 3})
    survey = planned(community, round_, official, size=4)
    draws.list_households(survey, by=official)

    assert refused("too_few_households", lambda: draws.draw(survey, seed="彩票号码", by=official))


def test_anybody_draws_again_from_list_and_seed(survey):
    out = StringIO()
    call_command("draw_households", survey.pk, "--check", stdout=out)

    assert "40 places drawn again, no difference" in out.getvalue()


def test_a_draw_that_was_tampered_with_is_reported(survey):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE evaluations_surveyhousehold DISABLE TRIGGER evaluations_household_done")
        else:
            cursor.execute("DROP TRIGGER evaluations_household_done_1")
        cursor.execute("UPDATE evaluations_surveyhousehold SET number = 999 WHERE number = 1")

    with pytest.raises(CommandError, match="6 differences"):
        call_command("draw_households", survey.pk, "--check", stdout=StringIO())
    with pytest.raises(CommandError, match="no survey 987654"):
        call_command("draw_households", 987654, "--check", stdout=StringIO())
