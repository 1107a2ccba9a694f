"""Voting slips: printed by staff and shown once; with one somebody votes without an account."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from communities.grants import Role
from communities.models import Reveal
from projects.models import Turnout, VotingSlip
from projects.models.ballots import Ballot
from projects.services import ballots, polls, rolls, slips
from tests.voting import a_poll, an_open_poll, close, options_of, receipt_on, staff_of

pytestmark = pytest.mark.django_db


def desk(poll):
    return reverse("projects:slip-desk", args=[poll.pk])


def page(secret):
    return reverse("projects:slip", args=[secret])


def printed_for_one(poll):
    return slips.print_for(poll, residents=[poll.roll.first().resident], by=staff_of(poll.region))[0]


def post(client, secret, step, *choices, key=None):
    return client.post(page(secret), {"step": step, "choices": choices, "key": key or ballots.new_key()})


# -- printing


def test_staff_print_a_slip_for_everybody_once(browse):
    poll = a_poll(voters=3)
    staff = staff_of(poll.region)
    client = browse(staff)

    sheets = client.post(desk(poll))
    again = client.post(desk(poll))

    html = sheets.content.decode()
    names = sorted(slip.resident.name for slip in poll.slips.all())
    assert sorted(each["name"] for each in sheets.context["slips"]) == names
    assert all(each["name"] in html and each["slip"].code[:3] in html for each in sheets.context["slips"])
    assert html.count("<svg") >= 3
    assert again.context["slips"] == []
    assert "no-store" in sheets["Cache-Control"]
    assert sorted(Reveal.objects.values_list("object_id", "field")) == sorted(
        (slip.resident_id, "name") for slip in poll.slips.all()
    )
    assert set(Reveal.objects.values_list("by", flat=True)) == {staff.pk}


def test_many_slips_are_printed_in_parts(browse, monkeypatch):
    poll = a_poll(voters=3)
    client = browse(staff_of(poll.region))
    monkeypatch.setattr("projects.views.slips.AT_ONCE", 2)

    parts = [{each["name"] for each in client.post(desk(poll)).context["slips"]} for _time in range(3)]

    assert [len(part) for part in parts] == [2, 1, 0]
    assert parts[0].isdisjoint(parts[1])


def test_what_was_printed_is_on_no_page_afterwards(browse):
    poll = a_poll(voters=1)
    client = browse(staff_of(poll.region))
    (each,) = client.post(desk(poll)).context["slips"]

    for name in ("slip-desk", "hall", "door", "kiosk-desk"):
        html = client.get(reverse(f"projects:{name}", args=[poll.pk])).content.decode()
        assert each["slip"].secret not in html
        assert each["slip"].code not in html
        assert each["name"] not in html


def test_one_person_gets_a_new_slip_and_the_old_one_dies(browse):
    poll = an_open_poll(voters=2)
    client = browse(staff_of(poll.region))
    old = printed_for_one(poll)

    answer = client.post(desk(poll), {"resident": old.resident.pk})

    (new,) = answer.context["slips"]
    assert client.get(page(old.secret)).status_code == 409
    assert client.get(page(new["slip"].secret)).status_code == 200


def test_a_lost_slip_is_revoked(browse):
    poll = an_open_poll(voters=1)
    old = printed_for_one(poll)

    for _time in range(2):
        browse(staff_of(poll.region)).post(desk(poll), {"resident": old.resident.pk, "do": "revoke"})

    assert not VotingSlip.objects.valid().exists()
    assert browse(None).get(page(old.secret)).status_code == 409


def test_the_wrong_role_and_the_neighbour_find_no_slips(browse, person, neighbour):
    poll = a_poll(voters=1)
    others = [
        person(Role.OBSERVER, poll.region),
        person(Role.COMMUNITY_STAFF, neighbour),
        person(Role.RESIDENT, poll.region),
    ]

    answers = [browse(user).post(desk(poll)).status_code for user in others]

    assert answers == [404, 404, 404]
    assert browse(None).post(desk(poll)).status_code == 302
    assert not VotingSlip.objects.exists()


def test_after_the_vote_no_slip_is_printed(browse):
    poll = an_open_poll(voters=1)
    close(poll)

    assert browse(staff_of(poll.region)).post(desk(poll)).status_code == 409


def test_somebody_is_found_by_the_whole_name(browse):
    poll = a_poll(voters=3)
    wanted = rolls.electorate(poll).first()
    type(wanted).objects.filter(pk=wanted.pk).update(name="欧阳一一")

    found = browse(staff_of(poll.region)).get(desk(poll), {"q": "欧阳一一"}).context["page"].object_list

    assert [resident.pk for resident in found] == [wanted.pk]


# -- voting


def test_choose_look_over_cast_without_an_account(browse):
    poll = an_open_poll(voters=2)
    slip, client = printed_for_one(poll), browse(None)
    first, _second, third = options_of(poll)

    paper = client.get(page(slip.secret))
    key = paper.context["form"]["key"].value()
    review = post(client, slip.secret, "review", first, third, key=key)
    receipt = post(client, slip.secret, "cast", first, third, key=key)
    again = post(client, slip.secret, "cast", first, third, key=key)

    assert [option.project_id for option, _points in review.context["form"].chosen] == [first, third]
    assert Ballot.objects.get().choices == sorted([first, third])
    assert ballots.as_shown(Ballot.objects.get().receipt) in receipt.content.decode()
    assert receipt_on(again) == receipt_on(receipt) != ""
    assert Turnout.objects.get().channel == "slip"
    assert client.get(page(slip.secret)).context["place"] == "voted"
    for answer in (paper, review, receipt):
        assert "no-store" in answer["Cache-Control"]
        assert answer["Referrer-Policy"] == "strict-origin"
        assert f'href="{page(slip.secret)}' not in answer.content.decode()


def test_a_slip_before_the_opening_says_when(browse):
    poll = a_poll(voters=1)
    (slip,) = slips.print_for(poll, by=staff_of(poll.region))

    answer = browse(None).get(page(slip.secret))

    assert (answer.status_code, answer.context["place"]) == (200, "not_open")


def test_too_late_is_said_and_nothing_is_counted(browse):
    poll = an_open_poll(voters=1)
    slip = printed_for_one(poll)

    with time_machine.travel(now() + timedelta(hours=2), tick=False):
        answer = post(browse(None), slip.secret, "cast", *options_of(poll)[:1])

    assert answer.status_code == 409
    assert not Ballot.objects.exists()


@pytest.mark.parametrize("secret", ["x" * 22, "-", "%00", "字"])
def test_an_unknown_slip_is_told_kindly(secret, browse):
    answer = browse(None).get(page(secret))

    assert answer.status_code in {400, 409}


def test_a_slip_may_replace_its_ballot_on_its_own_device(browse):
    poll = an_open_poll(voters=1, may_replace=True)
    slip, client = printed_for_one(poll), browse(None)
    first, second, _third = options_of(poll)
    client.post(page(slip.secret), {"step": "cast", "choices": [first], "key": ballots.new_key(), "keep": 1})

    again = client.get(page(slip.secret))
    fields = {name: again.context["form"][name].value() for name in ("key", "replaces")}
    client.post(page(slip.secret), {"step": "cast", "choices": [second], **fields})

    assert again.context["place"] == "replace"
    assert browse(None).get(page(slip.secret)).context["place"] == "voted"
    assert Ballot.objects.get().choices == [second]


def test_the_secret_is_in_no_log(browse, caplog):
    poll = an_open_poll(voters=1)
    slip = printed_for_one(poll)

    with caplog.at_level("DEBUG"):
        post(browse(None), slip.secret, "cast", *options_of(poll)[:1])

    lines = [record for record in caplog.records if record.name == "xiaoxiang.requests"]
    assert [record.fields["route"] for record in lines] == ["v/<str:secret>/"]
    assert not [record for record in lines if slip.secret in str(record.__dict__)]


@pytest.mark.parametrize("refused", ["without the page's token", "twice", "revoked"])
def test_nor_when_the_vote_is_refused(refused, browse, caplog):
    poll = an_open_poll(voters=1)
    slip, one = printed_for_one(poll), options_of(poll)[:1]
    client = Client(enforce_csrf_checks=True) if refused == "without the page's token" else browse(None)
    if refused == "twice":
        post(client, slip.secret, "cast", *one)
    if refused == "revoked":
        slips.revoke(poll.slips.get(), by=staff_of(poll.region))

    answer = post(client, slip.secret, "cast", *one)

    assert answer.status_code in {403, 409}
    assert slip.secret not in caplog.text


def test_who_may_not_vote_any_more_is_told_why(browse):
    poll = a_poll(voters=2)
    by = staff_of(poll.region)
    slip = slips.print_for(poll, by=by)[0]
    type(slip.resident).objects.filter(pk=slip.resident.pk).update(status="left")
    polls.open_(poll, by=by)

    assert browse(None).get(page(slip.secret)).context["place"] == "not_on_roll"
