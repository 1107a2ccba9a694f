"""The pages of an appeal in Chromium: sound for the team and a reviewer, in both languages and large type."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from evaluations.models import Rating, ScoreSheet
from evaluations.services import numbers, reviews, rounds, sheets
from tests.evaluations.season import drafted_round, give, official_of, running_project
from tests.evaluations.test_appeals import file, opine
from tests.factories import TeamContactFactory

READINGS = [{}, {"language": "en"}, {"elder": True, "width": 360}, {"width": 1366}]


@pytest.fixture
def official(street):
    return official_of(street)


@pytest.fixture
def rating(street, community, official):
    running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7))
    rounds.open_(round_, by=official)
    for sheet in ScoreSheet.objects.all():
        values = (2, 2) if sheet.member.group == "residents" else (8, 9)
        sheets.submit(give(sheet, *values), by=sheet.member.user)
    rounds.close(round_, by=official)
    rounds.announce(round_, by=official)
    return Rating.objects.select_related("round__scheme", "region", "project__team").get()


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
    odd = next(k for k, member in numbers.members_of(rating).items() if member.group == "residents")
    appeal = file(rating, contact, members=[odd], reason="三次上门陪护都有签到表，入户评分没有计入。")
    look(page, violations, contact, f"/appeals/{appeal.pk}/")
    reviews.begin(appeal, members=list(reviews.able(appeal)), by=official)
    first = appeal.reviewers.select_related("member__user").first()
    look(page, violations, first.member.user, "/reviews/")
    look(page, violations, first.member.user, f"/reviews/{first.pk}/")
    opine(appeal, True, True, True)
    look(page, violations, first.member.user, f"/reviews/{first.pk}/")
