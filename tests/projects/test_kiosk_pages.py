"""The kiosk: set up by staff, opened by six digits, back at the start by itself, keeping nothing; and helped votes."""

import pytest
from django.conf import settings
from django.urls import reverse

from communities.grants import Role
from projects.models import Kiosk, Turnout, VotingSlip
from projects.models.ballots import Ballot
from projects.services import ballots, kiosks, slips
from tests.voting import a_poll, an_open_poll, close, options_of, receipt_on, staff_of, vote

pytestmark = pytest.mark.django_db


def start(poll):
    return reverse("projects:kiosk", args=[poll.pk])


def desk(poll):
    return reverse("projects:kiosk-desk", args=[poll.pk])


@pytest.fixture
def poll():
    return an_open_poll(voters=3)


@pytest.fixture
def printed(poll):
    return slips.print_for(poll, by=staff_of(poll.region))


@pytest.fixture
def tablet(poll, browse):
    """A device that staff have made a kiosk."""
    client = browse(staff_of(poll.region))
    client.post(desk(poll), {"name": "窗边一号"})
    return client


def opened(client, poll, code):
    answer = client.post(start(poll), {"code": code})
    return answer.context["form"]["key"].value()


def post(client, poll, step, *choices, key):
    return client.post(start(poll), {"step": step, "choices": choices, "key": key})


def test_setting_up_signs_staff_out_and_leaves_the_kiosk_alone(poll, browse):
    client = browse(staff_of(poll.region))

    answer = client.post(desk(poll), {"name": "窗边一号"})

    assert answer["Location"] == start(poll)
    assert not client.session.session_key
    assert client.get(desk(poll)).status_code == 302
    assert (client.cookies["kiosk"]["path"], client.cookies["kiosk"]["httponly"]) == (start(poll), True)
    page = client.get(start(poll))
    assert page.status_code == 200
    assert "data-elder" in page.content.decode()
    assert Kiosk.objects.get().name == "窗边一号"


def test_six_digits_a_paper_a_receipt_and_the_start_again(poll, printed, tablet):
    first = options_of(poll)[0]
    key = opened(tablet, poll, printed[0].code)

    review = post(tablet, poll, "review", first, key=key)
    receipt = post(tablet, poll, "cast", first, key=key)

    assert [option.project_id for option, _points in review.context["form"].chosen] == [first]
    assert f"url={start(poll)}" in receipt.content.decode()
    assert ballots.as_shown(Ballot.objects.get().receipt) in receipt.content.decode()
    assert "no-store" in receipt["Cache-Control"]
    assert (Turnout.objects.get().channel, Turnout.objects.get().entry.resident) == ("kiosk", printed[0].resident)
    assert tablet.get(start(poll)).context["form"].initial == {"code": ""}


def test_nothing_of_a_voter_is_left_on_the_tablet(poll, printed, tablet):
    first = options_of(poll)[0]
    key = opened(tablet, poll, printed[0].code)
    post(tablet, poll, "cast", first, key=key)

    left = {name: cookie.value for name, cookie in tablet.cookies.items() if cookie.value}
    resent = [post(tablet, poll, step, first, key=key) for step in ("cast", "review", "change")]
    new_key = opened(tablet, poll, printed[1].code)
    resent += [post(tablet, poll, step, first, key=key) for step in ("cast", "review", "change")]

    assert left.keys() <= {"kiosk", settings.CSRF_COOKIE_NAME}
    assert {(answer.status_code, answer["Location"]) for answer in resent} == {(302, start(poll))}
    assert new_key != key
    assert Ballot.objects.count() == 1


def test_a_lost_answer_is_sent_again_and_gives_the_same_receipt(poll, printed, tablet):
    first = options_of(poll)[0]
    key = opened(tablet, poll, printed[0].code)
    paper = tablet.cookies["paper"].value
    once = post(tablet, poll, "cast", first, key=key)
    tablet.cookies["paper"] = paper  # as if the answer had not come

    again = post(tablet, poll, "cast", first, key=key)

    assert receipt_on(again) == receipt_on(once) != ""


def test_going_back_to_the_start_closes_the_paper(poll, printed, tablet):
    key = opened(tablet, poll, printed[0].code)

    tablet.get(start(poll))

    assert post(tablet, poll, "cast", *options_of(poll)[:1], key=key).status_code == 302
    assert not Ballot.objects.exists()


def test_the_pad_works_without_a_script(poll, printed, tablet):
    typed = ""
    for digit in printed[0].code[:2] + "9":
        typed = tablet.post(start(poll), {"code": typed, "press": digit}).context["form"]["code"].value()
    typed = tablet.post(start(poll), {"code": typed, "press": "back"}).context["form"]["code"].value()
    shown = [typed]
    for digit in printed[0].code[2:]:
        answer = tablet.post(start(poll), {"code": shown[-1], "press": digit})
        shown.append(answer.context["form"]["code"].value() if "code" in answer.context["form"].fields else "")

    assert shown == [printed[0].code[:n] for n in range(2, 6)] + [""]
    assert answer.context["place"] == "free"


def test_wrong_codes_are_told_and_the_sixth_locks(poll, printed, tablet):
    wrong = next(code for code in ("000000", "000001", "000002", "000003") if code not in {p.code for p in printed})

    said = [str(tablet.post(start(poll), {"code": wrong}).context["refusal"]) for _n in range(6)]
    right = tablet.post(start(poll), {"code": printed[0].code})

    assert [f"{left}" in words for left, words in zip((4, 3, 2, 1, 0), said, strict=False)] == [True] * 5
    assert "staff" in said[5].lower() or "工作人员" in said[5]
    assert right.status_code == 409


def test_too_few_digits_cost_no_try(poll, tablet):
    for _n in range(8):
        answer = tablet.post(start(poll), {"code": "12"})

    assert answer.status_code == 409
    assert "six" in answer.context["refusal"] or "六" in answer.context["refusal"]


def test_a_used_slip_and_a_closed_poll_are_told_in_words(poll, printed, tablet):
    key = opened(tablet, poll, printed[0].code)
    post(tablet, poll, "cast", *options_of(poll)[:1], key=key)
    used = tablet.post(start(poll), {"code": printed[0].code})
    close(poll)
    late = tablet.post(start(poll), {"code": printed[1].code})

    assert (used.context["place"], late.context["place"]) == ("voted", "not_open")


def test_a_device_that_is_no_kiosk_shows_no_paper(poll, printed, browse, tablet):
    stranger, kiosk = browse(None), Kiosk.objects.get()

    before = stranger.post(start(poll), {"code": printed[0].code})
    for _time in range(2):
        browse(staff_of(poll.region)).post(reverse("projects:end-kiosk", args=[kiosk.pk]))
    after = tablet.post(start(poll), {"code": printed[0].code})

    assert (before.status_code, after.status_code) == (404, 404)


def test_others_set_up_no_kiosk_and_end_none(poll, browse, person, neighbour):
    kiosk, _secret = kiosks.set_up(poll, name="一号", by=staff_of(poll.region))
    for user in [person(Role.OBSERVER, poll.region), person(Role.COMMUNITY_STAFF, neighbour)]:
        client = browse(user)
        assert client.post(desk(poll), {"name": "二号"}).status_code == 404
        assert client.post(reverse("projects:end-kiosk", args=[kiosk.pk])).status_code == 404

    assert list(Kiosk.objects.in_use()) == [kiosk]


def test_a_name_is_taken_once_and_after_closing_none_is_set_up(poll, browse, tablet):
    client = browse(staff_of(poll.region))

    twice = client.post(desk(poll), {"name": "窗边一号"})
    close(poll)
    late = client.post(desk(poll), {"name": "二号"})

    assert (twice.context["form"].is_valid(), late.context["form"].is_valid()) == (False, False)
    assert Kiosk.objects.count() == 1


# -- helped votes


def person_page(poll):
    return reverse("projects:voter", args=[poll.roll.first().pk])


HELP = {"do": "help", "helper": "王帮办", "witness": "李见证"}


def test_a_helped_vote_records_who_helped_and_not_what_was_chosen(poll, browse):
    client = browse(staff_of(poll.region))
    page, first = reverse("projects:helped", args=[poll.pk]), options_of(poll)[0]

    to = client.post(person_page(poll), HELP)["Location"]
    paper = client.get(to)
    key = paper.context["form"]["key"].value()
    client.post(page, {"step": "cast", "choices": [first], "key": key})
    after = client.get(person_page(poll)).content.decode()

    assert (to, paper.context["place"]) == (page, "free")
    assert (Turnout.objects.get().channel, Ballot.objects.get().choices) == ("kiosk", [first])
    assert VotingSlip.objects.get().is_helped
    assert "王**" in after
    assert "李**" in after
    assert "王帮办" not in after
    assert client.post(page, {"step": "review", "choices": [first], "key": key}).status_code == 302
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("names", [{"helper": ""}, {"witness": ""}, {"witness": "王帮办"}])
def test_help_needs_two_people(poll, browse, names):
    answer = browse(staff_of(poll.region)).post(person_page(poll), HELP | names)

    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not VotingSlip.objects.exists()


def test_nobody_helps_twice_elsewhere_or_without_the_role(poll, browse, person, neighbour):
    vote(poll, [1])

    twice = browse(staff_of(poll.region)).post(person_page(poll), HELP)
    elsewhere = browse(person(Role.COMMUNITY_STAFF, neighbour)).post(person_page(poll), HELP)
    observer = browse(person(Role.OBSERVER, poll.region)).post(person_page(poll), HELP)

    assert twice.context["form"].errors
    assert (elsewhere.status_code, observer.status_code) == (404, 404)
    assert not VotingSlip.objects.exists()


def test_before_the_opening_the_door_has_no_list(browse):
    poll = a_poll(voters=1)

    assert browse(staff_of(poll.region)).get(reverse("projects:door", args=[poll.pk])).status_code == 200
