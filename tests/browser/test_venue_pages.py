"""The pages for the venue that no link leads to, or that only staff of an evening see, in three ways of reading."""

import polib
import pytest
from django.conf import settings
from django.urls import reverse

from projects.services import papers, slips
from tests.browser.test_every_page import NOBODY, WAYS, Reader
from tests.voting import an_open_poll, close, options_of, staff_of

DESKS = ["hall", "door", "slip-desk", "paper-desk", "kiosk-desk", "count-in"]
STAFF, TABLET = "staff", "tablet"


@pytest.fixture
def words():
    catalogue = polib.pofile(str(settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"))
    return {entry.msgstr: entry.msgid for entry in catalogue if entry.msgstr and entry.msgid != entry.msgstr}


@pytest.mark.parametrize("way", WAYS)
def test_pages_of_the_venue_are_sound(way, page, violations, words):
    poll = an_open_poll(voters=5, ballot_type="score" if way == "English" else "approval")
    staff, other = staff_of(poll.region), staff_of(poll.region)
    voter, *_rest = poll.roll.order_by("pk")
    here = Reader(way, WAYS[way], page, {NOBODY: None, STAFF: staff, TABLET: other}, violations, words)

    here.goto(NOBODY, reverse("projects:how-to-vote"))
    for name in DESKS:
        here.goto(STAFF, reverse(f"projects:{name}", args=[poll.pk]))
    here.goto(STAFF, reverse("projects:voter", args=[voter.pk]))
    _printed(here, poll)
    slip, code = _slips(poll, staff)
    here.goto(NOBODY, reverse("projects:slip", args=[slip]))
    here.goto(NOBODY, reverse("projects:slip", args=["x" * 22]), status=409)
    _kiosk(here, poll, code)
    _helped(here, voter)
    _counting(here, poll, staff, other)

    assert not here.faults, "\n".join(here.faults)


def _slips(poll, staff):
    entries = poll.roll.order_by("pk")[1:3]
    one, other = slips.print_for(poll, residents=[entry.resident for entry in entries], by=staff)
    return one.secret, other.code


def _printed(here, poll):
    tab = here.tab(STAFF)
    tab.goto(reverse("projects:paper-desk", args=[poll.pk]))
    tab.fill("#id_number", "2")
    tab.click("main form button")
    tab.wait_for_selector(".ballot")
    here.look(STAFF, "paper ballots")


def _kiosk(here, poll, code):
    tab = here.tab(TABLET)
    tab.goto(reverse("projects:kiosk-desk", args=[poll.pk]))
    tab.fill("#id_name", "一号")
    tab.click("main form button")
    tab.wait_for_selector(".keys")
    here.look(TABLET, "the start of a kiosk")
    tab.fill("#id_code", code)
    tab.click(".ok")
    tab.wait_for_selector("button[value=review]")
    here.look(TABLET, "a paper at a kiosk")


def _helped(here, voter):
    tab = here.tab(STAFF)
    tab.goto(reverse("projects:voter", args=[voter.pk]))
    tab.fill("#id_helper", "王帮办")
    tab.fill("#id_witness", "李见证")
    tab.click("button[value=help]")
    tab.wait_for_selector("button[value=review]")
    here.look(STAFF, "a helped paper")


def _counting(here, poll, staff, other):
    sheets = papers.print_sheets(poll, number=2, by=staff)
    for entry in poll.roll.order_by("-pk")[:2]:
        papers.hand_out(entry, by=staff)
    close(poll)
    for by, project in zip((staff, other), options_of(poll), strict=False):
        choices = {project: 3} if poll.is_by_score else [project]
        papers.enter(poll, code=sheets[0].code, choices=choices, by=by)
    here.goto(STAFF, reverse("projects:count-in", args=[poll.pk]))


def test_a_kiosk_returns_to_its_start_by_itself(page):
    poll = an_open_poll(voters=3)
    staff = staff_of(poll.region)
    _secret, code = _slips(poll, staff)
    tablet = page(staff, width=1024)
    tablet.clock.install()
    tablet.goto(reverse("projects:kiosk-desk", args=[poll.pk]))
    tablet.fill("#id_name", "一号")
    tablet.click("main form button")
    tablet.fill("#id_code", code)
    tablet.click(".ok")
    tablet.wait_for_selector("button[value=review]")

    tablet.clock.fast_forward("01:50")
    stays = tablet.is_visible("button[value=review]")
    tablet.clock.fast_forward("00:15")
    tablet.wait_for_selector("#id_code")

    assert stays
    assert tablet.input_value("#id_code") == ""
