"""Nobody sees the marks of others while a round is open, nor any figure made of them: every address, every role."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from communities.grants import Role
from evaluations.models import Rating, ScoreSheet
from evaluations.services import meetings, recusals, rounds, sheets
from tests.evaluations.season import SEATS, drafted_round, give, official_of, running_project
from tests.factories import TeamContactFactory
from tests.invariants.test_02_secret_until_closed_and_forever import routes

pytestmark = pytest.mark.django_db
# Everybody gives the same odd mark: it is any mean as well, and ten times as much any total.
MARK, WORDS = "7.13", "只有评分人自己看得到的话"
TOLD = re.compile(rf"(?<![\d.]){re.escape(MARK)}0*(?!\d)|(?<![\d.])71\.30*(?!\d)|{WORDS}")
NEAR = re.compile(
    "evaluat|scor|rating|mark|committee|round|meeting|agenda|vote|declar|recus|plan|brand|survey|appeal|warn"
)


@pytest.fixture
def scored(street, community):
    """An open round of one project: all but the last member have handed in, the last has begun; a meeting is called."""
    official, project = official_of(street), running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7), seats=[*SEATS, *SEATS])
    rounds.open_(round_, by=official)
    mine = list(ScoreSheet.objects.filter(rating__round=round_).order_by("pk"))
    for sheet in mine:
        filled = give(sheet, MARK, MARK, note=WORDS)
        if sheet != mine[-1]:
            sheets.submit(filled, by=filled.member.user)
    # Being computed before the closing is no reason to be shown.
    recusals.recuse(mine[0].member.user, project=project, region=street, reason="亲属", by=official)
    meetings.plan(round_, starts_at=now(), place="会议室", by=official)
    return round_


def people(round_, person):
    """Those who might get to see something, each with the number of their own sheet."""
    street, [project] = round_.region, [rating.project for rating in round_.ratings.select_related("project__team")]
    mine = list(ScoreSheet.objects.filter(rating__round=round_).select_related("member__user").order_by("pk"))
    return {
        "staff": (official_of(street), None),
        "observer": (person(Role.OBSERVER, street), None),
        "administrator": (person(Role.ADMINISTRATOR, street), None),
        "community": (person(Role.COMMUNITY_STAFF, project.region), None),
        "team": (TeamContactFactory(team=project.team).user, None),
        "member who is done": (mine[1].member.user, mine[1].pk),
        "member who has begun": (mine[-1].member.user, mine[-1].pk),
        "nobody": (None, None),
    }


WHO = [
    "staff",
    "observer",
    "administrator",
    "community",
    "team",
    "member who is done",
    "member who has begun",
    "nobody",
]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="a long walk, which finds the same on SQLite")
@pytest.mark.parametrize("who", WHO)
def test_no_address_tells_a_mark_or_a_mean_of_an_open_round(who, scored, browse, person):
    user, own = people(scored, person)[who]
    client, seen, told = browse(user), 0, []
    client.raise_request_exception = False
    others = set(ScoreSheet.objects.exclude(pk=own).values_list("pk", flat=True)[:2])
    numbers = {scored.pk, scored.committee_id, scored.scheme_id, *scored.ratings.values_list("pk", flat=True)}
    numbers |= set(scored.meetings.values_list("pk", flat=True))

    for path in sorted({*routes()}):
        near = others if re.search("scor|sheet", path) else numbers if NEAR.search(path) else set()
        for number in near if "{pk}" in path else [0]:
            answer = client.get("/" + path.format(pk=number))
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            told += [path] if TOLD.search(body.decode(errors="ignore")) else []
            seen += answer.status_code == 200

    assert told == []
    assert seen > 5
    assert connection.vendor == "postgresql"


def test_the_walk_would_find_what_is_told(scored, browse, person):
    """The same look finds one's own marks on one's own sheet, and all of them once the round is closed."""
    user, own = people(scored, person)["member who has begun"]
    staff = official_of(scored.region)
    assert TOLD.search(browse(user).get(f"/scoring/{own}/").content.decode())
    rating = Rating.objects.get()
    assert not TOLD.search(browse(staff).get(f"/admin/evaluations/rating/{rating.pk}/change/").content.decode())

    rounds.close(scored, by=staff)

    assert TOLD.search(browse(staff).get(f"/admin/evaluations/rating/{rating.pk}/change/").content.decode())
    assert TOLD.search(browse(staff).get(f"/api/v1/score-sheets/{own - 1}/").content.decode())


@pytest.mark.parametrize("who", ["staff", "observer", "member who is done", "member who has begun"])
def test_filters_and_orders_of_the_api_tell_nothing_either(who, scored, api, person):
    user, _own = people(scored, person)[who]
    client = api(user)

    for asked in ({"ordering": "total"}, {"grade": "3A"}, {"marks__value": MARK}, {"search": WORDS}):
        assert not TOLD.search(client.get("/api/v1/ratings/", asked).content.decode())
        assert not TOLD.search(client.get("/api/v1/score-sheets/", asked).content.decode())
    assert client.get("/api/v1/ratings/", {"grade": "3A"}).data["results"] == []
