"""What a form does in a hurried hand: sent once, and its text not lost to a session that ended meanwhile."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.timezone import localdate

from projects.models import Objection
from tests.browser.conftest import session_of
from tests.factories import PublicNoticeFactory, UserFactory

WRITTEN = "灯光会不会照进卧室？"


@pytest.fixture
def notice(community):
    today = localdate()
    return PublicNoticeFactory(region=community, starts_on=today, ends_on=today + timedelta(days=7))


def written(here, notice):
    """The objection to this notice, written and not yet sent; all that the page then sends."""
    sent = []
    here.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    here.goto(f"{notice.get_absolute_url()}object/")
    here.fill("textarea", WRITTEN)
    return sent


def press(here):
    with here.expect_navigation():
        here.locator("main form button").dblclick()
    here.wait_for_load_state()


def signed_out(here):
    here.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)


def signed_in(here, user):
    session = {"name": settings.SESSION_COOKIE_NAME, "value": session_of(user)}
    here.context.add_cookies([session | {"domain": "localhost", "path": "/"}])


def test_a_double_click_sends_once(page, notice):
    here = page(UserFactory())
    sent = written(here, notice)

    press(here)

    assert len(sent) == Objection.objects.count() == 1


def test_the_same_form_again_after_going_back_is_refused_in_words(page, notice):
    here = page(UserFactory())
    written(here, notice)
    press(here)

    here.go_back()
    here.fill("textarea", WRITTEN)
    press(here)

    assert here.locator("main .errorlist").inner_text() != ""
    assert Objection.objects.count() == 1


def test_what_was_written_outlives_the_session(page, notice):
    user = UserFactory()
    here = page(user)
    written(here, notice)
    signed_out(here)

    press(here)
    told = here.locator("main .warning").inner_text()
    signed_in(here, user)
    here.goto(f"{notice.get_absolute_url()}object/")

    assert "登录已过期" in told
    assert here.input_value("textarea") == WRITTEN
    assert "已为您恢复" in here.locator("main .warning").inner_text()


def test_nobody_else_at_the_same_computer_gets_it(page, notice):
    here = page(UserFactory())
    written(here, notice)
    signed_out(here)
    press(here)

    signed_in(here, UserFactory())
    here.goto(f"{notice.get_absolute_url()}object/")

    assert here.input_value("textarea") == ""
