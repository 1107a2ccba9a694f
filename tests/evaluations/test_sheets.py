import re
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from communities.models import Refused
from evaluations.models import Mark, Recusal, ScoreSheet
from evaluations.services import changes, rounds, schemes, sheets
from tests.evaluations.season import SEATS, committee_of, give, official_of, publish, running_project
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def url_of(sheet, move=""):
    return f"/api/v1/score-sheets/{sheet.pk}/{move}"


def marks(*values, note=""):
    return {"marks": [{"indicator": f"A{n}", "value": value, "note": note} for n, value in enumerate(values, 1)]}


def typed(sheet, *values, note="", **more):
    """What a browser without scripts sends for a sheet that it has just opened."""
    data, seen = {}, dict(sheet.marks.values_list("indicator", "change"))
    for leaf, value in zip(sheets.asked(ScoreSheet.objects.get(pk=sheet.pk)), values, strict=True):
        data |= {f"mark-{leaf.pk}": value, f"note-{leaf.pk}": note, f"seen-{leaf.pk}": seen.get(leaf.pk) or ""}
    return data | more


def test_a_draft_is_saved_as_often_as_wanted(sheet):
    give(sheet, 8, 9)
    give(sheet, 7, 9)

    assert list(sheet.marks.values_list("value", flat=True)) == [7, 9]
    assert ScoreSheet.objects.get(pk=sheet.pk).status == "draft"


@pytest.mark.parametrize("value", [Decimal("-0.01"), Decimal("10.01")])
def test_a_mark_outside_its_range_is_refused_and_nothing_is_saved(sheet, value):
    with pytest.raises(Refused) as no:
        give(sheet, 8, value)

    assert (no.value.code, Mark.objects.count()) == ("mark_out_of_range", 0)


def test_after_the_closing_time_nothing_is_taken(sheet):
    filled = give(sheet, 8, 9)
    with time_machine.travel(filled.rating.round.closes_at + timedelta(seconds=1)):
        for act in (lambda: give(sheet, 1, 1), lambda: sheets.submit(filled, by=sheet.member.user)):
            with pytest.raises(Refused) as no:
                act()
            assert no.value.code == "round_is_closed"

    assert list(sheet.marks.values_list("value", flat=True)) == [8, 9]


def test_submitting_wants_every_mark_or_a_reason(sheet):
    filled = ScoreSheet.objects.select_related("rating__round", "member__user").get(pk=sheet.pk)
    first, second = sheets.asked(filled)
    changes.save(filled, marks={first: (Decimal(8), ""), second: (None, "")}, by=filled.member.user)
    with pytest.raises(Refused, match="A2"):
        sheets.submit(filled, by=filled.member.user)

    changes.save(filled, marks={second: (None, "没有到现场")}, by=filled.member.user)
    sheets.submit(filled, by=filled.member.user)

    assert list(sheet.marks.values_list("value", flat=True)) == [8, None]


def test_evidence_is_asked_for_where_the_scheme_says_so(draft_round, official):
    draft_round.scheme.indicators.filter(code="A1").update(evidence_required=True)
    rounds.open_(draft_round, by=official)
    bare = give(ScoreSheet.objects.first(), 8, 9)
    with pytest.raises(Refused, match="A1"):
        sheets.submit(bare, by=bare.member.user)

    proven = give(bare, 8, 9, note="见票据照片")
    sheets.submit(proven, by=bare.member.user)

    assert proven.is_sealed


def test_a_member_marks_only_what_their_group_is_asked(draft_round, official):
    scheme = draft_round.scheme
    scheme.indicators.get(code="A2").groups.set(scheme.groups.filter(code="residents"))
    rounds.open_(draft_round, by=official)
    asked = {
        sheet.member.group: [leaf.code for leaf in sheets.asked(sheet)]
        for sheet in ScoreSheet.objects.select_related("rating__round", "member")
    }

    assert asked == {seat: ["A1", "A2"] if seat == "residents" else ["A1"] for seat in SEATS}


def test_only_the_last_version_is_corrected(sheet):
    who = sheet.member.user
    first = sheets.submit(give(sheet, 8, 9), by=who)
    second = sheets.correct(first, reason="笔误", by=who)
    for old in (first, second):
        with pytest.raises(Refused):
            sheets.correct(old, reason="再改", by=who)

    assert ScoreSheet.objects.filter(member=sheet.member).count() == 2


# the API


def test_put_marks_submit_and_submit_again(api, sheet):
    client = api(sheet.member.user)

    put = client.put(url_of(sheet, "marks/"), marks("8.5", "9"))
    submitted = [client.post(url_of(sheet, "submit/")) for _ in range(2)]
    late = client.put(url_of(sheet, "marks/"), marks("1", "1"))

    assert (put.status_code, put.data["saved"]) == (200, 2)
    assert [(each.status_code, each.data["status"]) for each in submitted] == [(200, "submitted")] * 2
    assert (late.status_code, late.data["error"]["code"]) == (409, "sheet_is_sealed")


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (marks("10.5", "9"), "A1"),
        (marks("8", "9", "7"), "A3"),
        (marks("-1", "9"), "marks"),
        (marks("acht", "9"), "marks"),
        ({"marks": []}, "marks"),
        ({}, "marks"),
    ],
)
def test_bad_marks_are_said_at_their_place_and_nothing_is_saved(api, sheet, body, where):
    response = api(sheet.member.user).put(url_of(sheet, "marks/"), body)

    assert response.status_code == 400
    assert where in str(response.data["error"]["fields"])
    assert Mark.objects.count() == 0


@pytest.mark.parametrize("move", ["marks", "submit", "correct", "recuse"])
def test_nobody_writes_in_the_sheet_of_another(api, official, sheet, move):
    other = ScoreSheet.objects.exclude(pk=sheet.pk).first().member.user
    for user in (other, official):
        client = api(user)
        send = client.put if move == "marks" else client.post
        assert send(url_of(sheet, f"{move}/"), marks("1", "1") | {"reason": "x"}).status_code == 404
    assert api().post(url_of(sheet, "submit/")).status_code == 403


def test_nobody_sees_the_marks_of_others_before_the_round_is_closed(api, official, open_round, sheet):
    sheets.submit(give(sheet, 8, 9), by=sheet.member.user)
    other = ScoreSheet.objects.exclude(pk=sheet.pk).select_related("member__user").first()

    seen = {
        user: [row["id"] for row in api(user).get("/api/v1/score-sheets/").data["results"]]
        for user in (official, other.member.user, sheet.member.user)
    }
    assert seen == {official: [], other.member.user: [other.pk], sheet.member.user: [sheet.pk]}

    rounds.close(open_round, by=official)
    assert len(api(official).get("/api/v1/score-sheets/").data["results"]) == 4
    assert api(official).get(url_of(sheet)).data["marks"][0]["value"] == "8.00"
    assert [row["id"] for row in api(other.member.user).get("/api/v1/score-sheets/").data["results"]] == [other.pk]


def test_a_correction_and_a_recusal_through_the_api(api, sheet):
    client = api(sheet.member.user)
    sheets.submit(give(sheet, 8, 9), by=sheet.member.user)

    bare = client.post(url_of(sheet, "correct/"), {"reason": " "})
    new = client.post(url_of(sheet, "correct/"), {"reason": "笔误"})
    recused = client.post(url_of(sheet, "recuse/"), {"reason": "亲属在队里"})
    late = client.put(url_of(ScoreSheet.objects.get(pk=new.data["id"]), "marks/"), marks("1", "1"))

    assert [bare.status_code, new.status_code, recused.status_code, late.status_code] == [400, 201, 200, 409]
    assert (new.data["version"], late.data["error"]["code"]) == (2, "recused")
    assert Recusal.objects.get().user == sheet.member.user


# speed


@pytest.fixture
def long_sheet(street, community, official):
    """A sheet of 25 marks."""
    running_project(community)
    scheme = schemes.create(street, name="长方案", by=official)
    groups = [scheme.groups.create(code=code, weight=Decimal(25)) for code in SEATS]
    for number in range(25):
        leaf = scheme.indicators.create(code=f"A{number + 1}", name="项", weight=4, full=10, order=number)
        leaf.groups.set(groups)
    round_ = rounds.draft(
        street,
        title="长",
        starts_on=localdate(),
        ends_on=localdate(),
        committee=committee_of(street, official),
        scheme=scheme,
        closes_at=now() + timedelta(days=2),
        by=official,
    )
    rounds.open_(round_, by=official)
    return ScoreSheet.objects.select_related("member__user").first()


def test_saving_25_marks_takes_at_most_8_queries(api, browse, long_sheet):
    client, page = api(long_sheet.member.user), browse(long_sheet.member.user)
    leaves = [f"A{number + 1}" for number in range(25)]

    with CaptureQueriesContext(connection) as whole:
        assert client.put(url_of(long_sheet, "marks/"), marks(*["7.5"] * 25)).status_code == 200
    based_on = dict(long_sheet.marks.values_list("indicator__code", "change"))
    changes = [{"indicator": a, "value": "6", "key": uuid4(), "based_on": based_on[a]} for a in leaves]
    with CaptureQueriesContext(connection) as by_device:
        assert client.post(url_of(long_sheet, "changes/"), {"changes": changes}).status_code == 200
    data = typed(long_sheet, *[8] * 25, note="看过")
    with CaptureQueriesContext(connection) as by_form:
        assert page.post(f"/scoring/{long_sheet.pk}/", data).status_code == 302

    assert list(long_sheet.marks.values_list("value", flat=True)) == [8] * 25
    assert [_asked(queries) <= 8 for queries in (whole, by_device, by_form)] == [True] * 3


def _asked(queries):
    """How many questions the database was asked; beginning and ending a transaction are none."""
    return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in queries)


# the pages


def test_my_sheets_show_how_far_i_am(browse, open_round, sheet, community):
    page = browse(sheet.member.user).get("/scoring/", headers={"Accept-Language": "en"}).content.decode()
    assert "0 of 1 submitted" in page

    sheets.submit(give(sheet, 8, 9), by=sheet.member.user)
    page = browse(sheet.member.user).get("/scoring/", headers={"Accept-Language": "en"}).content.decode()
    assert "1 of 1 submitted" in page


def test_an_earlier_round_is_one_link_away(browse, closed_round, official):
    member = ScoreSheet.objects.first().member.user
    client, title = browse(member), str(closed_round.ratings.get().project)
    assert title in client.get("/scoring/").content.decode()

    publish(closed_round, official)

    page = client.get("/scoring/")
    earlier = client.get(f"/scoring/?round={closed_round.pk}")
    other = browse(UserFactory()).get(f"/scoring/?round={closed_round.pk}").content.decode()
    assert title not in page.content.decode()
    assert f'href="?round={closed_round.pk}"' in page.content.decode()
    assert title in earlier.content.decode()
    assert ("X-Keep-For" in page, "X-Keep-For" in earlier) == (True, False)
    assert title not in other
    assert 'id="earlier"' not in other
    assert [client.get(f"/scoring/?round={bad}").status_code for bad in ("x", "9" * 30, "0")] == [200] * 3


def test_a_page_saves_and_then_submits_without_scripts(browse, sheet):
    client, url = browse(sheet.member.user), f"/scoring/{sheet.pk}/"

    saved = client.post(url, typed(sheet, "8.5", "", save="1"))
    shown = client.get(url).content.decode()
    submitted = client.post(url, typed(sheet, "8.5", "9", submit="1"))

    assert (saved.status_code, saved.url) == (302, url)
    assert 'value="8.5"' in shown
    assert (submitted.status_code, submitted.url) == (302, "/scoring/")
    assert ScoreSheet.objects.get(pk=sheet.pk).is_sealed


@pytest.mark.parametrize(("first", "second"), [("11", "9"), ("8,5", "zu"), ("8.555", "9")])
def test_what_was_typed_stays_on_errors_and_nothing_is_saved(browse, sheet, first, second):
    response = browse(sheet.member.user).post(f"/scoring/{sheet.pk}/", typed(sheet, first, second, note="我的备注"))

    page = response.content.decode()
    assert response.status_code == 422
    assert f'value="{first}"' in page
    assert page.count("我的备注") == 2
    assert Mark.objects.count() == 0


def test_submitting_an_unfinished_sheet_keeps_it_and_says_what_is_missing(browse, sheet):
    response = browse(sheet.member.user).post(f"/scoring/{sheet.pk}/", typed(sheet, "8", "", submit="1"))

    assert response.status_code == 422
    assert re.search(r'role="alert"[^§]*指标A2', response.content.decode())
    assert Mark.objects.filter(value=8).count() == 1
    assert not ScoreSheet.objects.get(pk=sheet.pk).is_sealed


def test_a_closed_round_is_refused_kindly_on_the_page(browse, sheet):
    client = browse(sheet.member.user)
    with time_machine.travel(sheet.rating.round.closes_at + timedelta(minutes=1)):
        client.force_login(sheet.member.user, backend="django.contrib.auth.backends.ModelBackend")
        response = client.post(f"/scoring/{sheet.pk}/", typed(sheet, "8", "9", submit="1"))

        assert response.status_code == 422
        assert client.get(f"/scoring/{sheet.pk}/").status_code == 200
    assert not ScoreSheet.objects.get(pk=sheet.pk).is_sealed


def test_the_sheet_of_another_is_not_found(browse, official, sheet):
    other = ScoreSheet.objects.exclude(pk=sheet.pk).first().member.user

    for path in ("", "correct/", "recuse/"):
        assert browse(other).get(f"/scoring/{sheet.pk}/{path}").status_code == 404
        assert browse(official).get(f"/scoring/{sheet.pk}/{path}").status_code == 404
        assert browse().get(f"/scoring/{sheet.pk}/{path}").status_code == 302


def test_correcting_and_recusing_on_the_page(browse, sheet):
    client = browse(sheet.member.user)
    sheets.submit(give(sheet, 8, 9), by=sheet.member.user)

    bare = client.post(f"/scoring/{sheet.pk}/correct/", {"reason": " "})
    corrected = client.post(f"/scoring/{sheet.pk}/correct/", {"reason": "笔误"})
    new = ScoreSheet.objects.drafts().get(member=sheet.member)
    recused = client.post(f"/scoring/{new.pk}/recuse/", {"reason": "亲属在队里"})

    assert [bare.status_code, corrected.status_code, recused.status_code] == [422, 302, 302]
    assert corrected.url == f"/scoring/{new.pk}/"
    assert client.post(f"/scoring/{new.pk}/", typed(new, "1", "1")).status_code in {409, 422}


def test_a_street_official_reads_sheets_in_the_console_after_closing_only(browse, open_round, sheet):
    official = official_of(open_round.region)
    client, url = browse(official), f"/admin/evaluations/scoresheet/{sheet.pk}/change/"
    give(sheet, "8.25", 9)

    assert client.get(url).status_code == 302
    rounds.close(open_round, by=official)
    page = client.get(url)
    assert page.status_code == 200
    assert "8.25" in page.content.decode()
