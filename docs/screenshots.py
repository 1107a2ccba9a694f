"""Take the manual's pictures anew from a fresh demo: `make screenshots`.

A throw-away installation is made and stopped again; what is voted, objected or recused here is gone with it. The
pictures land in docs/manual/img/, one for each line below, under the same names every time. `python docs/screenshots.py
evening` takes those of one scene alone.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from screenshots_evaluation import evaluation
from screenshots_evening import evening
from screenshots_volunteers import volunteer

ROOT = Path(__file__).resolve().parent.parent
IMG = ROOT / "docs/manual/img"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
# width and height, pixels per point
CONSOLE, PHONE = ((1366, 768), 1), ((390, 844), 1.5)
COLOURS, MOST_BYTES, PATIENCE = 96, 120_000, 60

STREET, COMMUNITY = "白洋街道工作人员", "下王宅社区工作人员"
ROLL = "姓名,手机号,住址,网格,户号,居民代表\n曹大安,19900000901,演示路6号101室,第1网格,D101,是\n彭大安,1990000,演示路6号102室,第1网格,D102,\n"  # noqa: E501


@contextmanager
def demo() -> Iterator[str]:
    """A fresh demo on a free port; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="xiaoxiang-manual-") as folder:
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        env = {**kept, "DEPLOYMENT": "demo", "VAR_DIR": folder, "PORT": port, "WEB_CONCURRENCY": "1"}
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, check=True)
        web = subprocess.Popen([sys.executable, "-m", "config.server"], cwd=ROOT, env=env)
        try:
            yield _answering(f"http://127.0.0.1:{port}")
        finally:
            web.terminate()
            web.wait()


def _answering(address: str) -> str:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{address}/help/")  # noqa: S310 (our own)
        except OSError:
            time.sleep(0.3)
        else:
            return address
    sys.exit("The demo does not answer.")


class Camera:
    """One person at a time, at the console or on a phone."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser, self.address = browser, address
        self.taken: list[Path] = []

    @contextmanager
    def person(self, label: str = "", *, english: bool = False) -> Iterator[Page]:
        """A page of somebody signed in by the demo's one click; the size follows from who it is."""
        (width, height), scale = CONSOLE if label in {STREET, COMMUNITY} else PHONE
        context = self.browser.new_context(
            base_url=self.address,
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            locale="en-GB" if english else "zh-CN",
            timezone_id="Asia/Shanghai",
        )
        page = context.new_page()
        if label:
            page.goto("/sign-in/")
            with page.expect_navigation():
                page.locator("form.cell", has=page.get_by_text(label, exact=True)).get_by_role("button").click()
        yield page
        context.close()

    def shoot(self, page: Page, name: str) -> None:
        """Keep what is seen, in few colours."""
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(250)  # what fades in
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled", caret="hide"))).convert("RGB")
        path = IMG / f"{name}.png"
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size > MOST_BYTES:
            sys.exit(f"{path.name} has {path.stat().st_size} bytes, more than {MOST_BYTES}.")
        self.taken.append(path)


def community(camera: Camera) -> None:
    with camera.person(COMMUNITY) as page:
        _console(camera, page, "community-today", "")
        _console(camera, page, "community-call", "teams/recruitmentcall/add/")
        _console(camera, page, "community-review", "teams/admission/review/")
        _row(camera, page, "community-admission", "teams/admission/", "夜灯巡查队")
        page.get_by_role("link", name="退回补正").click()
        camera.shoot(page, "community-return")
        _row(camera, page, "community-roadshow", "projects/roadshow/", "2026年秋冬项目路演会")
        _row(camera, page, "community-poll", "projects/poll/", "2026年秋冬项目路演会")
        _row(camera, page, "community-objection", "projects/objection/", "背街路灯守护")
        _row(camera, page, "community-agreement", "projects/agreement/?q=银星结对照护", "330723001001")
        _row(camera, page, "community-report", "projects/milestonereport/?status__exact=submitted", "年度汇报")
        _row(camera, page, "community-hours", "volunteers/attendance/?status__exact=left", "外籍邻居办事陪同")
        _roll(camera, page)


def _roll(camera: Camera, page: Page) -> None:
    page.goto("/admin/communities/rollimport/add/")
    page.locator("select[name=region]").select_option(label="下王宅社区居委会")
    page.locator("input[type=file]").set_input_files(
        {"name": "名册.csv", "mimeType": "text/csv", "buffer": ROLL.encode("utf-8-sig")}
    )
    camera.shoot(page, "community-roll")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_load_state()
    if page.url.rstrip("/").endswith("rollimport"):
        page.locator("#result_list a").first.click()
    camera.shoot(page, "community-roll-preview")


def street(camera: Camera) -> None:
    with camera.person(STREET) as page:
        _console(camera, page, "street-today", "")
        _row(camera, page, "street-admission", "teams/admission/?status__exact=recommended", "楼道美化小组")
        _row(camera, page, "street-round", "evaluations/evaluationround/?status__exact=open", "2026年下半年项目考评")
        _row(camera, page, "street-scheme", "evaluations/scheme/", "小巷队伍项目效应考评方案")
        _row(camera, page, "street-committee", "evaluations/committee/", "白洋街道考评管理委员会")
        _console(camera, page, "street-user", "communities/user/add/")
        _console(camera, page, "street-permissions", "permissions/")


def member(camera: Camera) -> None:
    with camera.person("考评委员（居民代表）") as page:
        page.goto("/scoring/")
        camera.shoot(page, "member-sheets")
        page.get_by_role("link", name="邻里共享工坊").first.click()
        page.locator("input[name^=mark-]").first.fill("7.5")
        camera.shoot(page, "member-sheet")
        page.locator("text=提交并封存").scroll_into_view_if_needed()
        camera.shoot(page, "member-submit")


def resident(camera: Camera) -> None:
    with camera.person() as page:
        page.goto("/sign-in/")
        camera.shoot(page, "resident-sign-in")
    with camera.person("居民代表") as page:
        page.goto("/me/")
        camera.shoot(page, "resident-me")
        page.get_by_role("link", name="去投票").click()
        page.get_by_label("老娘舅上门调解").check()
        page.get_by_label("银龄数字课堂").check()
        camera.shoot(page, "resident-vote")
        page.get_by_role("button", name="核对我的选择").click()
        camera.shoot(page, "resident-vote-check")
        page.locator("main form button").first.click()
        camera.shoot(page, "resident-receipt")
        page.goto("/c/330723001001/?elder=1")
        camera.shoot(page, "resident-large")
    with camera.person("居民") as page:
        page.goto("/c/330723001001/")
        page.get_by_role("link", name="背街路灯守护").first.click()
        page.get_by_role("link", name="提出异议").click()
        camera.shoot(page, "resident-object")


def team(camera: Camera) -> None:
    with camera.person("申请人（准入待审）") as page:
        page.goto("/c/330723001001/ask/")
        camera.shoot(page, "resident-ask")
        page.goto("/admissions/")
        page.get_by_role("link", name="夜灯巡查队").click()
        camera.shoot(page, "team-admission")
    with camera.person("队伍联系人（巷口急修）") as page:
        page.goto("/projects/mine/")
        page.get_by_role("link", name="水管冬季防冻").click()
        camera.shoot(page, "team-returned")
    with camera.person("队伍联系人（共享工坊）") as page:
        page.goto("/projects/new/")
        camera.shoot(page, "team-proposal")


def _console(camera: Camera, page: Page, name: str, path: str) -> None:
    page.goto(f"/admin/{path}")
    camera.shoot(page, name)


def _row(camera: Camera, page: Page, name: str, path: str, text: str) -> None:
    """One thing's page, opened from its list."""
    page.goto(f"/admin/{path}")
    page.locator("#result_list a", has_text=text).first.click()
    page.wait_for_load_state()
    camera.shoot(page, name)


SCENES: list[Callable[[Camera], None]] = [community, street, member, resident, team, volunteer, evaluation, evening]


def main() -> None:
    known = map(shutil.which, ("chromium", "google-chrome", "chromium-headless-shell"))
    chromium = os.environ.get("CHROMIUM") or next(filter(None, known), None)
    if not chromium:
        sys.exit("Chromium is needed: install it, or set CHROMIUM to its path.")
    IMG.mkdir(parents=True, exist_ok=True)
    scenes = [scene for scene in SCENES if scene.__name__ in sys.argv[1:]] or SCENES
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        camera = Camera(browser, address)
        for scene in scenes:
            scene(camera)
        browser.close()
    for left_over in set(IMG.glob("*.png")) - set(camera.taken) if scenes == SCENES else ():
        left_over.unlink()
    total = sum(path.stat().st_size for path in camera.taken)
    print(f"{len(camera.taken)} pictures, {total // 1000} kB, in {IMG.relative_to(ROOT)}/")


if __name__ == "__main__":
    main()
