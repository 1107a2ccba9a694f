"""The pictures of the chapters on volunteering and points, for docs/screenshots.py: from the check-in to the shop."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page

COMMUNITY, RESIDENT = "下王宅社区工作人员", "居民"
TABLET, PHONE = {"width": 1024, "height": 768}, {"width": 390, "height": 844}
TITLE = "小巷文明劝导"


def volunteer(camera: Any) -> None:
    """The place where an activity is, one's own pages, the certificate and who checks it, the shop."""
    with camera.person(COMMUNITY) as staff:
        activity = _announce(staff)
        staff.set_viewport_size(TABLET)
        staff.goto(f"{activity}screen/")
        staff.wait_for_selector("[data-code]:not(:empty)")
        camera.shoot(staff, "volunteer-screen")
        with camera.person(RESIDENT) as page:
            code = _own(camera, page, activity)
        staff.set_viewport_size(PHONE)
        staff.goto(f"{activity}people/")
        camera.shoot(staff, "volunteer-people")
    with camera.person("兑换商户店员") as page:
        _shop(camera, page, code)
    with camera.person("Foreign volunteer", english=True) as page:
        page.goto("/volunteer/")
        camera.shoot(page, "volunteer-en")


def _announce(page: Page) -> str:
    """Staff publish an activity that begins in half an hour; the address of its page."""
    starts = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=30)
    page.goto("/admin/volunteers/activity/add/")
    page.locator("[name=kind]").select_option(label="文明劝导")
    page.locator("[name=title]").fill(TITLE)
    page.locator("[name=place]").fill("社区服务中心门口")
    for name, moment in (("starts_at", starts), ("ends_at", starts + timedelta(hours=2))):
        page.locator(f"[name={name}_0]").fill(f"{moment:%Y-%m-%d}")
        page.locator(f"[name={name}_1]").fill(f"{moment:%H:%M}")
    page.get_by_role("button", name="保存", exact=True).click()
    page.locator("#result_list a", has_text=TITLE).first.click()
    page.get_by_role("link", name="发布", exact=True).click()
    page.locator(".move-button.goes").click()
    page.goto("/c/330723001001/activities/")
    page.locator(".cell-list a", has_text=TITLE).first.click()
    return page.url


def _own(camera: Any, page: Page, activity: str) -> str:
    """A volunteer signs up, reserves something and has a certificate made; the code of a voucher in hand."""
    page.goto(activity)
    page.get_by_role("button", name="报名").click()
    page.wait_for_load_state()
    camera.shoot(page, "volunteer-activity")
    page.goto("/volunteer/")
    camera.shoot(page, "volunteer-mine")
    page.get_by_role("link", name="理发一次").first.click()
    camera.shoot(page, "volunteer-voucher")
    code: str = page.locator(".ticket .code").inner_text()
    page.goto("/rewards/")
    page.get_by_role("link", name="理发一次").first.click()
    page.locator("form[action$='/reserve/'] button").click()
    page.wait_for_load_state()
    page.locator("form[action$='/give-up/'] button").scroll_into_view_if_needed()
    camera.shoot(page, "volunteer-reserved")
    page.goto("/volunteer/certificates/")
    page.get_by_role("button", name="开具证明").click()
    page.wait_for_url("**/certificates/*/")
    camera.shoot(page, "volunteer-certificate")
    page.get_by_role("link", name="查看核验页面").click()
    camera.shoot(page, "volunteer-checked")
    return code


def _shop(camera: Any, page: Page, code: str) -> None:
    page.goto("/till/")
    camera.shoot(page, "partner-till")
    page.locator("[name=code]").fill(code)
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**/till/*/")
    camera.shoot(page, "partner-voucher")
