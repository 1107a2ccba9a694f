"""Scoring with the network cut: sheets open, marks and photos wait on the device, and arrive once."""

import io
import random
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from django.utils.timezone import now, timedelta
from PIL import Image
from playwright.sync_api import expect

from evaluations.models import EvaluationRound, Indicator, MarkChange, MarkPhoto, Scheme, ScoreSheet
from evaluations.own_total import own_total
from tests.browser.conftest import session_of
from tests.browser.phone import (
    LIST,
    ROWS,
    arrived,
    cut,
    mark,
    marks_of,
    open_sheet,
    url_of,
    waits,
)
from tests.browser.walk.season import picture


def test_a_project_is_scored_without_network_and_arrives_once(phone, sheets, violations):
    sheet = sheets[0]
    cut(phone)
    phone.goto(LIST)
    phone.click(f"a[data-sheet='{sheet.pk}']")
    phone.wait_for_selector("h1:has-text('邻里食堂')")
    mark(phone, 0, "8.5")
    mark(phone, 1, "7")
    phone.click("details summary >> text=备注 >> nth=0")
    phone.set_input_files("input[type=file] >> nth=0", picture("现场.png"))
    phone.wait_for_selector(".photo img")
    assert phone.inner_text("#running") == "79.00"
    phone.click("button[name=submit]")
    expect(phone.locator("[data-spot-says]")).to_contain_text("有网络后自动发出并封存")
    assert violations(phone) == {}

    open_sheet(phone, sheet)
    assert [phone.input_value(f"input.mark >> nth={number}") for number in (0, 1)] == ["8.5", "7"]
    phone.goto(LIST)
    expect(phone.locator(f"a[data-sheet='{sheet.pk}']")).to_contain_text("4 项未发送")
    assert MarkChange.objects.count() == 0

    cut(phone, off=False)
    expect(phone.locator(f"a[data-sheet='{sheet.pk}'] .status")).to_have_text("已提交")
    assert marks_of(sheet) == {"A1": Decimal("8.5"), "A2": 7}
    assert MarkChange.objects.filter(sheet=sheet).count() == 2
    assert MarkPhoto.objects.kept().filter(sheet=sheet).count() == 1
    assert ScoreSheet.objects.get(pk=sheet.pk).is_sealed


def test_a_lost_answer_is_no_second_mark(phone, sheets):
    sheet = sheets[0]
    open_sheet(phone, sheet)

    def lose(route):
        route.fetch()
        route.abort()

    phone.route("**/changes/", lose)
    mark(phone, 0, "8")
    expect(phone.locator("#saved")).to_contain_text("1 项未发送")
    mark(phone, 0, "9")
    waits(phone, 2)
    expect(phone.locator("#saved")).to_contain_text("1 项未发送")
    phone.unroute("**/changes/")
    phone.reload()
    arrived(phone)

    assert marks_of(sheet) == {"A1": 9}
    assert list(MarkChange.objects.order_by("pk").values_list("value", flat=True)) == [8, 9]


@pytest.mark.parametrize(("choice", "counts"), [("用本机的", 8), ("用另一台设备的", 6)])
def test_two_devices_in_conflict_keep_both_and_ask(phone, page, sheets, violations, choice, counts):
    sheet = sheets[0]
    open_sheet(phone, sheet)
    cut(phone)
    mark(phone, 0, "8")
    expect(phone.locator("#saved")).to_contain_text("1 项未发送")
    tablet = page(sheet.member.user, width=820)
    open_sheet(tablet, sheet)
    mark(tablet, 0, "6")
    arrived(tablet)

    cut(phone, off=False)
    asked = phone.locator("[data-spot-ask]:visible")
    expect(asked).to_contain_text("两台设备打的分不一样")
    assert ("6" in asked.inner_text(), "8" in asked.inner_text()) == (True, True)
    assert violations(phone) == {}
    assert marks_of(sheet) == {"A1": 6}
    phone.get_by_role("button", name=choice).click()
    arrived(phone) if counts == 8 else expect(asked).to_have_count(0)

    assert marks_of(sheet) == {"A1": counts}
    assert phone.input_value("input.mark >> nth=0") == str(counts)


def test_a_round_that_closed_meanwhile_says_so_and_what_was_typed_can_be_taken_along(phone, sheets, violations):
    sheet = sheets[0]
    open_sheet(phone, sheet)
    cut(phone)
    mark(phone, 0, "8.5")
    phone.click("details summary >> text=备注 >> nth=0")
    phone.fill("textarea >> nth=0", "=看过台账")
    phone.keyboard.press("Tab")
    waits(phone, 2)
    EvaluationRound.objects.update(closes_at=now() - timedelta(minutes=1))

    cut(phone, off=False)
    says = phone.locator("[data-spot-says]")
    expect(says).to_contain_text("没有被接收")
    assert violations(phone) == {}
    phone.reload()
    expect(says).to_contain_text("没有被接收")
    with phone.expect_download() as download:
        phone.get_by_role("link", name="保存为文件").click()
    rows = download.value.path().read_text(encoding="utf-8-sig").splitlines()

    assert marks_of(sheet) == {}
    assert rows[0] == '"项目","指标","分数","备注","填写时间"'
    assert rows[1].startswith('"邻里食堂","A1 指标A1","8.5","\'=看过台账","')
    phone.get_by_role("button", name="从本机删除").click()
    expect(says).to_be_hidden()
    assert phone.evaluate(ROWS)["queue"] == 0


def test_a_session_that_ended_loses_nothing(phone, sheets, live_server, settings):
    sheet = sheets[0]
    open_sheet(phone, sheet)
    cut(phone)
    mark(phone, 0, "8")
    expect(phone.locator("#saved")).to_contain_text("1 项未发送")
    Session.objects.all().delete()

    cut(phone, off=False)
    expect(phone.locator("[data-spot-says]")).to_contain_text("重新登录")
    assert marks_of(sheet) == {}
    door = phone.get_by_role("link", name="登录", exact=True).last.get_attribute("href")
    assert door == f"/sign-in/?next={url_of(sheet).replace('/', '%2F')}"
    phone.goto(door)
    phone.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(sheet.member.user), "url": live_server.url}]
    )
    open_sheet(phone, sheet)
    arrived(phone)

    assert marks_of(sheet) == {"A1": 8}


def test_what_needs_network_says_so(phone, violations):
    cut(phone)
    phone.goto("/inbox/")

    assert phone.inner_text("h1") == "没有网络"
    assert violations(phone) == {}
    phone.get_by_role("link", name="我的评分表").click()
    phone.wait_for_selector("a[data-sheet]")


@pytest.mark.parametrize("days", [-1, 1])
def test_a_phone_whose_clock_is_wrong_by_a_day_scores_as_any_other(phone, sheets, days):
    phone.clock.set_fixed_time(now() + timedelta(days=days))
    open_sheet(phone, sheets[0])
    mark(phone, 0, "8")
    arrived(phone)
    phone.reload()
    phone.wait_for_selector("#spot[data-open]")

    taken = MarkChange.objects.get()
    assert phone.input_value("input.mark >> nth=0") == "8"
    assert abs(taken.typed_at - taken.at - timedelta(days=days)) < timedelta(minutes=5)
    assert abs(taken.at - now()) < timedelta(minutes=5)


def test_what_is_wrong_is_said_at_its_place_and_goes_nowhere(phone, sheets):
    open_sheet(phone, sheets[0])
    mark(phone, 0, "11")
    card = phone.locator(".indicator").first
    expect(card.locator(".marking .errors")).to_have_text("请填 0 至 10 之间的数，最多两位小数。")
    phone.click("details summary >> text=备注 >> nth=0")
    phone.set_input_files(
        "input[type=file] >> nth=0", {"name": "照片.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    )
    expect(card.locator(".errors").last).to_contain_text("“照片.jpg”不是本机能读取的图片")

    phone.click("button[name=submit]")
    expect(phone.locator(".indicator").last.locator(".marking .errors")).to_contain_text("还没有打分")
    assert phone.evaluate(ROWS)["queue"] == 0
    assert (MarkChange.objects.count(), MarkPhoto.objects.count()) == (0, 0)


def test_photos_are_made_small_lose_their_place_and_keep_it_only_when_asked(phone, sheets):
    out, image = io.BytesIO(), Image.new("RGB", (3200, 2400), "#0b6450")
    exif = image.getexif()
    exif.get_ifd(0x8825)[1] = "N"
    image.save(out, "JPEG", exif=exif)
    photo = {"name": "大图.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}
    phone.context.grant_permissions(["geolocation"])
    phone.context.set_geolocation({"latitude": 29.0891, "longitude": 119.6502})
    open_sheet(phone, sheets[0])
    phone.click("details summary >> text=备注 >> nth=0")

    phone.set_input_files("input[type=file] >> nth=0", photo)
    phone.wait_for_selector("figure[data-photo]")
    phone.check("#with-place")
    phone.set_input_files("input[type=file] >> nth=0", photo)
    phone.wait_for_selector("figure[data-photo] >> nth=1")

    without, with_place = MarkPhoto.objects.order_by("pk")
    with without.upload.file.open() as file, Image.open(file) as kept:
        assert (kept.size, dict(kept.getexif())) == ((1600, 1200), {})
    assert (without.latitude, with_place.latitude, with_place.longitude) == (
        None,
        Decimal("29.08910"),
        Decimal("119.65020"),
    )
    phone.click("figure[data-photo] button >> nth=0")
    waits(phone, 0)
    assert list(MarkPhoto.objects.kept()) == [with_place]


def test_the_page_and_the_platform_add_up_to_the_same_figure(phone, sheets):
    open_sheet(phone, sheets[0])
    chance = random.Random(4)  # noqa: S311 (chance that repeats itself)
    for _time in range(60):
        scheme = Scheme(places=chance.choice([0, 1, 2, 4]), round_indicators=chance.random() < 0.5)
        scheme.bonus_cap = chance.choice([None, Decimal("3.5"), Decimal(0)])
        leaves = [_leaf(chance, number) for number in range(chance.randint(1, 25))]
        given = {leaf.pk: _hundredths(chance, leaf.full) if chance.random() < 0.8 else None for leaf in leaves}
        rows = [_row(leaf, given[leaf.pk]) for leaf in leaves]
        cap = "" if scheme.bonus_cap is None else f"{scheme.bonus_cap}"
        rules = {"places": scheme.places, "roundIndicators": scheme.round_indicators, "bonusCap": cap}

        shown = phone.evaluate("([rows, rules]) => Spot.total(rows, rules)", [rows, rules])

        ours = own_total(leaves, given, scheme)
        assert shown == (None if ours is None else f"{ours:.{scheme.places}f}")


def _hundredths(chance, most):
    return Decimal(chance.randint(0, int(most * 100))) / 100


def _leaf(chance, number):
    full = chance.choice([Decimal(5), Decimal(7), Decimal(10), Decimal("2.5"), Decimal(100)])
    kind = chance.choice(["score", "score", "score", "bonus", "veto"])
    return Indicator(pk=number, full=full, weight=_hundredths(chance, Decimal(30)), kind=kind)


def _row(leaf, value):
    typed = "" if value is None else f"{value}"
    return {"kind": leaf.kind, "value": typed, "weight": f"{leaf.weight}", "full": f"{leaf.full}"}


def test_it_can_be_put_on_the_home_screen(phone):
    manifest = phone.evaluate("async () => (await fetch(document.querySelector('link[rel=manifest]').href)).json()")
    sizes = phone.evaluate(
        """async (icons) => Promise.all(icons.map(async ({ src }) => {
          const picture = await createImageBitmap(await (await fetch(src)).blob());
          return `${picture.width}x${picture.height}`;
        }))""",
        manifest["icons"],
    )
    browser = phone.context.new_cdp_session(phone)

    assert sizes == [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512", "512x512"]
    assert (manifest["start_url"], manifest["display"], manifest["name"]) == (LIST, "standalone", "小巷队伍 · 现场打分")
    assert browser.send("Page.getAppManifest")["errors"] == []
    assert browser.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
