"""Real pages in real Chromium.

`page(user, width=390, language="en", elder=True)` opens a page of the live server as this person reads it;
`violations(page)` says what axe finds against WCAG 2.1 A and AA. A test fails by itself when a page it opened had a
script error, broke the content policy, got an answer of 500 or asked for something from elsewhere. Who comes again with
the same device finds it as they left it: what it stored, and the styles and scripts it has fetched.
"""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from playwright.sync_api import sync_playwright

from tests.browser import PATIENCE
from tests.browser.phone import ready, two_sheets
from tests.conftest import BACKEND

# Playwright runs an event loop in this thread; the database is asked between its steps, never during one.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
# {rule: [where, …]}; all that axe finds in order takes longer to hand over than to find.
VIOLATIONS = """(options) => axe.run(document, options).then((found) => Object.fromEntries(
  found.violations.map((one) => [one.id, one.nodes.map((node) => node.target.join(" "))])))"""
BROKEN = 500
HEIGHTS = {390: 844}


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("Chromium is needed: run `make test`, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session", autouse=True)
def fetched_once():
    """Styles and scripts may be kept, as in production; for long, as some tests are on another day than Chromium."""
    serve = StaticFilesHandler.serve

    def serve_for_long(self, request):
        answer = serve(self, request)
        answer["Cache-Control"] = f"max-age={10 * 365 * 86400}, immutable"
        return answer

    StaticFilesHandler.serve = serve_for_long
    yield
    StaticFilesHandler.serve = serve


@pytest.fixture
def page(chromium, live_server):
    """A page as this person, or nobody, reads it; its address is below the live server's."""
    devices, opened, faults = {}, [], []

    def watch(page):
        page.on("pageerror", lambda error: faults.append(f"script: {error}"))
        page.on(
            "response",
            lambda answer: answer.status >= BROKEN and faults.append(f"{answer.status}: {answer.url}"),
        )
        page.on(
            "console", lambda said: "Content Security Policy" in said.text and faults.append(f"policy: {said.text}")
        )
        page.on(
            "request",
            lambda asked: _is_foreign(asked.url, live_server.url) and faults.append(f"from elsewhere: {asked.url}"),
        )

    def make(user=None, *, width=390, language="zh-hans", elder=False, javascript=True):
        device = (user.pk, width, language, javascript) if user else len(opened)
        context = devices[device] = devices.get(device) or take(width, language, javascript)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, "elder": "1" if elder else "0"}
        if user:
            cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
        context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        return context.new_page()

    def take(width, language, javascript):
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            locale={"zh-hans": "zh-CN", "en": "en-GB"}[language],
            timezone_id=settings.TIME_ZONE,
            java_script_enabled=javascript,
        )
        context.set_default_timeout(PATIENCE)
        context.on("page", watch)
        opened.append(context)
        return context

    yield make

    for context in opened:
        context.close()
    assert faults == []


def session_of(user):
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _is_foreign(url, ours):
    return not url.startswith((ours, "data:", "blob:", "about:"))


@pytest.fixture(scope="session")
def violations():
    """What axe finds on an open page: `{rule: [where, …]}`, empty when all is well."""
    script = Axe().axe_script

    def find(page):
        page.evaluate(script)
        return page.evaluate(VIOLATIONS, WCAG)

    return find


@pytest.fixture
def sheets(transactional_db, street, community, settings, tmp_path):
    """Two of one member's sheets, to be filled in."""
    settings.MEDIA_ROOT = tmp_path
    return two_sheets(street, community)


@pytest.fixture
def phone(page, sheets):
    """That member's phone, which has fetched what it needs to do without network."""
    return ready(page(sheets[0].member.user))
