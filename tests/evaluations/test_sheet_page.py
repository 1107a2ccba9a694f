"""The page of a score sheet where scripts do not run, and what it says of versions and totals."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from evaluations.models import MarkPhoto, ScoreSheet
from evaluations.own_total import own_total
from evaluations.services import sheets
from tests.evaluations.device import change, marks_of, picture, send
from tests.evaluations.season import give

pytestmark = pytest.mark.django_db


def test_the_page_without_scripts_takes_photos_and_takes_them_back(browse, sheet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, url = browse(sheet.member.user), f"/scoring/{sheet.pk}/"
    first = sheets.asked(ScoreSheet.objects.get(pk=sheet.pk))[0]
    file = SimpleUploadedFile("现场.jpg", picture(), "image/jpeg")

    added = client.post(url, {f"mark-{first.pk}": "8", f"photo-{first.pk}": file, "save": "1"})
    photo = MarkPhoto.objects.get()
    shown = client.get(url).content.decode()
    seen = sheet.marks.get().change
    client.post(url, {f"mark-{first.pk}": "8", f"seen-{first.pk}": seen, "take-back": photo.pk})

    assert (added.status_code, photo.get_absolute_url() in shown) == (302, True)
    assert photo.get_absolute_url() not in client.get(url).content.decode()


def test_the_page_without_scripts_asks_before_it_writes_over_another_device(browse, api, sheet):
    client, url = browse(sheet.member.user), f"/scoring/{sheet.pk}/"
    first = sheets.asked(ScoreSheet.objects.get(pk=sheet.pk))[0]
    send(api(sheet.member.user), sheet, change("A1", "6"))

    asked = client.post(url, {f"mark-{first.pk}": "9", f"seen-{first.pk}": "", "save": "1"})
    stored = marks_of(sheet)
    again = client.post(
        url, {f"mark-{first.pk}": "9", f"seen-{first.pk}": asked.context["form"].data[f"seen-{first.pk}"], "save": "1"}
    )

    assert (asked.status_code, stored, "6.00" in asked.content.decode()) == (422, {"A1": 6}, True)
    assert (again.status_code, marks_of(sheet)) == (302, {"A1": 9})


def test_a_page_says_where_it_stands_and_whose_figure_it_shows(browse, sheet):
    give(sheet, 8, 9)

    page = browse(sheet.member.user).get(f"/scoring/{sheet.pk}/", headers={"Accept-Language": "en"})

    assert '<strong id="running">84.00</strong> / 100' in page.content.decode()
    assert "This is your own sheet alone." in page.content.decode()
    assert page["X-Keep-For"] == str(sheet.member.user_id)


def test_all_versions_stand_on_the_page(browse, sheet):
    first = sheets.submit(give(sheet, 8, 9), by=sheet.member.user)
    second = sheets.correct(first, reason="看错了台账", by=sheet.member.user)

    for version in (first, second):
        page = browse(sheet.member.user).get(f"/scoring/{version.pk}/").content.decode()
        assert "看错了台账" in page
        assert f'href="/scoring/{first.pk}/"' in page


def test_the_total_counts_bonus_up_to_its_cap_and_rounds_half_up(draft_round):
    scheme = draft_round.scheme
    scheme.bonus_cap, scheme.places = Decimal(3), 2
    leaves = list(scheme.indicators.all())
    leaves.append(scheme.indicators.create(code="B1", name="加分", weight=5, full=5, kind="bonus", order=9))
    leaves.append(scheme.indicators.create(code="V1", name="否决", weight=0, full=1, kind="veto", order=10))
    a1, a2, bonus, veto = leaves
    a1.full = Decimal(7)

    cases = {
        (None, None, None, None): None,
        (None, None, None, Decimal(1)): None,
        (Decimal(1), None, None, None): Decimal("8.57"),
        (Decimal(1), Decimal("0.25"), Decimal(4), None): Decimal("12.57"),
    }
    for values, total in cases.items():
        given = dict(zip([leaf.pk for leaf in (a1, a2, bonus, veto)], values, strict=True))
        assert own_total([a1, a2, bonus, veto], given, scheme) == total
