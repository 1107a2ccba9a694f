"""The pictures of the chapter on roadshow and vote, for docs/screenshots.py: from the rule to the counting of paper."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

COMMUNITY = "下王宅社区工作人员"
TABLET = {"width": 1024, "height": 768}
FOUR = 4  # digits typed when the picture is taken


def evening(camera: Any) -> None:
    """A vote from its rule to the counting of paper; the last scene, as it ends the demo's open vote."""
    with camera.person(COMMUNITY) as page:
        page.goto("/admin/projects/poll/add/")
        page.locator("[name=winner_rule]").scroll_into_view_if_needed()
        camera.shoot(page, "evening-rule")
        page.goto("/admin/projects/poll/")
        page.locator("#result_list a", has_text="2026年秋冬项目路演会").first.click()
        page.get_by_role("link", name="凭条、投票亭、纸质选票").click()
        hall = page.url
        page.get_by_role("link", name="打印投票凭条").click()
        page.get_by_role("button", name="为所有没有凭条的人生成凭条").click()
        code = page.locator(".slip .digits").first.inner_text().replace(" ", "")
        page.locator(".slips").scroll_into_view_if_needed()
        camera.shoot(page, "evening-slips")
        page.goto(hall)
        page.get_by_role("link", name="打印纸质选票").click()
        page.get_by_label("数量").fill("3")
        page.get_by_role("button", name="生成纸质选票").click()
        sheet = page.locator(".ballot header .code").first.inner_text()
        page.locator(".ballot").first.scroll_into_view_if_needed()
        camera.shoot(page, "evening-paper")
        _door(camera, page, hall)
        _kiosk(camera, hall, code)
        _steer(camera, page, hall)
        _count(camera, page, hall, sheet)
        page.goto("/polls/1/")
        page.get_by_role("heading", name="自行核对").scroll_into_view_if_needed()
        camera.shoot(page, "evening-result")


def _door(camera: Any, page: Page, hall: str) -> None:
    """Two people are given paper."""
    for number in range(2):
        page.goto(hall)
        page.get_by_role("link", name="门口名单").click()
        page.locator(".cell-list a", has_text="未投票").nth(number + 3).click()
        if not number:
            camera.shoot(page, "evening-voter")
        page.get_by_role("button", name="发放纸质选票").click()


def _kiosk(camera: Any, hall: str, code: str) -> None:
    """A tablet becomes a kiosk and opens a paper."""
    with camera.person(COMMUNITY) as page:
        page.set_viewport_size(TABLET)
        page.goto(hall)
        page.locator("main a[href$='/kiosks/']").click()
        page.get_by_label("投票亭名称").fill("窗边一号")
        page.get_by_role("button", name="退出登录并启动投票亭").click()
        page.locator("#id_code").fill(code[:FOUR])
        camera.shoot(page, "evening-kiosk")
        page.locator("#id_code").fill(code)
        page.get_by_role("button", name="打开我的选票").click()
        camera.shoot(page, "evening-kiosk-paper")


def _steer(camera: Any, page: Page, hall: str) -> None:
    """The control page with a project on stage, and the screen that shows it."""
    page.goto(hall.replace("/hall/", "/control/"))
    page.get_by_role("button", name="开始陈述").first.click()
    page.wait_for_load_state()
    camera.shoot(page, "evening-control")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="大屏").first.click()
    opened.value.wait_for_timeout(1500)
    camera.shoot(opened.value, "evening-screen")
    opened.value.close()


def _count(camera: Any, page: Page, hall: str, sheet: str) -> None:
    """The vote is over; one has entered a sheet, and the other has not yet."""
    page.get_by_text("结束票选", exact=True).first.click()
    page.locator("[name=close-reason]").fill("所有到场的人都已投票")
    page.locator("[name=close-sure]").check()
    page.locator("button[name=close]").click()
    page.goto(hall)
    page.get_by_role("link", name="录入纸质选票").click()
    page.locator("[name=code]").first.fill(sheet)
    page.locator("form.count [name=choices]").first.check()
    page.get_by_role("button", name="录入，下一张").click()
    page.wait_for_load_state()
    camera.shoot(page, "evening-count")
