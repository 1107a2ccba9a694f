"""The pages of an evaluation meeting under way, in three ways of reading; and that they renew themselves."""

import os
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from evaluations.services import agendas, seats
from tests.browser.test_every_page import WAYS, Reader
from tests.evaluations.meeting import closed_round_of, opened, voted

STREET, MEMBER = "street", "member"


@pytest.fixture
def words():
    catalogue = polib.pofile(str(settings.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"))
    return {entry.msgstr: entry.msgid for entry in catalogue if entry.msgstr and entry.msgid != entry.msgstr}


def shoot(tab, name):
    """Keep a picture to look at, when somebody wants to."""
    if folder := os.environ.get("LOOK_AT"):
        tab.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("way", WAYS)
def test_pages_of_a_meeting_are_sound(way, page, violations, words, street, community):
    round_, official = closed_round_of(street, community, projects=3)
    meeting = opened(round_, official, present=7)
    first, second, _third = meeting.items.select_related("meeting", "rating__project").all()
    voted(first, official, "against", "abstain", *["for"] * 5)
    agendas.open_vote(second, by=official)
    voter = meeting.seats.select_related("member__user").first().member.user
    here = Reader(way, WAYS[way], page, {STREET: official, MEMBER: voter}, violations, words)

    for who, name, number in [
        (MEMBER, "meetings", None),
        (MEMBER, "meeting", meeting.pk),
        (MEMBER, "agenda-item", first.pk),
        (MEMBER, "agenda-item", second.pk),
        (STREET, "meeting-control", meeting.pk),
        (STREET, "meeting-minutes", meeting.pk),
    ]:
        tab = here.goto(who, reverse(f"evaluations:{name}", args=[number] if number else []))
        shoot(tab, f"{way.split()[0]}-{name}-{number}")

    assert not here.faults, "\n".join(here.faults)


def test_the_control_page_renews_itself_while_members_vote(page, street, community):
    round_, official = closed_round_of(street, community, projects=1)
    meeting = opened(round_, official, present=6)
    item = meeting.items.select_related("meeting", "rating__project").get()
    tab = page(official, width=1366)
    tab.goto(reverse("evaluations:meeting-control", args=[meeting.pk]))
    shoot(tab, "wide-control-before")

    late = meeting.seats.select_related("meeting", "member__user").last()
    seats.arrive(late, by=official)
    agendas.open_vote(item, by=official)
    agendas.vote(item, choice="for", by=late.member.user)

    expect(tab.locator("[data-live]")).to_contain_text("已有 1 名委员表决")
    shoot(tab, "wide-control")
