"""One evening with three channels at once: phone, slip and kiosk, and paper that two people count in."""

import re
from hashlib import sha256

from django.urls import reverse

from projects.services import ballots, papers, slips
from tests.voting import an_open_poll, close, options_of, outcomes_of, staff_of

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
REVIEW, CAST = ("button[value=review]", "button[value=cast]")


def tick_and_cast(tab, *places):
    """Choose, look over, cast; returns the receipt code."""
    for place in places:
        tab.check(f"input[name=choices] >> nth={place - 1}")
    tab.click(REVIEW)
    tab.click(CAST)
    return CODE.search(tab.text_content(".code")).group()


def count_in(tab, code, *places):
    """Enter a sheet by keyboard alone: the code, the numbers, Enter."""
    tab.keyboard.type(code.replace("-", "").lower())
    for place in places:
        tab.keyboard.press(str(place))
    with tab.expect_navigation():
        tab.keyboard.press("Enter")
    assert tab.input_value("#id_code") == ""


def test_an_evening_with_three_channels(page, violations):
    poll = an_open_poll(voters=6, projects=3, quorum=100)
    first, second, third = (staff_of(poll.region) for _n in range(3))
    by_phone, by_slip, at_kiosk, *on_paper = poll.roll.order_by("pk").select_related("user", "resident")
    slip, kiosk_slip = (slips.print_for(poll, residents=[e.resident], by=first)[0] for e in (by_slip, at_kiosk))
    sheets = [ballots.as_shown(sheet.code) for sheet in papers.print_sheets(poll, number=5, by=first)]

    # On one's own phone, signed in.
    phone = page(by_phone.user)
    phone.goto(reverse("projects:vote", args=[poll.pk]))
    receipts = [tick_and_cast(phone, 1, 2)]

    # By a slip, with no account.
    scanned = page(language="en", elder=True)
    scanned.goto(reverse("projects:slip", args=[slip.secret]))
    receipts.append(tick_and_cast(scanned, 2))

    # At a tablet that staff have made a kiosk.
    tablet = page(first, width=1024)
    tablet.goto(reverse("projects:kiosk-desk", args=[poll.pk]))
    tablet.fill("#id_name", "窗边一号")
    tablet.click("main form button")
    for digit in kiosk_slip.code:
        tablet.click(f"button[name=press][value='{digit}']")
    receipts.append(tick_and_cast(tablet, 2))
    assert violations(tablet) == {}
    tablet.click("main .actions a")
    tablet.go_back()
    tablet.wait_for_selector("#id_code")
    assert receipts[-1] not in tablet.content()

    # Three people ask for paper at the door.
    door = page(second, width=1366)
    for entry in on_paper:
        door.goto(reverse("projects:voter", args=[entry.pk]))
        door.click("button[value=paper]")
    assert poll.turnout.count() == 6
    close(poll)

    # Two count it in by keyboard; over the third sheet they disagree, and a third person looks.
    desks = [page(user, width=1366) for user in (second, first, third)]
    for desk in desks:
        desk.goto(reverse("projects:count-in", args=[poll.pk]))
    readings = [[(1, 3)] * 2, [(3,)] * 2, [(1,), (3,)]]
    for code, (one, other) in zip(sheets, readings, strict=False):
        count_in(desks[0], code, *one)
        count_in(desks[1], code, *other)
    assert violations(desks[0]) == {}
    assert sheets[2] in desks[1].inner_text("main")
    desks[2].reload()
    count_in(desks[2], sheets[2], 3)
    desks[2].click("button[value=finish]")

    # The result: everybody's ballot is in it, each is found by its code, and the list is sealed.
    result = page()
    result.goto(poll.get_absolute_url())
    listed = b"".join(line.encode() for line in ballots.lines(poll))
    poll.refresh_from_db()
    assert (poll.status, poll.voted, poll.ballots, poll.spoiled) == ("tied", 6, 6, 0)
    assert [poll.results.get(project=p).votes for p in options_of(poll)] == [2, 3, 3]
    assert outcomes_of(poll) == ["not_chosen", "tied", "tied"]
    assert all(code.encode() in listed for code in [*receipts, *sheets[:3]])
    assert sha256(listed).hexdigest() == poll.seal
    assert poll.seal in result.inner_text("main")
    assert violations(result) == {}
