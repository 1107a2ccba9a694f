"""The evening in real browsers: staff steer, the hall's screen follows within two seconds, a resident checks in."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from communities.services import place_codes
from projects.models import Presence, Project
from projects.services import rolls, screens
from tests.voting import a_poll, an_open_poll, close, staff_of, vote

pytestmark = pytest.mark.django_db(transaction=True)


def test_control_screen_and_check_in(page, violations):
    cache.clear()
    poll = a_poll(voters=4, quorum=50)
    project = poll.roadshow.entries.first().project
    resident = rolls.electorate(poll).first().user
    desk, hall = page(staff_of(poll.region), width=1366), page(width=1920)
    hall.set_viewport_size({"width": 1920, "height": 1080})
    hall.goto(f"{reverse('projects:screen', args=[poll.pk])}?pass={screens.pass_for(poll)}")
    desk.goto(reverse("projects:control", args=[poll.pk]))

    desk.click(f"button[value='speaking.{project.pk}']")
    hall.wait_for_selector(f"[data-title]:has-text('{project.title}')", timeout=5000)
    desk.check("[name=open-sure]")
    desk.click("button[name=open]")
    hall.wait_for_selector("[data-until=closes]:not([hidden])", timeout=5000)
    assert hall.evaluate("document.documentElement.scrollHeight") <= 1080
    assert violations(hall) == {}
    assert violations(desk) == {}

    phone = page(resident)
    shown = hall.get_attribute("[data-qr]", "src")
    phone.goto(reverse("projects:scan", args=[poll.pk, place_codes.show(poll)]))
    assert violations(phone) == {}
    phone.click("main form button.wide")
    phone.wait_for_url(f"**{poll.get_absolute_url()}")
    hall.wait_for_selector("[data-figure=present]:text-is('1')", timeout=5000)
    vote(poll, [1], [1], [2])
    hall.wait_for_selector("[data-reached]:not([hidden])", timeout=5000)
    close(poll)
    hall.wait_for_selector("[data-lines] li.shut", timeout=5000)
    for _place in range(3):
        hall.keyboard.press("Space")
    hall.wait_for_selector("[data-lines] li.shortlisted")

    assert shown.startswith(reverse("projects:screen-code", args=[poll.pk]))
    assert Presence.objects.get().resident.user == resident
    assert hall.evaluate("document.documentElement.scrollHeight") <= 1080
    assert hall.locator("[data-lines] li").first.inner_text().split()[1] == "项目A"


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1280, 720)])
def test_a_long_reveal_is_paged_and_never_scrolls(page, width, height):
    """Thirty projects with long names: the page of the place uncovered last is shown, at the end the first places."""
    cache.clear()
    poll = an_open_poll(projects=30, voters=3, ballot_type="score", quorum=0)
    long = "为高龄独居老人上门理发、量血压、修水电并陪同就医取药的邻里互助项目"
    for number, project in enumerate(Project.objects.order_by("pk")):
        Project.objects.filter(pk=project.pk).update(title=f"{number + 1} {long if number % 2 else '路灯'}")
    vote(poll, *({n: min(max(n - 10 * v, 0), 10) for n in range(1, 31)} for v in range(3)))
    close(poll)
    hall = page(width=width)
    hall.set_viewport_size({"width": width, "height": height})
    hall.goto(f"{reverse('projects:screen', args=[poll.pk])}?pass={screens.pass_for(poll)}")
    hall.wait_for_selector("[data-lines] li.shut", timeout=5000)
    seen = []
    for _place in range(30):
        hall.keyboard.press("Space")
        at, tall = hall.locator("[data-pages]").inner_text(), hall.evaluate("document.documentElement.scrollHeight")
        first_open = hall.locator("[data-lines] li:not(.shut) .rank").first.inner_text()
        seen.append((at, first_open, tall <= height))

    assert [first for _at, first, _fits in seen] == [str(30 - n) for n in range(30)]
    assert all(fits for *_rest, fits in seen)
    assert [at for at, *_rest in seen] == ["25–30 / 30"] * 6 + ["13–24 / 30"] * 12 + ["1–12 / 30"] * 12
    hall.wait_for_selector("[data-pages]:text-is('13–24 / 30')", timeout=15_000)
