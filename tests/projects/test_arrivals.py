"""Who counts as present: those who may vote; and a list at the door that nothing typed breaks."""

import pytest
from django.urls import reverse

from communities.models import Refused
from communities.services import place_codes, residents
from projects.services import polls, presences, rolls
from tests.factories import RegionFactory, ResidentFactory, TeamContactFactory, UserFactory
from tests.voting import a_poll, an_open_poll, staff_of

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


def test_once_the_roll_is_frozen_the_door_goes_by_it():
    region = RegionFactory()
    seated, late = (ResidentFactory(region=region, user=UserFactory(), is_representative=n == 0) for n in range(2))
    poll = a_poll(region, voters=0, electorate="representatives", quorum=50, quorum_counts="present")
    by = staff_of(region)
    polls.open_(poll, by=by)
    residents.dismiss(seated, by=by, reason="任期届满")
    residents.appoint(late, by=by)

    presences.check_in(poll, ticket=presences.scan(poll, code=place_codes.show(poll)), by=seated.user)
    with pytest.raises(Refused) as no:
        presences.take(poll, resident=late, by=by)

    assert no.value.code == "not_on_roll"
    assert [arrival.resident for arrival in presences.at_the_door(poll)[0]] == [seated]
    assert rolls.figures(poll).missing == 0


def test_an_expert_who_lives_here_is_let_in_and_not_counted():
    region, expert = RegionFactory(), UserFactory()
    lives_here = ResidentFactory(region=region, user=expert)
    poll = an_open_poll(region, voters=1, experts=[expert], expert_weight=30)

    presences.take(poll, resident=lives_here, by=staff_of(region))

    assert (poll.presences.count(), rolls.figures(poll).present) == (1, 0)


@pytest.mark.parametrize("typed", ["", "x", "-1", "9" * 40, "1.5"])
def test_a_number_that_is_none_is_nobody(browse, typed):
    poll = a_poll(voters=1)

    answer = browse(staff_of(poll.region)).post(reverse("projects:arrivals", args=[poll.pk]), {"resident": typed})

    assert answer.status_code == 404
    assert not poll.presences.exists()
