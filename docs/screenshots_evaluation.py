"""The pictures of the chapter on evaluation, for docs/screenshots.py: at the place, at the doors, grade and appeal."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

STREET = "白洋街道工作人员"
ROUND = "2026年上半年项目考评"


def evaluation(camera: Any) -> None:
    """A grade from the courtyard to the decision on an appeal."""
    with camera.person("考评委员（居民代表）") as page:
        _without_network(camera, page)
    with camera.person("考评委员（第三方）") as page:
        page.goto("/visits/")
        page.wait_for_selector("#spot[data-ready]")
        camera.shoot(page, "evaluation-visits")
        page.locator("a[data-sheet]").first.click()
        page.wait_for_selector("#spot[data-open]")
        camera.shoot(page, "evaluation-visit")
    with camera.person("队伍联系人（银星照护）") as page:
        page.goto("/projects/mine/")
        page.get_by_role("link", name="银星结对照护").first.click()
        page.locator("a[href^='/ratings/']").first.click()
        camera.shoot(page, "evaluation-explained")
        page.get_by_role("link", name="申诉").first.click()
        camera.shoot(page, "evaluation-appeal")
    with camera.person(STREET) as page:
        page.goto("/admin/evaluations/appeal/")
        page.locator("#result_list a", has_text="银星结对照护").first.click()
        camera.shoot(page, "evaluation-appeal-console")
        page.goto("/admin/evaluations/evaluationmeeting/")
        page.locator("#result_list a", has_text=ROUND).first.click()
        page.get_by_role("link", name="会议纪要").first.click()
        camera.shoot(page, "evaluation-minutes")


def _without_network(camera: Any, page: Page) -> None:
    """The network is cut after the sheets were fetched: what is typed waits on the device."""
    page.goto("/scoring/")
    page.wait_for_selector("#spot[data-ready]")
    page.get_by_role("link", name="邻里共享工坊").first.click()
    page.wait_for_selector("#spot[data-open]")
    page.context.set_offline(True)
    page.locator("input.mark").first.fill("6.5")
    page.keyboard.press("Tab")
    page.get_by_text("未发送").first.wait_for()
    camera.shoot(page, "evaluation-offline")
    page.context.set_offline(False)
