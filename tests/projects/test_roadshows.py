"""Roadshows: programme, order, announcement, calling off."""

import pytest

from communities.models import Refused, StatusChange
from projects.models import Project
from projects.services import polls, roadshows
from tests.factories import ProjectFactory, RoadshowFactory
from tests.voting import a_poll, an_evening, an_open_poll, staff_of

pytestmark = pytest.mark.django_db


def order_of(roadshow):
    return list(roadshow.entries.order_by("order").values_list("order", "project"))


def test_projects_are_put_on_reordered_and_taken_off():
    roadshow = RoadshowFactory()
    by = staff_of(roadshow.region)
    a, b, c = (ProjectFactory(region=roadshow.region, status="accepted") for _n in range(3))

    roadshows.arrange(roadshow, order=[a, b, c], by=by)
    roadshows.arrange(roadshow, order=[c, a], by=by)

    assert order_of(roadshow) == [(1, c.pk), (2, a.pk)]
    status = dict(Project.objects.values_list("pk", "status"))
    assert [status[p.pk] for p in (a, b, c)] == ["in_roadshow", "accepted", "in_roadshow"]


@pytest.mark.parametrize("status", ["draft", "submitted", "shortlisted", "withdrawn"])
def test_only_accepted_projects_are_put_on(status):
    roadshow = RoadshowFactory()
    project = ProjectFactory(region=roadshow.region, status=status)

    with pytest.raises(Refused):
        roadshows.arrange(roadshow, order=[project], by=staff_of(roadshow.region))

    assert order_of(roadshow) == []


def test_a_project_of_another_community_is_refused():
    roadshow, project = RoadshowFactory(), ProjectFactory(status="accepted")

    with pytest.raises(Refused) as no:
        roadshows.arrange(roadshow, order=[project], by=staff_of(roadshow.region))

    assert no.value.code == "elsewhere"


def test_the_order_by_lot_is_reproducible_and_on_record():
    roadshow = an_evening(projects=6)
    by = staff_of(roadshow.region)

    roadshows.draw_order(roadshow, seed="12 05 33", by=by)
    first = order_of(roadshow)
    roadshows.draw_order(roadshow, seed="8", by=by)
    roadshows.draw_order(roadshow, seed="12 05 33", by=by)

    assert order_of(roadshow) == first
    assert "12 05 33" in StatusChange.objects.about(roadshow).last().reason


def test_an_empty_programme_is_not_announced():
    roadshow = RoadshowFactory()

    with pytest.raises(Refused) as no:
        roadshows.announce(roadshow, by=staff_of(roadshow.region))

    assert no.value.code == "no_entries"


def test_called_off_its_projects_are_free_and_its_poll_is_off():
    poll = a_poll()
    roadshow, by = poll.roadshow, staff_of(poll.region)

    roadshows.cancel(roadshow, by=by, reason="台风")

    poll.refresh_from_db()
    assert (roadshow.status, poll.status) == ("cancelled", "cancelled")
    assert set(Project.objects.values_list("status", flat=True)) == {"accepted"}
    with pytest.raises(Refused):
        roadshows.edit(roadshow, by=by, title="x")


def test_it_is_not_called_off_while_its_poll_is_open():
    poll = an_open_poll()
    by = staff_of(poll.region)
    with pytest.raises(Refused) as no:
        roadshows.cancel(poll.roadshow, by=by, reason="台风")

    polls.cancel(poll, by=by, reason="台风")
    roadshows.cancel(poll.roadshow, by=by, reason="台风")

    assert no.value.code == "poll_under_way"
