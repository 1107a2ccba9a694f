"""Who counts as present: those who may vote; and a list at the door that nothing typed breaks."""

import pytest
from django.urls import reverse

from projects.services import polls, presences, rolls
from tests.factories import ResidentFactory, TeamContactFactory, UserFactory
from tests.voting import a_poll, staff_of

pytestmark = pytest.mark.django_db


def test_who_was_struck_is_not_counted_as_present_before_the_close_either():
    poll = a_poll(voters=2, quorum=50, quorum_counts="present")
    by, contact = staff_of(poll.region), UserFactory()
    TeamContactFactory(team=poll.roadshow.entries.first().project.team, user=contact)
    struck = ResidentFactory(region=poll.region, user=contact)
    for resident in poll.region.residents.all():
        presences.take(poll, resident=resident, by=by)
    polls.open_(poll, by=by)

    live = rolls.figures(poll).present
    polls.close(poll, by=by, reason="到点")

    assert poll.roll.get(resident=struck).struck
    assert (live, poll.present) == (2, 2)


def test_before_the_roll_is_frozen_all_who_came_are_counted():
    poll = a_poll(voters=2)
    presences.take(poll, resident=poll.region.residents.first(), by=staff_of(poll.region))

    assert rolls.figures(poll).present == 1


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 40, "1.5"])
def test_a_number_that_is_none_is_nobody(browse, typed):
    poll = a_poll(voters=1)

    answer = browse(staff_of(poll.region)).post(reverse("projects:arrivals", args=[poll.pk]), {"resident": typed})

    assert answer.status_code == 404
    assert not poll.presences.exists()
