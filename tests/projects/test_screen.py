"""The big screen: one small answer for hundreds of screens, in which nothing is secret."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from projects.models import Poll, Presentation
from projects.services import presentations, screens
from tests.factories import PollFactory, ResidentFactory
from tests.voting import a_poll, an_open_poll, close, options_of, staff_of, vote, voters_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_kept():
    """Numbers of polls come again in other tests."""
    cache.clear()


def address(name, poll):
    return reverse(f"projects:{name}", args=[poll.pk])


def test_the_screen_says_who_presents_and_how_many_voted(browse):
    poll = an_open_poll(voters=4, quorum=50)
    vote(poll, [1])
    project = poll.roadshow.entries.first().project
    presentations.present(poll.roadshow, project=project, phase="speaking", by=staff_of(poll.region))

    seen = browse().get(address("screen-figures", poll)).json()

    assert (seen["status"], seen["roll"], seen["voted"], seen["needed"], seen["missing"]) == ("open", 4, 1, 2, 1)
    assert (seen["now"]["title"], seen["now"]["phase"], seen["now"]["minutes"]) == (project.title, "speaking", 5)
    assert abs(seen["now"]["since"] - time.time()) < 10
    assert seen["results"] == []


def test_before_closing_it_is_the_same_whatever_was_chosen():
    said = []
    for choices in ([[1], [1], [1]], [[2, 3], [3], [2]]):
        poll = an_open_poll(voters=3)
        vote(poll, *choices)
        seen = screens.what_is_seen(poll)
        said.append({key: value for key, value in seen.items() if not key.endswith("_at")})

    assert said[0] == said[1]
    assert said[0]["voted"] == 3
    assert not {"votes", "support", "outcome"} & set(str(said[0]).split("'"))


def test_after_closing_it_tells_the_result_from_the_last_place_up():
    poll = an_open_poll(voters=3)
    vote(poll, [1], [1, 2], [1])
    close(poll)

    seen = screens.what_is_seen(poll)

    assert [(line["title"], line["votes"], line["outcome"]) for line in seen["results"]] == [
        ("项目C", 0, "not_chosen"),
        ("项目B", 1, "not_chosen"),
        ("项目A", 3, "shortlisted"),
    ]


def test_no_query_is_asked_while_the_figures_are_fresh(browse):
    poll = an_open_poll()
    client = browse()
    client.get(address("screen-figures", poll))

    with CaptureQueriesContext(connection) as queries:
        again = client.get(address("screen-figures", poll))

    assert again.status_code == 200
    assert len(queries) == 0


def test_figures_age_within_a_second(browse):
    poll = an_open_poll()
    client = browse()
    first = client.get(address("screen-figures", poll)).json()
    vote(poll, [1])
    time.sleep(1.1)

    second = client.get(address("screen-figures", poll)).json()

    assert (first["voted"], second["voted"]) == (0, 1)


def test_what_has_not_changed_is_not_sent_again(browse):
    poll = an_open_poll()
    first = browse().get(address("screen-figures", poll))

    same = browse().get(address("screen-figures", poll), headers={"If-None-Match": first["ETag"]})

    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    assert abs(int(same["X-Now"]) / 1000 - time.time()) < 10


def test_aged_figures_are_asked_for_by_one_and_served_to_the_others():
    poll = an_open_poll()
    screens.figures(poll.pk)
    said, _until = cache.get(f"screen:{poll.pk}")
    cache.set(f"screen:{poll.pk}", (said, 0))
    cache.add(f"screen:{poll.pk}:asking", 1, timeout=5)
    vote(poll, [1])

    with CaptureQueriesContext(connection) as queries:
        served = screens.figures(poll.pk)

    assert json.loads(served)["voted"] == 0
    assert len(queries) == 0


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="threads see one another's rows on PostgreSQL")
@pytest.mark.django_db(transaction=True)
def test_a_burst_of_screens_asks_the_database_once():
    poll = an_open_poll()

    def look(_number):
        try:
            with CaptureQueriesContext(connection) as queries:
                return screens.figures(poll.pk), bool(queries)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(look, range(20)))

    assert sum(asked for _said, asked in answers) == 1
    assert len({said for said, _asked in answers}) == 1


@pytest.mark.parametrize("status", ["draft", None])
def test_there_is_no_screen_of_what_people_may_not_see(status, browse):
    poll = PollFactory(status=status) if status else Poll(pk=999_999)

    assert browse().get(address("screen-figures", poll)).status_code == 404
    assert browse().get(address("screen", poll)).status_code == 404


def test_only_a_screen_opened_by_staff_shows_the_code(browse):
    poll, other = a_poll(), a_poll()
    ticket = screens.pass_for(poll)
    at_home, in_the_hall = (browse().get(address("screen", poll), said) for said in ({}, {"pass": ticket}))

    code = browse().get(address("screen-code", poll), {"pass": ticket})

    assert "data-qr" in in_the_hall.content.decode()
    assert "data-qr" not in at_home.content.decode()
    assert ticket not in at_home.content.decode()
    assert (code.status_code, code["Content-Type"], code["Cache-Control"]) == (200, "image/svg+xml", "no-store")
    for said in ({}, {"pass": "x"}, {"pass": screens.pass_for(other)}):
        assert browse().get(address("screen-code", poll), said).status_code == 404


def test_the_code_takes_no_query(browse):
    poll = a_poll()

    with CaptureQueriesContext(connection) as queries:
        browse().get(address("screen-code", poll), {"pass": screens.pass_for(poll)})

    assert len(queries) == 0


def test_the_api_shows_the_same(api):
    poll = an_open_poll()

    assert api().get(f"/api/v1/polls/{poll.pk}/screen/").json() == json.loads(screens.figures(poll.pk))


# -- who presents


def test_present_questions_next_over_is_what_the_minutes_tell(api):
    poll = a_poll()
    client, url = api(staff_of(poll.region)), f"/api/v1/roadshows/{poll.roadshow_id}/present/"
    first, second = (entry.project_id for entry in poll.roadshow.entries.all()[:2])

    for phase, project in [("speaking", first), ("questions", first), ("speaking", second), ("over", None)]:
        assert client.post(url, {"phase": phase, "project": project}).status_code == 200

    turns = presentations.turns(poll.roadshow)
    assert [(turn.project.pk, turn.ended_at is not None) for turn in turns] == [(first, True), (second, True)]
    assert presentations.current(poll.roadshow).phase == "over"


def test_a_second_tap_does_not_start_the_clock_anew():
    poll = a_poll()
    project, by = poll.roadshow.entries.first().project, staff_of(poll.region)
    began = now() - timedelta(minutes=2)
    presentations.present(poll.roadshow, project=project, phase="speaking", by=by, at=began)

    presentations.present(poll.roadshow, project=project, phase="speaking", by=by)

    assert Presentation.objects.get().started_at == began


def test_a_project_of_another_programme_is_refused(api):
    poll, other = a_poll(), a_poll()
    project = other.roadshow.entries.first().project_id

    answer = api(staff_of(poll.region)).post(
        f"/api/v1/roadshows/{poll.roadshow_id}/present/", {"phase": "speaking", "project": project}
    )

    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "not_on_programme")


def test_who_may_not_run_it_changes_nothing(api):
    poll = an_open_poll()
    elsewhere, voter = staff_of(ResidentFactory().region), voters_of(poll)[0]
    url = f"/api/v1/roadshows/{poll.roadshow_id}/present/"

    answers = [api(who).post(url, {"phase": "over"}).status_code for who in (elsewhere, voter, None)]

    assert answers == [404, 404, 403]
    assert not Presentation.objects.exists()
    assert len(options_of(poll)) == 3
