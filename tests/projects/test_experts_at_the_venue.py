"""Experts vote by slip, at a kiosk, with help and on paper as residents do, and are counted as experts."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from communities.encryption import fingerprint
from communities.models import Refused, Reveal
from projects.models import PaperSheet, Turnout, VotingSlip
from projects.services import ballots, kiosks, papers, polls, slips
from tests.factories import ResidentFactory, UserFactory, VotingSlipFactory
from tests.voting import a_poll, an_open_poll, at_places, close, options_of, staff_of, vote

pytestmark = pytest.mark.django_db


def refusal(act):
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def at(name, poll, *args):
    return reverse(f"projects:{name}", args=args or [poll.pk])


@pytest.fixture
def experts():
    return [UserFactory(name="金大一", phone="+8613700001111"), UserFactory(name="木大二")]


@pytest.fixture
def poll(experts):
    return an_open_poll(voters=3, expert_weight=30, experts=experts)


def expert_on(poll, user):
    return poll.roll.experts().get(user=user)


def paper_for(poll, *places):
    return {"choices": at_places(poll, list(places)), "key": ballots.new_key()}


# -- slips


def test_an_expert_votes_once_by_slip_and_is_counted_as_one(poll, experts):
    by = staff_of(poll.region)
    first, second = slips.print_for_experts(poll, by=by)
    tablet, _secret = kiosks.set_up(poll, name="门口", by=by)
    vote(poll, [2])

    slips.cast(slips.find(first.secret), channel="slip", **paper_for(poll, 1))
    slips.cast(kiosks.open_paper(tablet, code=second.code), channel="kiosk", **paper_for(poll, 1))
    no = refusal(lambda: slips.cast(slips.find(first.secret), channel="slip", **paper_for(poll, 3)))
    by_phone = refusal(lambda: ballots.cast(poll, by=experts[0], **paper_for(poll, 3)))
    close(poll)

    assert (no, by_phone) == ("already_voted", "already_voted")
    assert (poll.voted, poll.ballots, poll.expert_roll, poll.expert_ballots) == (1, 1, 2, 2)
    assert [(r.votes, r.expert_votes) for r in poll.results.order_by("project")] == [(0, 2), (1, 0), (0, 0)]
    assert sorted(poll.turnout.values_list("channel", flat=True)) == ["kiosk", "phone", "slip"]


def test_a_new_slip_of_an_expert_kills_the_old_one_and_nobody_elses(poll, experts):
    by = staff_of(poll.region)
    old, other = slips.print_for_experts(poll, by=by)
    residents = slips.print_for(poll, by=by)

    (new,) = slips.print_for_experts(poll, experts=poll.experts.filter(user=experts[0]), by=by)

    assert refusal(lambda: slips.find(old.secret)) == "slip_revoked"
    assert [slips.find(each.secret).holder for each in (new, other)] == experts
    assert {slips.find(each.secret).resident for each in residents} == {each.resident for each in residents}
    assert slips.print_for_experts(poll, by=by) == slips.print_for(poll, by=by) == []


def test_a_slip_of_an_expert_who_lives_here_opens_the_experts_place_alone(experts):
    poll = a_poll(voters=1, expert_weight=30, experts=experts)
    ResidentFactory(region=poll.region, user=experts[0])
    by = staff_of(poll.region)
    as_resident = {each.holder.user: each for each in slips.print_for(poll, by=by)}[experts[0]]
    as_expert = {each.holder: each for each in slips.print_for_experts(poll, by=by)}[experts[0]]
    polls.open_(poll, by=by)

    old = refusal(lambda: slips.cast(slips.find(as_resident.secret), channel="slip", **paper_for(poll, 1)))
    slips.cast(slips.find(as_expert.secret), channel="slip", **paper_for(poll, 1))

    assert old == "not_on_roll"
    assert slips.entry_of(slips.find(as_expert.secret)).is_expert
    assert slips.entry_of(slips.find(as_resident.secret)) is None


def test_the_account_of_a_resident_on_the_roll_is_no_experts_slip(poll):
    voter = poll.roll.people().first()
    slip = VotingSlipFactory(poll=poll, resident=None, user=voter.user, secret_hash=fingerprint("x"))

    assert refusal(lambda: slips.cast(slip, channel="slip", **paper_for(poll, 1))) == "not_on_roll"


def test_a_slip_is_one_persons(poll, experts):
    for holders in ({"resident": None}, {"resident": ResidentFactory(region=poll.region), "user": experts[0]}):
        with pytest.raises(IntegrityError, match="a_slip_is_one_persons"), transaction.atomic():
            VotingSlipFactory(poll=poll, **holders)
    VotingSlipFactory(poll=poll, resident=None, user=experts[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        VotingSlipFactory(poll=poll, resident=None, user=experts[0])


def test_an_expert_is_helped_with_helper_and_witness_on_record(poll, experts):
    entry = expert_on(poll, experts[0])

    secret = slips.help_with(entry, helper="甲", witness="乙", by=staff_of(poll.region))
    slips.cast(slips.find(secret), channel="kiosk", **paper_for(poll, 1))

    noted = slips.helped(entry)
    assert (noted.user, noted.helper, noted.witness) == (experts[0], "甲", "乙")
    assert Turnout.objects.get().entry == entry


def test_staff_print_the_experts_slips_with_names_and_leave_a_record(browse, poll, experts):
    by = staff_of(poll.region)
    client, desk = browse(by), at("slip-desk", poll)

    shown = client.get(desk).content.decode()
    printed = client.post(desk, {"do": "experts"})
    (expert, _other) = poll.experts.order_by("pk")
    again = client.post(desk, {"expert": expert.pk})
    client.post(desk, {"expert": expert.pk, "do": "revoke"})

    html = printed.content.decode()
    assert ("金**" in shown, "金大一" in shown) == (True, False)
    assert [each["name"] for each in printed.context["slips"]] == ["金大一", "木大二"]
    assert (html.count(">专家</span>") == 2, "expert</span>" in html) == (True, True)
    assert [each["name"] for each in again.context["slips"]] == ["金大一"]
    assert [slip.user for slip in VotingSlip.objects.valid()] == [experts[1]]
    looks = Reveal.objects.filter(by=by)
    assert [(r.target, r.field, r.region) for r in looks.filter(object_id=expert.pk)] == [
        (expert, "user", poll.region)
    ] * 2


# -- paper


def test_an_experts_paper_is_counted_with_the_experts(poll, experts):
    by, first, second = staff_of(poll.region), UserFactory(), UserFactory()
    (theirs, spoiled) = papers.print_sheets(poll, number=2, for_experts=True, by=by)
    (ours,) = papers.print_sheets(poll, number=1, by=by)
    papers.hand_out(poll.roll.people().first(), by=by)
    for user in experts:
        papers.hand_out(expert_on(poll, user), by=by)
    close(poll)
    for person in (first, second):
        papers.enter(poll, code=theirs.code, choices=at_places(poll, [1]), by=person)
        papers.enter(poll, code=spoiled.code, choices=[], is_spoiled=True, by=person)
        papers.enter(poll, code=ours.code, choices=at_places(poll, [2]), by=person)

    polls.finish(poll, by=by)

    assert (poll.voted, poll.ballots, poll.spoiled, poll.expert_ballots) == (1, 1, 0, 1)
    assert poll.ballots_missing == 0
    assert [(r.votes, r.expert_votes) for r in poll.results.order_by("project")] == [(0, 1), (1, 0), (0, 0)]
    assert {code.replace("-", ""): voice for code, voice, *_rest in ballots.published(poll)} == {
        theirs.code: "experts",
        ours.code: "people",
    }


def test_a_sheet_of_the_wrong_pile_stops_the_count(poll, experts):
    by = staff_of(poll.region)
    (sheet,) = papers.print_sheets(poll, number=1, for_experts=True, by=by)
    papers.hand_out(poll.roll.people().first(), by=by)
    close(poll)
    for person in (UserFactory(), UserFactory()):
        papers.enter(poll, code=sheet.code, choices=at_places(poll, [1]), by=person)

    assert refusal(lambda: polls.finish(poll, by=by)) == "too_many_sheets"


def test_a_vote_without_experts_prints_no_sheets_for_them():
    poll = a_poll(voters=1)

    no = refusal(lambda: papers.print_sheets(poll, number=1, for_experts=True, by=staff_of(poll.region)))

    assert no == "no_experts"


def test_a_printed_sheet_does_not_change_its_pile(poll):
    (sheet,) = papers.print_sheets(poll, number=1, by=staff_of(poll.region))

    with pytest.raises(DatabaseError, match="sheet_voice_fixed"), transaction.atomic():
        PaperSheet.objects.filter(pk=sheet.pk).update(for_experts=True)


def test_the_experts_sheets_say_so_in_both_languages(browse, poll):
    client = browse(staff_of(poll.region))

    html = client.post(at("paper-desk", poll), {"number": 1, "for_experts": "on"}).content.decode()
    plain = client.post(at("paper-desk", poll), {"number": 1}).content.decode()

    assert [("ballot experts" in text, ">专家</span>" in text) for text in (html, plain)] == [
        (True, True),
        (False, False),
    ]
    for text in (html, plain):
        assert "Ballot paper" in text
        assert "选票" in text
        assert "Choose up to 2 projects." in text
        assert "最多 2 个项目" in text
    assert list(poll.sheets.order_by("pk").values_list("for_experts", flat=True)) == [True, False]


def test_an_expert_is_found_at_the_door_and_handed_paper(browse, poll, experts):
    client, entry = browse(staff_of(poll.region)), expert_on(poll, experts[0])

    found = client.get(at("door", poll), {"q": "金大一"}).context["page"].object_list
    page = client.get(at("voter", poll, entry.pk))
    handed = client.post(at("voter", poll, entry.pk), {"do": "paper"}, follow=True)

    assert [one.pk for one in found] == [entry.pk]
    assert (page.status_code, "金大一" in page.content.decode()) == (200, False)
    assert handed.status_code == 200
    assert (Turnout.objects.get().entry, papers.handed_out(poll)) == (entry, 1)


# -- the API and the console


def test_the_api_prints_slips_and_sheets_for_experts(api, poll, experts):
    client = api(staff_of(poll.region))
    one = poll.experts.get(user=experts[0])

    first = client.post("/api/v1/voting-slips/print/", {"poll": poll.pk, "voice": "experts", "experts": [one.pk]})
    rest = client.post("/api/v1/voting-slips/print/", {"poll": poll.pk, "voice": "experts"})
    sheets = client.post("/api/v1/paper-sheets/", {"poll": poll.pk, "number": 2, "for_experts": True})

    assert [[(each["resident"], each["name"]) for each in answer.json()] for answer in (first, rest)] == [
        [(None, "金**")],
        [(None, "木**")],
    ]
    listed = client.get("/api/v1/voting-slips/").json()["results"]
    assert {(row["name"], row["is_expert"], row["resident"]) for row in listed} == {
        ("金**", True, None),
        ("木**", True, None),
    }
    assert sheets.status_code == 201
    assert [row["for_experts"] for row in client.get("/api/v1/paper-sheets/").json()["results"]] == [True, True]


def test_the_console_lists_experts_slips_and_places_on_the_roll(browse, poll, experts):
    client = browse(staff_of(poll.region))
    slips.print_for_experts(poll, by=staff_of(poll.region))
    entry, slip = expert_on(poll, experts[0]), VotingSlip.objects.get(user=experts[0])

    for noun, pk in (("voterrollentry", entry.pk), ("votingslip", slip.pk)):
        for page in ("", f"{pk}/change/"):
            text = client.get(f"/admin/projects/{noun}/{page}").content.decode()
            assert ("金**" in text, "金大一" in text) == (True, False)


def test_nothing_but_a_slips_own_secret_finds_its_place(poll):
    first, second = slips.print_for(poll, by=staff_of(poll.region))[:2]

    slips.cast(slips.find(first.secret), channel="slip", **paper_for(poll, 1))

    assert slips.entry_of(slips.find(first.secret)).has_voted
    assert not slips.entry_of(slips.find(second.secret)).has_voted
    assert len(options_of(poll)) == 3
