"""Paper counted in by two people, slips and kiosks: other ways to the same one ballot."""

import pytest
from django.db import DatabaseError, transaction

from communities.encryption import fingerprint
from communities.models import Refused
from projects.models import PaperEntry, Turnout, VotingSlip
from projects.models.ballots import Ballot, Voter
from projects.services import ballots, kiosks, papers, polls, rolls, slips
from tests.factories import UserFactory
from tests.voting import a_poll, an_open_poll, at_places, close, options_of, outcomes_of, staff_of, vote, voters_of

pytestmark = pytest.mark.django_db


def refusal(act):
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


# -- paper


class Hall:
    """A poll in which the last voters were given paper, and two who count it in."""

    def __init__(self, *, on_paper=3, voters=6, **rule):
        self.poll = an_open_poll(voters=voters, **rule)
        self.staff = staff_of(self.poll.region)
        self.first, self.second, self.third = (UserFactory() for _n in range(3))
        self.sheets = papers.print_sheets(self.poll, number=on_paper + 2, by=self.staff)
        self.on_paper = list(self.poll.roll.order_by("-pk")[:on_paper])
        for entry in self.on_paper:
            papers.hand_out(entry, by=self.staff)

    def read(self, number, said, *, by, **fields):
        return papers.enter(
            self.poll, code=self.sheets[number].code, choices=at_places(self.poll, said), by=by, **fields
        )

    def both_read(self, number, said, **fields):
        for person in (self.first, self.second):
            self.read(number, said, by=person, **fields)

    def finish(self):
        polls.finish(self.poll, by=self.staff)


def test_paper_and_phone_are_one_count():
    hall = Hall()
    vote(hall.poll, [1], [2])
    close(hall.poll)
    assert hall.poll.status == "counting"
    for number, said in enumerate([[2], [2, 3], [1]]):
        hall.both_read(number, said)

    hall.finish()

    poll = hall.poll
    assert (poll.status, poll.voted, poll.ballots, poll.spoiled) == ("settled", 5, 5, 0)
    assert [poll.results.get(project=p).votes for p in options_of(poll)] == [2, 3, 1]
    assert ballots.find(poll, receipt=hall.sheets[1].code) == dict.fromkeys(options_of(poll)[1:], 1)
    assert poll.seal == ballots.digest(poll)[1]


def test_who_was_given_paper_votes_no_other_way_and_the_reverse():
    hall = Hall(on_paper=1, voters=2)
    phone, paper = voters_of(hall.poll)

    by_phone = lambda who: ballots.cast(hall.poll, choices=options_of(hall.poll)[:1], key=ballots.new_key(), by=who)  # noqa: E731
    by_phone(phone)

    assert refusal(lambda: by_phone(paper)) == "already_voted"
    assert refusal(lambda: papers.hand_out(hall.poll.roll.get(user=phone), by=hall.staff)) == "already_voted"
    assert list(hall.poll.turnout.values_list("channel", flat=True).order_by("channel")) == ["paper", "phone"]


def test_where_two_read_differently_a_third_look_decides():
    hall = Hall(on_paper=1)
    close(hall.poll)
    hall.read(0, [1], by=hall.first)
    hall.read(0, [2], by=hall.second)
    assert [sheet.differs for sheet in papers.sheets(hall.poll)] == [True]
    assert refusal(hall.finish) == "another_look"

    hall.read(0, [2], by=hall.third)
    hall.finish()

    assert outcomes_of(hall.poll) == ["not_chosen", "shortlisted", "not_chosen"]


@pytest.mark.parametrize("looks", [[[1], [2], [2], [1]], [[2], [1], [2], [1]], [[1], [2], [3], [2], [1]]])
def test_two_against_two_are_no_agreement_whoever_looked_first(looks):
    hall = Hall(on_paper=1)
    close(hall.poll)
    for said in looks:
        hall.read(0, said, by=UserFactory())

    assert [(sheet.is_agreed, sheet.reading) for sheet in papers.sheets(hall.poll)] == [(False, None)]
    assert refusal(hall.finish) == "another_look"
    hall.read(0, [1], by=UserFactory())
    hall.finish()

    assert outcomes_of(hall.poll) == ["shortlisted", "not_chosen", "not_chosen"]


def test_a_sheet_is_set_aside_while_it_is_counted_in_and_not_afterwards():
    hall = Hall(on_paper=1)
    close(hall.poll)
    as_seen_before = type(hall.poll).objects.get(pk=hall.poll.pk)
    hall.both_read(0, [1])
    hall.finish()

    assert refusal(lambda: papers.set_aside(as_seen_before, code=hall.sheets[0].code, reason="x", by=hall.staff))
    assert not hall.poll.sheets.exclude(set_aside="").exists()


def test_paper_that_did_not_come_back_does_not_make_the_quorum():
    hall = Hall(on_paper=3, quorum=50)
    vote(hall.poll, [1])
    close(hall.poll)
    hall.both_read(0, [1])

    hall.finish()

    poll = hall.poll
    assert (poll.status, poll.votes_needed, poll.heard, poll.ballots_missing) == ("failed", 3, 2, 2)
    assert rolls.figures(poll).missing == 1


def test_one_look_is_not_enough_and_nobody_looks_twice():
    hall = Hall(on_paper=1)
    close(hall.poll)
    hall.read(0, [1], by=hall.first)

    assert refusal(lambda: hall.read(0, [1], by=hall.first)) == "one_look_each"
    assert refusal(hall.finish) == "another_look"


def test_a_spoiled_paper_counts_as_a_voter_and_for_nobody():
    hall = Hall(on_paper=2, quorum=30)
    close(hall.poll)
    hall.both_read(0, [], is_spoiled=True)
    hall.both_read(1, [3])

    hall.finish()

    assert (hall.poll.voted, hall.poll.ballots, hall.poll.spoiled, hall.poll.ballots_missing) == (2, 1, 1, 0)


def test_more_paper_than_was_handed_out_stops_the_count_until_it_is_set_aside():
    hall = Hall(on_paper=1)
    close(hall.poll)
    hall.both_read(0, [1])
    hall.both_read(1, [2])
    assert refusal(hall.finish) == "too_many_sheets"

    papers.set_aside(hall.poll, code=hall.sheets[1].code, reason="不是本场发出的选票", by=hall.staff)
    hall.finish()

    assert outcomes_of(hall.poll)[0] == "shortlisted"
    assert hall.poll.ballots == 1


@pytest.mark.parametrize(
    ("said", "code"), [([1, 2, 3], "too_many"), ([], "nothing_chosen"), ({1: 1}, "wrong_ballot_type")]
)
def test_what_does_not_fit_the_rule_is_told_to_who_reads_it(said, code):
    hall = Hall(on_paper=1)
    close(hall.poll)

    assert refusal(lambda: hall.read(0, said, by=hall.first)) == code
    assert not PaperEntry.objects.exists()


def test_nothing_is_counted_in_while_people_vote_nor_under_an_unknown_code():
    hall = Hall(on_paper=1)
    early = refusal(lambda: hall.read(0, [1], by=hall.first))
    with pytest.raises(DatabaseError, match="not_counting"), transaction.atomic():
        PaperEntry.objects.create(sheet=hall.sheets[0], by=hall.first, choices=[1])
    close(hall.poll)

    assert early == "not_counting"
    assert refusal(lambda: papers.enter(hall.poll, code="XXXX", choices=[1], by=hall.first)) == "unknown"


def test_nobody_counts_before_the_papers_are_in():
    hall = Hall(on_paper=1)
    vote(hall.poll, [1])
    close(hall.poll)

    for look in [ballots.tally, ballots.digest, lambda poll: ballots.find(poll, receipt="X")]:
        assert refusal(lambda look=look: look(hall.poll)) == "not_closed"


def test_nobody_votes_while_the_papers_are_counted_in():
    hall = Hall(on_paper=1)
    close(hall.poll)

    assert refusal(lambda: vote(hall.poll, [1])) == "poll_not_open"
    assert refusal(lambda: papers.hand_out(hall.poll.roll.first(), by=hall.staff)) == "poll_not_open"


# -- slips


def with_slip(poll, slip, said, *, key=None, channel="slip"):
    fields = {"choices": at_places(poll, said), "key": key or ballots.new_key(), "channel": channel}
    return ballots.cast_for(poll, Voter.slip("secret_hash", fingerprint(slip.secret)), **fields)


def test_a_slip_printed_before_the_opening_votes_once():
    poll = a_poll(voters=2)
    by = staff_of(poll.region)
    slip, _other = slips.print_for(poll, by=by)
    polls.open_(poll, by=by)

    receipt = with_slip(poll, slip, [1], key="k" * 22)

    assert with_slip(poll, slip, [1], key="k" * 22) == receipt
    assert refusal(lambda: with_slip(poll, slip, [2])) == "already_voted"
    assert Turnout.objects.get().channel == "slip"
    assert Turnout.objects.get().entry.resident == slip.resident
    assert Ballot.objects.count() == 1


def test_what_stands_on_a_slip_is_stored_nowhere():
    poll = a_poll(voters=1)
    (printed,) = slips.print_for(poll, by=staff_of(poll.region))

    stored = VotingSlip.objects.values().get()

    assert not {printed.secret, printed.code} & {str(value) for value in stored.values()}
    assert printed.code not in str(stored["code_hash"])


def test_a_new_slip_kills_the_old_one():
    poll = a_poll(voters=1)
    by = staff_of(poll.region)
    (old,) = slips.print_for(poll, by=by)
    (new,) = slips.print_for(poll, residents=[old.resident], by=by)
    polls.open_(poll, by=by)

    assert refusal(lambda: slips.find(old.secret)) == "slip_revoked"
    assert refusal(lambda: with_slip(poll, old, [1])) == "not_on_roll"
    assert with_slip(poll, new, [1])


def test_a_lost_slip_is_revoked_and_an_invented_one_unknown():
    poll = a_poll(voters=1)
    (printed,) = slips.print_for(poll, by=staff_of(poll.region))

    slips.revoke(VotingSlip.objects.get(), by=staff_of(poll.region))

    assert refusal(lambda: slips.find(printed.secret)) == "slip_revoked"
    assert refusal(lambda: slips.find("x" * 22)) == "no_slip"


def test_printing_all_again_makes_slips_for_those_only_who_have_none():
    poll = a_poll(voters=3)
    by = staff_of(poll.region)

    assert [len(slips.print_for(poll, by=by)) for _n in range(2)] == [3, 0]


def test_a_kiosk_opens_a_paper_for_six_digits_and_waits_after_five_wrong_ones():
    poll = an_open_poll(voters=1)
    by = staff_of(poll.region)
    (printed,) = slips.print_for(poll, by=by)
    kiosk, secret = kiosks.set_up(poll, name="一号", by=by)
    wrong = "000000" if printed.code != "000000" else "000001"

    assert kiosks.find(secret, poll=poll) == kiosk
    assert kiosks.open_paper(kiosk, code=printed.code).resident == printed.resident
    assert [refusal(lambda: kiosks.open_paper(kiosk, code=wrong)) for _n in range(6)] == ["no_slip"] * 5 + ["locked"]
    assert refusal(lambda: kiosks.open_paper(kiosk, code=printed.code)) == "locked"
    again, _secret = kiosks.set_up(poll, name="二号", by=by)
    assert kiosks.open_paper(again, code=printed.code)


def test_a_kiosk_out_of_service_opens_nothing():
    poll = an_open_poll(voters=1)
    kiosk, secret = kiosks.set_up(poll, name="一号", by=staff_of(poll.region))

    kiosks.end(kiosk, by=staff_of(poll.region))

    assert kiosks.find(secret, poll=poll) is None


def test_the_code_of_another_poll_is_unknown():
    poll, other = an_open_poll(voters=1), an_open_poll(voters=1)
    (printed,) = slips.print_for(other, by=staff_of(other.region))
    kiosk, _secret = kiosks.set_up(poll, name="一号", by=staff_of(poll.region))

    assert refusal(lambda: kiosks.open_paper(kiosk, code=printed.code)) == "no_slip"


# -- helped


def test_a_helped_vote_names_helper_and_witness_and_never_the_choice():
    poll = an_open_poll(voters=1)
    entry = poll.roll.get()

    secret = slips.help_with(entry, helper="王帮办", witness="李见证", by=staff_of(poll.region))
    voter = Voter.slip("secret_hash", fingerprint(secret))
    ballots.cast_for(poll, voter, choices=at_places(poll, [2]), key=ballots.new_key(), channel="kiosk")

    slip = VotingSlip.objects.get()
    assert (slip.is_helped, slip.helper, slip.witness) == (True, "王帮办", "李见证")
    assert Ballot.objects.get().choices == [options_of(poll)[1]]
    assert (
        refusal(lambda: slips.help_with(entry, helper="王帮办", witness="李见证", by=staff_of(poll.region)))
        == "already_voted"
    )


@pytest.mark.parametrize(("helper", "witness"), [("", "李见证"), ("王帮办", ""), ("王帮办", "王帮办")])
def test_help_needs_two_people(helper, witness):
    entry = an_open_poll(voters=1).roll.get()

    assert refusal(lambda: slips.help_with(entry, helper=helper, witness=witness, by=UserFactory())) == "two_people"
