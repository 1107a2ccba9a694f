"""Every page there is, found by following links as everybody does, then looked at in three ways of reading."""

import re
from collections import defaultdict
from html import unescape

import polib
import pytest
from django.conf import settings as platform
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve, reverse
from django.utils.timezone import localdate

from communities.models import Region
from config.demo import cast as demo
from config.demo import load
from evaluations.models import Survey
from evaluations.services import letters
from projects.models import Poll
from tests.conftest import BACKEND
from volunteers.models import Redemption

WAYS = {
    "Chinese": {"language": "zh-hans"},
    "English": {"language": "en"},
    "large type": {"language": "zh-hans", "elder": True},
}
NOBODY = "nobody"
PEOPLE = [
    *[
        "community",
        "street",
        "member_street",
        "member_residents",
        "member_third",
        "maker",
        "silver",
        "rider",
        "applicant",
        "partner",
    ],
    *["representative", "resident", "foreigner1", "foreigner3", NOBODY],
]
# Who looks first, where several may: what is special in Chinese, strangers in English, residents in large type.
FIRST = {
    "Chinese": PEOPLE,
    "English": ["foreigner1", "foreigner3", NOBODY],
    "large type": ["resident", "representative"],
}
OF_EACH_KIND = 3  # pages of one kind that a person opens while following links
NOT_PAGES = ("/admin/", "/api/", "/static/", "/i18n/", "/healthz")

BY_A_FORM = "is sent by a form"
UNREACHED = {
    "communities:sign-in-again": BY_A_FORM,
    "communities:sign-in-demo": BY_A_FORM,
    "communities:sign-out": BY_A_FORM,
    "communities:change-factor": BY_A_FORM,
    "communities:end-device": BY_A_FORM,
    "communities:withdraw-consent": BY_A_FORM,
    "communities:my-data": BY_A_FORM,
    "communities:read": BY_A_FORM,
    "communities:read-all": BY_A_FORM,
    "evaluations:withdraw-appeal": BY_A_FORM,
    "evaluations:file-appeal": "is open for some days after grades are told to the teams; the walk of a season does it",
    "evaluations:appeal-file": "is a file that came with an appeal; the demo's came without",
    "evaluations:review-file": "is a file that came with an appeal; the demo's came without",
    "projects:cast": BY_A_FORM,
    "projects:submit": BY_A_FORM,
    "projects:sign": BY_A_FORM,
    "projects:control-live": "renews a part of the control page",
    "projects:screen-figures": "is asked by the screen's script",
    "projects:screen-code": "is a picture on the screen in the hall",
    "projects:scan": "is what the code on the screen leads to, good for half a minute",
    "projects:here": "is what a scanned code leads to",
    "volunteers:sign-up": BY_A_FORM,
    "volunteers:withdraw": BY_A_FORM,
    "volunteers:copy": BY_A_FORM,
    "volunteers:calendar": "is what a calendar reads by a secret link",
    "volunteers:community-calendar": "is what a calendar subscribes to",
    "volunteers:leave-now": BY_A_FORM,
    "volunteers:kept-scan": "is linked where a check-in sent later waits, at an activity that is over: test_leading",
    "volunteers:cancel-voucher": BY_A_FORM,
    "volunteers:reserve": BY_A_FORM,
    "volunteers:give-up": BY_A_FORM,
    "volunteers:reward-photo": "is shown inside a page",
    "communities:new-phone-code": "comes after a new number was given: STEPS",
    "communities:sign-in-code": "comes after a phone number was sent: STEPS",
    "volunteers:till-voucher": "comes after a voucher code was sent: STEPS",
    "communities:welcome": "comes once, after somebody's first code; everybody of the demo has been through it",
    "communities:sign-in-factor": "comes after a password, for who has switched a second factor on",
    "communities:new-password": "is reached by a link that staff hand over, good once",
    "teams:admission-edit": "the demo has no admission sent back",
    "volunteers:certificate-pdf": "is a file, where the server can write one",
    "volunteers:certificate-seal": "is shown inside a page",
    "volunteers:stars-name": BY_A_FORM,
    "volunteers:scan": "is what the code on a leader's screen leads to, good for half a minute",
    "volunteers:leaving": "asks about a forgotten check-out, which the demo has not",
    "projects:end-kiosk": BY_A_FORM,
    "evaluations:survey-letter": "is what a letter's code leads to: STEPS",
    "projects:slip": "is what a printed slip's code leads to",
    "projects:kiosk": "is what a tablet shows that staff have set up",
    "projects:helped": "is the paper that opens when somebody is helped",
    "projects:report-photo": "is shown inside a page",
    "evaluations:photo": "is shown inside a page",
    "evaluations:offline": "is shown by the service worker where there is no network: tests/browser/test_offline.py",
    "evaluations:leave": "is shown when somebody signs out with unsent marks: tests/browser/test_offline.py",
    "evaluations:worker": "is a script",
    "evaluations:manifest": "is asked for by the browser",
    "projects:objection-file": "is shown to staff, in the console",
}

TAPPED = (
    "button, input:not([type=hidden]), select, textarea, summary, a.button, .tabs a, .tools a, .cell-list > li > a, "
    ".crumbs a, .head a, .pages a, .figures a, .months a"
)
LOOK = """(tapped) => {
  const root = document.documentElement, elder = root.hasAttribute("data-elder"), least = elder ? 60 : 44;
  const shown = (one) => one.checkVisibility() && !one.closest(".visually-hidden");
  const name = (one) => `${one.tagName} ${one.name || ""} ${(one.textContent || one.value || "").trim().slice(0, 30)}`;
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const small = new Set();
  for (let node; (node = walker.nextNode()); ) {
    const text = node.textContent.replace(/\\s+/g, " ").trim(), around = node.parentElement;
    if (!text || ["SCRIPT", "STYLE"].includes(around.tagName) || !shown(around)) continue;
    if (!around.closest("[lang]:not(html)")) texts.push(text);
    if (elder && around.closest("main") && parseFloat(getComputedStyle(around).fontSize) < 18) small.add(text);
  }
  for (const one of document.querySelectorAll("[aria-label], [placeholder], [alt]"))
    texts.push(...["aria-label", "placeholder", "alt"].map((what) => one.getAttribute(what)).filter(Boolean));
  const close = [...document.querySelectorAll(tapped)].filter(shown).filter((one) => {
    const box = ((["checkbox", "radio"].includes(one.type) && one.closest("label")) || one).getBoundingClientRect();
    return box.height < least - 0.5 || box.width < least - 0.5;
  });
  const stacked = [...document.querySelectorAll(".table-wrap:has(.stacked)")];
  const cut = stacked.filter((one) => one.scrollWidth > one.clientWidth + 1);
  const bytes = entries.reduce((sum, one) => sum + one.encodedBodySize, 0);
  return { texts, small: [...small], close: close.map(name), cut: cut.length, bytes };
}"""
MOST_BYTES = 100_000
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}")


@pytest.fixture(scope="module")
def words():
    """{Chinese: what is written in English}, of all that is translated."""
    catalogue = polib.pofile(str(platform.BASE_DIR / "locale/zh_Hans/LC_MESSAGES/django.po"))
    return {entry.msgstr: entry.msgid for entry in catalogue if entry.msgstr and entry.msgid != entry.msgstr}


def test_templates_hold_no_chinese_of_their_own():
    own = re.compile(r'lang="zh-Hans">[^<]*<|<!doctype html><html lang="zh-Hans">.*', re.DOTALL)

    found = [
        str(file)
        for file in (platform.BASE_DIR / "templates").rglob("*.html")
        if re.search("[\u4e00-\u9fff]", own.sub("", file.read_text()))
    ]

    assert found == []


def test_the_look_sees_faults(page, violations, words, city):
    reader = Reader("large type", WAYS["large type"], page, {NOBODY: None}, violations, words)
    tab = reader.goto(NOBODY, "/")
    sound = reader.faults
    reader.faults = []

    bad = f"<button>x</button><p>Left in plain English<sub>y</sub></p><pre>{'wide' * 99}</pre>"
    tab.evaluate("(bad) => document.querySelector('main').insertAdjacentHTML('beforeend', bad)", bad)
    reader.look(NOBODY, "/")

    assert sound == []
    assert [fault.split(", /: ")[1] for fault in reader.faults[:-1]] == [
        "too small to tap: BUTTON  x",
        "too small to read: x",
        "too small to read: y",
        "not in this language: Left in plain English",
    ]
    assert reader.faults[-1].endswith("wide at 360")


def test_every_page_is_sound_however_one_reads_it(page, violations, settings, words):
    """One test, because the demo that it looks at takes its time to make."""
    settings.DEMO = True
    cast = load.load(today=localdate())
    users = {who: None if who == NOBODY else cast[who] for who in PEOPLE}
    reached, faults = defaultdict(list), []
    for who, user in users.items():
        faults += follow_links(user, who, reached)

    faults += [f"{name}: nobody reaches it" for name in sorted(our_names() - set(reached) - set(UNREACHED))]
    for way, reading in WAYS.items():
        here = Reader(way, reading, page, users, violations, words)
        for who, path in chosen(reached, way):
            here.goto(who, path)
        for step in STEPS:
            step(here, cast)
        faults += here.faults

    assert not faults, "\n".join(faults)


def our_names():
    """Names of all pages outside the console and the API."""
    spaces = get_resolver().namespace_dict
    ours = ["communities", "teams", "projects", "evaluations", "volunteers"]
    return {f"{space}:{name}" for space in ours for name in spaces[space][1].reverse_dict if isinstance(name, str)}


def follow_links(user, who, reached):
    """Open what is linked, some of each kind; put (who, path) of pages into `reached`, return what went wrong."""
    client = Client()
    if user:
        client.force_login(user, backend=BACKEND)
    waiting = ["/", "/me/", "/inbox/", f"/c/{demo.HOME}/", f"/c/{demo.JIMINGSHAN}/"]
    seen, opened, faults = set(waiting), defaultdict(int), []
    while waiting:
        path = waiting.pop(0)
        name = name_of(path)
        opened[name] += 1
        if name is None or opened[name] > OF_EACH_KIND:
            faults += [f"{who} {path}: leads nowhere"] * (name is None)
            continue
        response = client.get(path)
        if response.status_code == 302:
            links = [response["Location"]]
        elif response.status_code == 200:
            reached[name] += [(who, path)] if "html" in response["Content-Type"] else []
            reached.setdefault(name, [])
            links = links_of(response, path)
        else:
            links = []
            faults.append(f"{who} {path}: {response.status_code}")
        response.getvalue()  # reads a file to its end, which closes it
        new = [link for link in links if link not in seen and link.startswith("/") and not link.startswith(NOT_PAGES)]
        seen.update(new)
        waiting += new
    return faults


def name_of(path):
    try:
        return resolve(path.split("?")[0]).view_name
    except Resolver404:
        return None


def links_of(response, path):
    if "html" not in response["Content-Type"]:
        return []
    found = dict.fromkeys(map(unescape, re.findall(r'<a [^>]*href="([^"#]+)', response.content.decode())))
    return [path.split("?")[0] + link if link.startswith("?") else link for link in found if "elder=" not in link]


def chosen(reached, way):
    """One page of each kind for this way of reading, those of one person together."""
    order = [*FIRST[way], *PEOPLE]
    pages = [min(pages, key=lambda page: order.index(page[0])) for pages in reached.values() if pages]
    return sorted(pages)


class Reader:
    """Somebody who opens pages in one way of reading and notes what is wrong with them."""

    def __init__(self, way, reading, page, users, violations, words):
        self.way, self.reading, self.page, self.users = way, reading, page, users
        self.violations, self.words = violations, words
        self.tabs, self.faults = {}, []

    def tab(self, who):
        if who not in self.tabs:
            self.tabs[who] = self.page(self.users[who], **self.reading)
        return self.tabs[who]

    def goto(self, who, path, *, status=200):
        tab = self.tab(who)
        tab.set_viewport_size({"width": 390, "height": 844})
        response = tab.goto(path)
        if response.status != status:
            self.faults.append(f"{self.way}, {who}, {path}: {response.status}")
        self.look(who, path)
        return tab

    def look(self, who, what):
        tab = self.tab(who)
        seen = tab.evaluate(LOOK, TAPPED)
        wrong = [f"axe {rule} at {where}" for rule, where in self.violations(tab).items()]
        wrong += [f"too small to tap: {one}" for one in seen["close"]]
        wrong += [f"too small to read: {text}" for text in seen["small"]]
        wrong += [f"not in this language: {text}" for text in seen["texts"] if self.is_foreign(text)]
        wrong += [f"a table is cut off, {seen['cut']} times"] * bool(seen["cut"])
        wrong += [f"weighs {seen['bytes']} bytes"] * (seen["bytes"] > MOST_BYTES)
        tab.set_viewport_size({"width": 360, "height": 780})
        width = tab.evaluate("document.documentElement.scrollWidth")
        wrong += [f"is {width} wide at 360"] * (width > 360)
        self.faults += [f"{self.way}, {who}, {what}: {fault}" for fault in wrong]

    def is_foreign(self, text):
        if self.reading["language"] == "en":
            return text in self.words
        return bool(ENGLISH.search(text))


def a_page_that_is_not_there(reader, cast):
    reader.goto("nobody", "/nothing-is-here/", status=404)


def a_code_is_asked_for(reader, cast):
    tab = reader.tab(NOBODY)
    tab.goto(reverse("communities:sign-in"))
    tab.fill("[name=phone]", "19900000999")
    tab.click("main form:has([name=phone]) button")
    tab.wait_for_url("**/sign-in/code/")
    reader.look(NOBODY, "the code page")


def a_new_number_is_proven(reader, cast):
    tab = reader.tab("resident")
    tab.goto(reverse("communities:new-phone"))
    tab.fill("[name=phone]", f"1990000088{list(WAYS).index(reader.way)}")
    tab.click("main form:has([name=phone]) button")
    tab.wait_for_url("**/me/phone/code/")
    reader.look("resident", "the code page of a new number")


def a_form_is_sent_empty(reader, cast):
    tab = reader.tab("resident")
    tab.goto(f"{reverse('teams:apply')}?region={demo.HOME}")
    tab.click("button[name=submit]")
    tab.wait_for_selector("[aria-invalid=true]")
    reader.look("resident", "an application with faults")


def a_ballot_is_cast(reader, cast):
    who = {"Chinese": "resident", "English": "representative", "large type": "voter"}[reader.way]
    reader.users["voter"] = cast.voters[7]
    poll = Poll.objects.get(status="open")
    tab = reader.tab(who)
    tab.goto(reverse("projects:vote", args=[poll.pk]))
    tab.check("[name=choices] >> nth=0")
    tab.click("button[value=review]")
    tab.wait_for_selector("button[value=cast]")
    reader.look(who, "the choice to look over")
    tab.click("button[value=cast]")
    tab.wait_for_selector(".code")
    reader.look(who, "the receipt")


def a_voucher_is_looked_up(reader, cast):
    here = Region.objects.get(code=demo.HOME)
    voucher = Redemption.objects.filter(status="issued", reward__region=here).order_by("id")[0]
    reader.goto("partner", reverse("volunteers:till-voucher", args=[voucher.code]))


def a_letter_is_answered(reader, cast):
    survey = Survey.objects.get(status="under_way")
    household = survey.households.open().order_by("grid", "number")[list(WAYS).index(reader.way)]
    letter = letters.print_for(survey, households=[household.pk], by=cast["street"])[0]
    page = reverse("evaluations:survey-letter", args=[letter.secret])
    tab = reader.goto(NOBODY, page)
    tab.check("input[value='4'] >> nth=0")
    tab.click("main form button.wide")
    tab.wait_for_selector(".success")
    reader.look(NOBODY, "a household that has answered")
    reader.goto(NOBODY, reverse("evaluations:survey-letter", args=["nobody-s"]), status=409)


STEPS = [
    a_letter_is_answered,
    a_page_that_is_not_there,
    a_code_is_asked_for,
    a_new_number_is_proven,
    a_form_is_sent_empty,
    a_ballot_is_cast,
    a_voucher_is_looked_up,
]
