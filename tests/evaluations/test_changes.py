"""What a device sends of a sheet: each change once, conflicts asked about, whatever its clock says."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from communities.models import Refused, StatusChange, Upload
from evaluations.models import Mark, MarkChange, MarkPhoto, Recusal, ScoreSheet
from evaluations.services import changes, photos, sheets
from evaluations.services.changes import Change
from tests.evaluations.device import PHOTOS, change, marks_of, picture, post_photo, send, url_of
from tests.evaluations.season import give

pytestmark = pytest.mark.django_db


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


def test_marks_saved_as_a_whole_are_on_the_same_record(api, sheet):
    client = api(sheet.member.user)

    for second in ("8", "7"):
        saved = client.put(
            url_of(sheet, "marks/"),
            {"marks": [{"indicator": "A1", "value": "9"}, {"indicator": "A2", "value": second}]},
        )
        assert saved.status_code == 200

    recorded = sheet.changes.order_by("pk").values_list("indicator__code", "value")
    assert list(recorded) == [("A1", 9), ("A2", 8), ("A2", 7)]
    newest = {mark.indicator.code: mark.change for mark in sheet.marks.select_related("indicator")}
    assert newest == dict(sheet.changes.order_by("pk").values_list("indicator__code", "key"))
    behind = send(client, sheet, change("A2", "6", based_on=sheet.changes.get(value=8).key))
    assert (behind.status_code, behind.data["error"]["code"]) == (409, "conflict")
