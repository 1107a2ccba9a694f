"""A phone in Chromium that keeps score sheets and household visits, with its network on and off."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now
from playwright.sync_api import Error, expect

from evaluations.models import ScoreSheet
from evaluations.services import declarations, rounds
from tests.browser import PATIENCE
from tests.evaluations.season import drafted_round, official_of, running_project

LIST = "/scoring/"
KEPT = """async () => {
  const lines = [];
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) {
      lines.push(`${name.replace(/-[0-9a-f]+$/, "")} ${new URL(url).pathname}`);
    }
  return lines;
}"""
ROWS = """() => new Promise((resolve) => {
  const opening = indexedDB.open("spot");
  opening.onsuccess = () => {
    const counts = {}, names = [...opening.result.objectStoreNames];
    const transaction = opening.result.transaction(names);
    for (const name of names) {
      transaction.objectStore(name).count().onsuccess = ({ target }) => { counts[name] = target.result; };
    }
    transaction.oncomplete = () => { opening.result.close(); resolve(counts); };
  };
})"""


def url_of(sheet):
    return reverse("evaluations:sheet", args=[sheet.pk])


def cut(tab, *, off=True):
    tab.context.set_offline(off)


def mark(tab, number, value):
    """Type a mark and go on to the next field; it is then kept on the device."""
    tab.fill(f"input.mark >> nth={number}", value)
    tab.keyboard.press("Tab")


def open_sheet(tab, sheet):
    tab.goto(url_of(sheet))
    tab.wait_for_selector("#spot[data-open]")


def marks_of(sheet):
    return dict(sheet.marks.values_list("indicator__code", "value"))


def arrived(tab):
    """The page says that all is saved, and it is."""
    expect(tab.locator("#saved")).to_contain_text("已保存")
    waits(tab, 0)


def waits(tab, things):
    """So many things wait on the device."""
    found = None
    for _time in range(PATIENCE // 100):
        with suppress(Error):  # a page that has just sent everything loads itself anew
            found = tab.evaluate(ROWS)["queue"]
        if found == things:
            return
        tab.wait_for_timeout(100)
    pytest.fail(f"Not {things} on the device, but {found}.")


def two_sheets(street, community):
    """The two sheets of one member in an open round, who has declared to have no interest."""
    official = official_of(street)
    for title in ("邻里食堂", "楼道花园"):
        running_project(community, title=title)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7))
    rounds.open_(round_, by=official)
    first = ScoreSheet.objects.first()
    mine = ScoreSheet.objects.filter(member=first.member).select_related("member__user", "rating__round__region")
    for sheet in mine:
        declarations.declare_none(sheet, by=sheet.member.user)
    return list(mine.order_by("pk"))


def ready(tab, *, path=LIST, pages=2):
    """The phone has fetched what it needs to do without network."""
    tab.goto(path)
    tab.wait_for_selector(f"#spot[data-ready='{pages}']")
    return tab
