"""At the announced closing time the vote is over, whether or not anybody has closed it yet."""

from datetime import timedelta

import pytest
import time_machine

from communities.models import Refused
from projects.services import ballots, papers, polls, slips
from tests.voting import an_open_poll, options_of, staff_of, voters_of

pytestmark = pytest.mark.django_db
MOMENT = timedelta(milliseconds=1)


def by_phone(poll):
    ballots.cast(poll, choices=options_of(poll)[:1], key=ballots.new_key(), by=voters_of(poll)[0])


def by_slip(poll):
    (printed,) = slips.print_for(poll, residents=[poll.roll.first().resident], by=staff_of(poll.region))
    paper = {"choices": options_of(poll)[:1], "key": ballots.new_key(), "channel": "slip"}
    slips.cast(slips.find(printed.secret), **paper)


def on_paper(poll):
    papers.hand_out(poll.roll.select_related("poll").first(), by=staff_of(poll.region))


def for_longer(poll):
    polls.extend(poll, until=poll.closes_at + timedelta(minutes=10), reason="排队", by=staff_of(poll.region))


@pytest.mark.parametrize("act", [by_phone, by_slip, on_paper, for_longer])
def test_a_moment_before_it_is_possible_and_then_no_more(act):
    poll, late = an_open_poll(), an_open_poll()

    with time_machine.travel(poll.closes_at - MOMENT, tick=False):
        act(poll)
    with pytest.raises(Refused) as no, time_machine.travel(late.closes_at, tick=False):
        act(late)

    late.refresh_from_db()
    assert no.value.code in {"poll_not_open", "too_late"}
    assert (late.turnout.count(), late.extended_from) == (0, None)


def test_the_reason_to_close_is_needed_until_then():
    poll = an_open_poll()
    by = staff_of(poll.region)

    with pytest.raises(Refused) as no:
        polls.close(poll, by=by, at=poll.closes_at - MOMENT)
    polls.close(poll, by=by, at=poll.closes_at)

    assert no.value.code == "reason_needed"
    assert poll.is_counted
