"""The pages of an appeal in Chromium: sound for the team and a reviewer, in both languages and large type."""

import pytest

from evaluations.services import reviews
from tests.evaluations.appeal import file, low_rating, odd_number, opine
from tests.evaluations.season import official_of
from tests.factories import TeamContactFactory

READINGS = [{}, {"language": "en"}, {"elder": True, "width": 360}, {"width": 1366}]


@pytest.fixture
def official(street):
    return official_of(street)


@pytest.fixture
def rating(street, community, official):
    return low_rating(street, community, official)


def look(page, violations, who, path):
    for reading in READINGS:
        here = page(who, **reading)
        here.goto(path)
        assert violations(here) == {}, path
        width = here.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0, f"{path} sticks out by {width}"


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_an_appeal_are_sound(page, violations, official, rating):
    contact = TeamContactFactory(team=rating.project.team).user
    look(page, violations, contact, f"/ratings/{rating.pk}/")
    look(page, violations, contact, f"/ratings/{rating.pk}/appeal/")
    appeal = file(rating, contact, members=[odd_number(rating)], reason="三次上门陪护都有签到表，入户评分没有计入。")
    look(page, violations, contact, f"/appeals/{appeal.pk}/")
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=official)
    first = appeal.reviewers.select_related("member__user").first()
    look(page, violations, first.member.user, "/reviews/")
    look(page, violations, first.member.user, f"/reviews/{first.pk}/")
    opine(appeal, True, True, True)
    look(page, violations, first.member.user, f"/reviews/{first.pk}/")
