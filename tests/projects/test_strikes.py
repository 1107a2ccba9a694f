"""Who works in a presenting team, or speaks for it, is struck from the roll: by whichever way, in every channel."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.timezone import localdate, now

from communities.models import Refused
from projects.models import Turnout
from projects.services import ballots, kiosks, papers, polls, slips
from teams.models import TeamMember
from teams.services import members
from tests.factories import (
    ProjectFactory,
    RegionFactory,
    ResidentFactory,
    TeamContactFactory,
    TeamMemberFactory,
    UserFactory,
)
from tests.voting import a_poll, options_of, staff_of

pytestmark = pytest.mark.django_db
PHONE = "+8613700001111"


def refusal(act):
    with pytest.raises(Refused) as no:
        act()
    return no.value


def team_of(poll):
    return poll.roadshow.entries.first().project.team


@pytest.fixture
def region():
    return RegionFactory()


@pytest.fixture
def poll(region):
    return a_poll(region, voters=1)


def struck_in(poll):
    polls.open_(poll, by=staff_of(poll.region))
    return {entry.resident_id or entry.user_id: entry.struck for entry in poll.roll.exclude(struck="")}


def test_a_member_is_known_by_the_phone_on_the_roll(region, poll):
    member = TeamMemberFactory(team=team_of(poll), phone=PHONE)
    resident = ResidentFactory(region=region, phone=PHONE)

    struck = struck_in(poll)

    assert struck == {resident.pk: f"路演队伍“{member.team}”的成员"}
    assert poll.roll_size == 1


def test_a_member_is_known_by_the_phone_of_the_account(region, poll):
    TeamMemberFactory(team=team_of(poll), phone=PHONE)
    resident = ResidentFactory(region=region, phone="", user=UserFactory(phone=PHONE))

    assert set(struck_in(poll)) == {resident.pk}


def test_a_member_is_known_by_the_account_after_the_number_changed(region, poll):
    user = UserFactory(phone="+8613700002222")
    TeamMemberFactory(team=team_of(poll), phone=PHONE, user=user)
    by_account = ResidentFactory(region=region, phone="", user=user)
    by_its_phone = ResidentFactory(region=region, phone="+8613700002222")

    assert set(struck_in(poll)) == {by_account.pk, by_its_phone.pk}


def test_members_of_teams_that_do_not_present_vote(region, poll):
    ProjectFactory(region=region, team=TeamMemberFactory(phone=PHONE).team)
    ResidentFactory(region=region, phone=PHONE)

    assert struck_in(poll) == {}


def test_nobody_leaves_a_team_in_order_to_vote(region):
    with time_machine.travel(now() - timedelta(days=3)):
        poll = a_poll(region, voters=1, opens_at=now() + timedelta(days=3), closes_at=now() + timedelta(days=4))
    team, today = team_of(poll), localdate()
    late = TeamMemberFactory(team=team, phone=PHONE)
    members.leave(late, by=staff_of(region))
    early = TeamMemberFactory(team=team, phone="+8613700003333", joined_on=today - timedelta(days=9))
    TeamMember.objects.filter(pk=early.pk).update(left_on=today - timedelta(days=5), phone="")
    resident = ResidentFactory(region=region, phone=PHONE)
    ResidentFactory(region=region, phone="+8613700003333")

    assert set(struck_in(poll)) == {resident.pk}


def test_an_expert_who_works_in_a_presenting_team_is_struck(region):
    expert = UserFactory(phone=PHONE)
    poll = a_poll(region, experts=[expert, UserFactory()], expert_weight=30)
    TeamMemberFactory(team=team_of(poll), phone=PHONE)

    assert set(struck_in(poll)) == {expert.pk}
    assert poll.expert_roll == 1


def test_who_speaks_for_the_team_is_told_so(region, poll):
    contact = TeamContactFactory(team=team_of(poll), user=UserFactory(phone=PHONE))
    TeamMemberFactory(team=contact.team, phone=PHONE)
    resident = ResidentFactory(region=region, phone=PHONE)

    assert struck_in(poll) == {resident.pk: f"路演队伍“{contact.team}”的联系人"}


def test_struck_is_struck_in_every_channel(region, poll):
    by, user = staff_of(region), UserFactory(phone=PHONE)
    TeamMemberFactory(team=team_of(poll), phone=PHONE)
    resident = ResidentFactory(region=region, phone=PHONE, user=user)
    printed = next(each for each in slips.print_for(poll, by=by) if each.resident == resident)
    tablet, _secret = kiosks.set_up(poll, name="门口", by=by)
    polls.open_(poll, by=by)
    entry, paper = poll.roll.get(resident=resident), {"choices": options_of(poll)[:1], "key": ballots.new_key()}

    no = {
        "phone": refusal(lambda: ballots.cast(poll, by=user, **paper)),
        "slip": refusal(lambda: slips.cast(slips.find(printed.secret), channel="slip", **paper)),
        "kiosk": refusal(lambda: slips.cast(kiosks.open_paper(tablet, code=printed.code), channel="kiosk", **paper)),
        "paper": refusal(lambda: papers.hand_out(entry, by=by)),
        "helped": refusal(lambda: slips.help_with(entry, helper="甲", witness="乙", by=by)),
    }

    assert {channel: refused.code for channel, refused in no.items()} == dict.fromkeys(no, "struck")
    assert all("成员" in str(refused) for refused in no.values())
    assert not Turnout.objects.exists()
    assert slips.print_for(poll, residents=[resident], by=by) == []
