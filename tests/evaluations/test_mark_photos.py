"""Photos as evidence: kept without what the phone put into them, taken back and never lost."""

import io
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from PIL import Image

from communities.models import Upload
from evaluations.models import MarkChange, MarkPhoto, ScoreSheet
from evaluations.services import photos, rounds, sheets
from tests.evaluations.device import PHOTOS, picture, post_photo, url_of
from tests.evaluations.season import give
from tests.factories import MarkPhotoFactory

pytestmark = pytest.mark.django_db


def test_a_photo_is_kept_without_what_the_phone_put_into_it(api, browse, sheet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = api(sheet.member.user)

    answer = post_photo(client, sheet, content=picture(exif=True))

    assert (answer.status_code, answer.data["latitude"], answer.data["indicator"]) == (201, None, "A1")
    page = browse(sheet.member.user).get(answer.data["url"])
    assert page["Content-Type"] == "image/jpeg"
    assert not Image.open(io.BytesIO(page.getvalue())).getexif()
    assert client.get(url_of(sheet)).data["photos"][0]["key"] == answer.data["key"]


def test_a_place_comes_only_as_the_member_sends_it(api, sheet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = api(sheet.member.user)

    there = post_photo(client, sheet, latitude="29.08910", longitude="119.65020")
    wrong = [
        post_photo(client, sheet, latitude="29.08910"),
        post_photo(client, sheet, latitude="91", longitude="0"),
    ]

    assert (there.data["latitude"], there.data["longitude"]) == ("29.08910", "119.65020")
    assert [each.status_code for each in wrong] == [400, 400]


@pytest.mark.parametrize("content", [b"MZ\x90\x00 no picture", b"", b"%PDF-1.4\nstartxref\n%%EOF\n"])
def test_a_photo_that_is_none_is_refused(api, sheet, content):
    answer = post_photo(api(sheet.member.user), sheet, content=content)

    assert answer.status_code in {400, 409}
    assert answer.data["error"]["message"]
    assert MarkPhoto.objects.count() == 0


def test_only_so_many_photos_for_one_indicator(api, sheet, monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(photos, "MOST", 1)

    answers = [post_photo(api(sheet.member.user), sheet) for _time in range(2)]

    assert [each.status_code for each in answers] == [201, 409]
    assert answers[1].data["error"]["code"] == "too_many"


def test_a_photo_is_evidence(draft_round, official, api, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    draft_round.scheme.indicators.filter(code="A1").update(evidence_required=True)
    rounds.open_(draft_round, by=official)
    sheet = give(ScoreSheet.objects.select_related("member__user").first(), 8, 9)
    client = api(sheet.member.user)

    before = client.post(url_of(sheet, "submit/"), {})
    post_photo(client, sheet)
    after = client.post(url_of(sheet, "submit/"), {})

    assert (before.data["error"]["code"], after.status_code) == ("unfinished", 200)


def test_a_photo_is_taken_back_and_its_key_stays_used(
    api, sheet, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    client, key = api(sheet.member.user), uuid4()
    made = post_photo(client, sheet, key=key).data
    with django_capture_on_commit_callbacks(execute=True):
        gone = [client.delete(f"{PHOTOS}{made['id']}/").status_code for _time in range(2)]

    late = post_photo(client, sheet, key=key)

    assert (gone, late.data["url"], Upload.objects.count()) == ([204, 204], "", 0)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert client.get(f"{PHOTOS}{made['id']}/file/").status_code == 404


def test_a_correction_takes_its_photos_along_and_the_sealed_ones_stay(api, sheet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client = api(sheet.member.user)
    post_photo(client, sheet)
    first = sheets.submit(give(sheet, 8, 9), by=sheet.member.user)
    second = sheets.correct(first, reason="笔误", by=sheet.member.user)
    copied = second.photos.get()

    assert client.delete(f"{PHOTOS}{copied.pk}/").status_code == 204
    assert client.delete(f"{PHOTOS}{first.photos.get().pk}/").data["error"]["code"] == "sheet_is_sealed"
    assert (first.photos.kept().count(), second.photos.kept().count(), Upload.objects.count()) == (1, 0, 1)


def test_the_database_itself_keeps_changes_and_sealed_photos(sheet):
    photo = MarkPhotoFactory(sheet=sheet, indicator=sheets.asked(sheet)[0])
    taken = MarkChange.objects.create(sheet=sheet, indicator=photo.indicator, key=uuid4(), value=8, at=now())
    sheets.submit(give(sheet, 8, 9), by=sheet.member.user)
    acts = [
        lambda: MarkChange.objects.filter(pk=taken.pk).update(value=1),
        lambda: MarkChange.objects.filter(pk=taken.pk).delete(),
        lambda: MarkPhoto.objects.filter(pk=photo.pk).update(upload=None, removed_at=now()),
        lambda: MarkPhoto.objects.filter(pk=photo.pk).update(latitude=1, longitude=1),
        lambda: MarkPhoto.objects.filter(pk=photo.pk).delete(),
        lambda: MarkPhotoFactory(sheet=sheet, indicator=photo.indicator),
        lambda: MarkPhotoFactory(sheet=ScoreSheet.objects.drafts().first()),
    ]
    for act in acts:
        with pytest.raises(IntegrityError), transaction.atomic():
            act()
