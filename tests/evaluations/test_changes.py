"""What a device sends of a sheet: each change and photo once, conflicts asked about, whatever its clock says."""

import io
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils.timezone import now
from PIL import Image

from communities.models import Refused, StatusChange, Upload
from evaluations.models import Mark, MarkChange, MarkPhoto, Recusal, ScoreSheet
from evaluations.own_total import own_total
from evaluations.services import changes, photos, rounds, sheets
from evaluations.services.changes import Change
from tests.evaluations.season import give
from tests.factories import MarkPhotoFactory

pytestmark = pytest.mark.django_db
PHOTOS = "/api/v1/mark-photos/"


def url_of(sheet, move=""):
    return f"/api/v1/score-sheets/{sheet.pk}/{move}"


def change(indicator="A1", value="8", *, based_on=None, key=None, **more):
    return {"indicator": indicator, "value": value, "key": str(key or uuid4()), "based_on": based_on, **more}


def send(client, sheet, *given):
    return client.post(url_of(sheet, "changes/"), {"changes": given})


def picture(*, exif=False):
    """A photo as a phone makes it, with the place where it was taken inside."""
    out, image = io.BytesIO(), Image.new("RGB", (40, 30), "#0b6450")
    inside = image.getexif()
    inside.get_ifd(0x8825)[1] = "N"
    image.save(out, "JPEG", exif=inside if exif else b"")
    return out.getvalue()


def post_photo(client, sheet, *, content=None, key=None, indicator="A1", **more):
    file = SimpleUploadedFile("现场.jpg", picture() if content is None else content)
    body = {"sheet": sheet.pk, "indicator": indicator, "key": str(key or uuid4()), "file": file, **more}
    return client.post(PHOTOS, body, format="multipart")


def marks_of(sheet):
    return dict(sheet.marks.values_list("indicator__code", "value"))


def test_changes_are_taken_and_named_by_their_keys(api, sheet):
    first, second = change("A1", "8.5", note="看过"), change("A2", None, note="没有到现场")

    answer = send(api(sheet.member.user), sheet, first, second)

    assert (answer.status_code, answer.json()["taken"]) == (200, [first["key"], second["key"]])
    assert marks_of(sheet) == {"A1": Decimal("8.5"), "A2": None}
    assert {str(key) for key in sheet.marks.values_list("change", flat=True)} == {first["key"], second["key"]}


def test_the_same_sheet_sent_three_times_arrives_once(api, sheet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client, key = api(sheet.member.user), uuid4()
    given = [change("A1", "8"), change("A2", "9")]
    seen = {each["indicator"]: each["key"] for each in given}

    answers = [
        [
            send(client, sheet, *given).status_code,
            post_photo(client, sheet, key=key).status_code,
            client.post(url_of(sheet, "submit/"), {"seen": seen}).status_code,
        ]
        for _time in range(3)
    ]

    assert answers == [[200, 201, 200]] * 3
    assert (MarkChange.objects.count(), MarkPhoto.objects.count(), Upload.objects.count()) == (2, 1, 1)
    assert marks_of(sheet) == {"A1": 8, "A2": 9}
    assert StatusChange.objects.filter(object_id=sheet.pk, new="submitted").count() == 1


def test_a_late_repetition_does_not_undo_what_came_after(api, sheet):
    client, first = api(sheet.member.user), change("A1", "5")
    send(client, sheet, first)
    send(client, sheet, change("A1", "7", based_on=first["key"]))

    again = send(client, sheet, first)

    assert (again.status_code, marks_of(sheet)) == (200, {"A1": 7})


def test_two_devices_in_conflict_keep_both_and_the_person_chooses(api, sheet):
    client = api(sheet.member.user)
    first = change("A1", "8")
    send(client, sheet, first, change("A2", "9"))
    tablet = change("A1", "6", based_on=first["key"], note="平板")
    send(client, sheet, tablet)

    phone = change("A1", "7", based_on=first["key"], note="手机", typed_at="2026-11-26T10:00:00+08:00")
    refused = send(client, sheet, phone, change("A2", "1", based_on="00000000-0000-4000-8000-000000000000"))

    error = refused.data["error"]
    assert (refused.status_code, error["code"]) == (409, "conflict")
    assert [(each["indicator"], each["yours"]["value"], each["theirs"]["value"]) for each in error["conflicts"]] == [
        ("A1", "7.00", "6.00"),
        ("A2", "1.00", "9.00"),
    ]
    assert (error["conflicts"][0]["yours"]["note"], error["conflicts"][0]["theirs"]["note"]) == ("手机", "平板")
    assert marks_of(sheet) == {"A1": 6, "A2": 9}

    chosen = send(client, sheet, change("A1", "7", based_on=str(error["conflicts"][0]["theirs"]["change"])))
    assert (chosen.status_code, marks_of(sheet)["A1"]) == (200, 7)


def test_two_devices_of_one_mind_are_no_conflict(api, sheet):
    client = api(sheet.member.user)
    send(client, sheet, change("A1", "8", note="好"))

    assert send(client, sheet, change("A1", "8.00", note="好")).status_code == 200


def test_a_sheet_is_not_sealed_with_marks_that_the_device_has_not_seen(api, sheet):
    client = api(sheet.member.user)
    a, b = change("A1", "8"), change("A2", "9")
    seen = {each["indicator"]: each["key"] for each in (a, b)}
    send(client, sheet, a, b)
    send(client, sheet, change("A2", "3", based_on=b["key"]))

    refused = client.post(url_of(sheet, "submit/"), {"seen": seen})

    assert (refused.status_code, refused.data["error"]["code"]) == (409, "conflict")
    assert [each["theirs"]["value"] for each in refused.data["error"]["conflicts"]] == ["3.00"]
    assert not ScoreSheet.objects.get(pk=sheet.pk).is_sealed


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_wrong_by_a_day_does_no_harm(api, sheet, days):
    wrong = now() + timedelta(days=days)

    answer = send(api(sheet.member.user), sheet, change("A1", "8", typed_at=wrong.isoformat()))

    kept = MarkChange.objects.get()
    assert (answer.status_code, kept.typed_at) == (200, wrong)
    assert abs(kept.at - now()) < timedelta(minutes=1)
    assert abs(ScoreSheet.objects.get(pk=sheet.pk).saved_at - now()) < timedelta(minutes=1)


@pytest.mark.parametrize("typed_at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59Z", "gestern"])
def test_a_clock_that_makes_no_sense_stops_nothing(api, sheet, typed_at):
    answer = send(api(sheet.member.user), sheet, change("A1", "8", typed_at=typed_at))

    assert (answer.status_code, MarkChange.objects.get().typed_at) == (200, None)


def test_a_round_that_closed_meanwhile_takes_nothing_and_says_so(api, sheet):
    early = change("A1", "8", typed_at=now().isoformat())
    client = api(sheet.member.user)
    with time_machine.travel(sheet.rating.round.closes_at + timedelta(seconds=1)):
        client.force_login(sheet.member.user, backend="django.contrib.auth.backends.ModelBackend")
        answers = [send(client, sheet, early), post_photo(client, sheet), client.post(url_of(sheet, "submit/"), {})]

    assert [(each.status_code, each.data["error"]["code"]) for each in answers] == [(409, "round_is_closed")] * 3
    assert "已停止" in answers[0].data["error"]["message"] or "截止" in answers[0].data["error"]["message"]
    assert (Mark.objects.count(), MarkChange.objects.count(), MarkPhoto.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        (change("A1", "10.5"), {"A1"}),
        (change("A9", "5"), {"A9"}),
    ],
)
def test_a_wrong_mark_is_said_at_its_indicator_and_nothing_is_taken(api, sheet, wrong, where):
    answer = send(api(sheet.member.user), sheet, change("A2", "5"), wrong)

    assert (answer.status_code, set(answer.data["error"]["fields"]["changes"])) == (400, where)
    assert (Mark.objects.count(), MarkChange.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"changes": []},
        {"changes": [change(key="x")]},
        {"changes": [change(), change()]},
        {"changes": [change("A1", "acht")]},
    ],
)
def test_what_cannot_be_read_is_refused(api, sheet, body):
    assert api(sheet.member.user).post(url_of(sheet, "changes/"), body).status_code == 400
    assert MarkChange.objects.count() == 0


def test_a_sealed_sheet_and_a_recused_member_are_told(api, sheet):
    client = api(sheet.member.user)
    sheets.submit(give(sheet, 8, 9), by=sheet.member.user)
    sealed = [send(client, sheet, change()), post_photo(client, sheet)]
    other = ScoreSheet.objects.exclude(pk=sheet.pk).select_related("member__user", "rating__round__region").first()
    Recusal.objects.create(
        region=other.rating.round.region,
        user=other.member.user,
        project_id=other.rating.project_id,
        reason="亲属",
        by=other.member.user,
        at=now(),
    )
    recused = [send(api(other.member.user), other, change()), post_photo(api(other.member.user), other)]

    assert [each.data["error"]["code"] for each in [*sealed, *recused]] == ["sheet_is_sealed"] * 2 + ["recused"] * 2


def test_nobody_sends_to_the_sheet_of_another_or_sees_its_photos(api, browse, official, sheet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    photo = post_photo(api(sheet.member.user), sheet).data
    other = ScoreSheet.objects.exclude(pk=sheet.pk).first().member.user
    for user in (other, official):
        assert send(api(user), sheet, change()).status_code == 404
        assert post_photo(api(user), sheet).status_code == 404
        assert api(user).get(f"{PHOTOS}{photo['id']}/").status_code == 404
        assert api(user).get(f"{PHOTOS}{photo['id']}/file/").status_code == 404
        assert api(user).delete(f"{PHOTOS}{photo['id']}/").status_code == 404
        assert browse(user).get(photo["url"]).status_code == 404
    assert [api().get(PHOTOS).status_code, browse().get(photo["url"]).status_code] == [403, 404]


def test_the_same_change_and_photo_sent_at_once_are_stored_once(race, sheet, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    by, key = sheet.member.user, uuid4()
    leaf = sheets.asked(sheet)[0]

    def send_again(_number):
        mine = ScoreSheet.objects.select_related("rating__round", "member").get(pk=sheet.pk)
        one = Change(key=key, indicator=leaf, value=Decimal(8), note="", based_on=None)
        changes.take(mine, changes=[one], by=by)
        file = SimpleUploadedFile("现场.jpg", picture())
        return photos.add(mine, indicator=leaf, file=file, key=key, by=by).pk

    assert len(set(race(6, send_again))) == 1
    assert (MarkChange.objects.count(), MarkPhoto.objects.count(), Upload.objects.count()) == (1, 1, 1)


def test_of_two_devices_at_once_one_is_taken_and_one_is_asked(race, sheet):
    leaf = sheets.asked(sheet)[0]

    def send_mine(number):
        mine = ScoreSheet.objects.select_related("rating__round", "member").get(pk=sheet.pk)
        one = Change(key=uuid4(), indicator=leaf, value=Decimal(number), note="", based_on=None)
        try:
            changes.take(mine, changes=[one], by=sheet.member.user)
        except Refused as no:
            return no.code
        return "taken"

    assert sorted(race(4, send_mine)) == ["conflict"] * 3 + ["taken"]


# photos


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


# the page


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
