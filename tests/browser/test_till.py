"""A foreign volunteer redeems in English; the partner accepts the voucher, with network and in a cellar without."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import expect

from tests.browser import PATIENCE
from tests.factories import (
    ClerkFactory,
    JournalFactory,
    RewardFactory,
    RewardKindFactory,
    StockChangeFactory,
    UserFactory,
    VolunteerFactory,
)
from volunteers.models import Account, OfflineUse, Redemption
from volunteers.services import partners, redemptions, reward_photos

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reward(transactional_db, community):
    kind = RewardKindFactory(name="理发美容", name_en="hair and beauty")
    reward = RewardFactory(
        region=community,
        partner__region=community,
        partner__name="下王宅理发店",
        partner__name_en="Xiawangzhai Barber",
        kind=kind,
        title="理发一次",
        title_en="A haircut",
        about_en="Walk in on any weekday.",
        points=20,
        stock=5,
        hold_hours=24,
    )
    StockChangeFactory(reward=reward, pieces=5)
    return reward


@pytest.fixture
def foreigner(reward):
    volunteer = VolunteerFactory(region=reward.region, name="Amara")
    JournalFactory(volunteer=volunteer, points=50)
    return volunteer


@pytest.fixture
def clerk(reward):
    return partners.add_clerk(reward.partner, phone="13900001111", name="王店员", by=UserFactory()).user


def redeemed(reward, volunteer, key="k"):
    return redemptions.redeem(reward, volunteer=volunteer, key=key, by=volunteer.user)


def what_the_code_says(page, voucher):
    """The address in the QR code, as a phone's camera reads it."""
    page.goto(voucher.get_absolute_url())
    return page.get_attribute("[data-scanned]", "data-scanned")


@pytest.fixture
def till(page, clerk):
    """The clerk's phone, which has fetched what it needs to do without network."""
    tab = page(clerk)
    tab.goto("/till/")
    tab.wait_for_selector("#spot[data-ready]")
    return tab


def cut(tab, *, off=True):
    tab.context.set_offline(off)


def scan(tab, address):
    tab.goto("about:blank")
    tab.goto(address)
    tab.wait_for_selector("#spot[data-open]")


def test_a_foreign_volunteer_redeems_in_english_and_the_partner_accepts(page, violations, reward, foreigner, clerk):
    phone, till = page(foreigner.user, language="en"), page(clerk)

    phone.goto("/rewards/")
    phone.select_option("#kind", label="hair and beauty")
    phone.click("text=Show")
    found = [violations(phone)]
    phone.click("text=A haircut")
    found.append(violations(phone))
    phone.click("text=Hold one for me for 24 hours")
    expect(phone.locator("main")).to_contain_text("Held for you until")
    phone.click("text=Redeem for 20 points")
    phone.wait_for_url("**/vouchers/*/")
    found.append(violations(phone))
    assert "Xiawangzhai Barber" in phone.inner_text("main")
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in phone.inner_text("main"))

    till.goto(phone.get_attribute("[data-scanned]", "data-scanned"))
    found.append(violations(till))
    till.click("text=确认核销")
    till.wait_for_url(re.compile(r"/till/(#.*)?$"))
    expect(till.locator("main")).to_contain_text("理发一次")
    found.append(violations(till))
    phone.reload()

    assert found == [{}] * 5
    assert phone.inner_text(".status").lower() == "used"
    assert Redemption.objects.get().accepted_by == clerk
    assert Account.objects.get(volunteer=foreigner).balance == 30


def test_in_a_cellar_the_voucher_is_checked_on_the_phone_and_sent_once(page, violations, till, reward, foreigner):
    voucher = redeemed(reward, foreigner)
    phone = page(foreigner.user, language="en")
    address = what_the_code_says(phone, voucher)
    phone.wait_for_selector("#spot[data-ready]")
    cut(phone)
    phone.goto(voucher.get_absolute_url())
    assert voucher.spoken_code in phone.inner_text("main")

    cut(till)
    scan(till, address)
    expect(till.locator("[data-spot-says]")).to_contain_text("理发一次")
    assert violations(till) == {}
    till.dblclick("text=确认核销")
    expect(till.locator("[data-spot-says]")).to_contain_text("已在本机核销")
    scan(till, address)
    expect(till.locator("[data-spot-says]")).to_contain_text("本机已经核销过")
    expect(till.locator("[data-spot-line]")).to_contain_text("1 张")
    assert Redemption.objects.get().status == "issued"

    cut(till, off=False)
    till.goto("/till/")
    expect(till.locator("[data-till-waiting]")).to_be_hidden()
    expect(till.locator("main")).to_contain_text("理发一次")
    assert Redemption.objects.get().status == "used"
    assert OfflineUse.objects.get().status == "accepted"


# The phone dies, or its storage is full, as the acceptance is queued: nothing that it was writing is there afterwards.
DIES = """() => {
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...args) {
    if (this.name !== "queue") return put.apply(this, args);
    this.transaction.abort();
    throw new DOMException("", "QuotaExceededError");
  };
}"""


def test_an_acceptance_that_was_not_queued_is_not_noted_as_accepted_either(page, till, reward, foreigner):
    address = what_the_code_says(page(foreigner.user), redeemed(reward, foreigner))
    cut(till)
    scan(till, address)
    till.evaluate(DIES)
    till.click("text=确认核销")
    expect(till.locator("[data-spot-says]")).to_contain_text("没能保存")

    scan(till, address)
    till.click("text=确认核销")
    expect(till.locator("[data-spot-says]")).to_contain_text("已在本机核销")
    cut(till, off=False)
    till.goto("/till/")

    expect(till.locator("[data-till-waiting]")).to_be_hidden()
    assert OfflineUse.objects.get().status == "accepted"
    assert Redemption.objects.get().status == "used"


def test_without_network_what_is_no_voucher_of_ours_is_refused(page, till, reward, foreigner):
    address = what_the_code_says(page(foreigner.user), redeemed(reward, foreigner))
    start, _hash, facts = address.partition("#")
    partner, number, day, signature = facts.split(".")
    other = RewardFactory(region=reward.region, partner__region=reward.region, points=10)
    elsewhere = what_the_code_says(page(foreigner.user), redeemed(other, foreigner, "other"))
    cut(till)

    said = []
    for wrong in (
        f"{start}#{partner}.{number}.29991231.{signature}",
        f"{start[:-11]}ABCDEFGHJK/#{facts}",
        start,
        elsewhere,
    ):
        scan(till, wrong)
        said.append(till.inner_text("[data-spot-says] p"))

    assert ["不是真的" in words for words in said] == [True, True, False, False]
    assert "扫" in said[2]
    assert "其他商户" in said[3]
    till.goto("/till/")
    till.fill("[name=code]", "ABCDE-FGHJK")
    till.click("text=查询")
    expect(till.locator("[data-spot-says]")).to_contain_text("扫")
    assert day


def test_a_voucher_used_at_two_tills_is_found_and_said(page, till, clerk, reward, foreigner):
    voucher = redeemed(reward, foreigner)
    address = what_the_code_says(page(foreigner.user), voucher)
    cut(till)
    scan(till, address)
    till.click("text=确认核销")
    expect(till.locator("[data-spot-says]")).to_contain_text("已在本机核销")
    redemptions.accept(Redemption.objects.get(), by=ClerkFactory(partner=reward.partner).user)

    cut(till, off=False)
    till.goto("/till/")
    expect(till.locator("[data-till-waiting]")).to_contain_text("由社区决定", timeout=PATIENCE)
    assert OfflineUse.objects.get().found == "used"
    till.click("text=知道了")
    expect(till.locator("[data-till-waiting]")).to_be_hidden()


def test_the_catalogue_shows_pictures(page, violations, reward, foreigner, settings, tmp_path):
    settings.MEDIA_ROOT, out = tmp_path, io.BytesIO()
    Image.new("RGB", (80, 60), "#0b6450").save(out, "PNG")
    reward_photos.add(reward, photo=SimpleUploadedFile("店.png", out.getvalue()), by=foreigner.user)
    tab = page(foreigner.user, width=1366)

    tab.goto("/rewards/")
    shown = tab.locator("img.thumb")
    expect(shown).to_have_count(1)
    assert shown.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }") == 80
    assert violations(tab) == {}
