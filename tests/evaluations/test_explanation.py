"""The explanation of a grade leaves nothing out: from it alone anybody reckons the grade again."""

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.timezone import now
from django.utils.translation import override

from evaluations.explanation import explain, numbers_of
from evaluations.models import ScoreSheet
from evaluations.rating_file import file_of
from evaluations.services import changes, recusals, rounds, sheets
from tests.evaluations.season import drafted_round, give, publish, running_project
from tests.factories import TeamContactFactory

pytestmark = pytest.mark.django_db
SEATS = ("street", "street", "community", "residents", "residents", "residents", "residents", "third_party")


@pytest.fixture
def rating(street, community, official):
    """A final grade with everything in it: trimming, bonus, a veto item, a gate, an abstention, a recusal, thirds."""
    project = running_project(community)
    round_ = drafted_round(street, official, closes_at=now() + timedelta(days=7), seats=SEATS)
    scheme = round_.scheme
    scheme.groups.filter(code="residents").update(method="trimmed_mean", drop_high=1, drop_low=1, minimum=3)
    scheme.groups.filter(code="street").update(method="median", minimum=2)
    groups = list(scheme.groups.all())
    for code, weight, full, kind in [("B1", 5, 3, "bonus"), ("V1", 0, 1, "veto")]:
        leaf = scheme.indicators.create(code=code, name=code, weight=weight, full=full, kind=kind, order=9)
        leaf.groups.set(groups)
    scheme.gates.create(grade="4A", indicator=scheme.indicators.get(code="A2"), at_least=36)
    scheme.round_groups, scheme.bonus_cap = False, Decimal("1.5")
    scheme.save()
    rounds.open_(round_, by=official)
    for number, sheet in enumerate(ScoreSheet.objects.all()):
        filled = give(sheet, 8 + Decimal(number) / 7 // Decimal("0.01") / 100, 9 - number % 3, 1 + number % 2, 0)
        if number == 3:
            first = sheets.asked(filled)[0]
            changes.save(filled, marks={first: (None, "当天没有到场")}, by=filled.member.user)
        sheets.submit(filled, by=filled.member.user)
    stranger = round_.committee.members.filter(group="street").first().user
    recusals.recuse(stranger, project=project, region=street, reason="亲属", by=official)
    rounds.close(round_, by=official)
    return round_.ratings.select_related("round__scheme", "project").get()


def test_the_grade_is_reckoned_again_from_the_file_that_the_team_gets(rating, tmp_path):
    path, out = tmp_path / "rating.json", StringIO()
    path.write_text(json.dumps(file_of(rating)))

    call_command("score", path, stdout=out)

    (again,) = json.loads(out.getvalue())["projects"]
    known, stored = numbers_of(rating), rating.breakdown
    assert (again["total"], again["grade"], again["gated"]) == (stored["total"], "3A", ["4A"])
    for one, other in zip(again["indicators"], stored["indicators"], strict=True):
        assert {**one, "groups": ()} == {**other, "groups": ()}
        for group, kept in zip(one["groups"], other["groups"], strict=True):
            # Of equal marks another may fall; the values that count are the same.
            for place in ("used", "dropped"):
                assert [v["value"] for v in group[place]] == [v["value"] for v in kept[place]]
            assert (group["mean"], group["missing"]) == (kept["mean"], [str(known[m]) for m in kept["missing"]])


def test_every_sum_on_the_sheet_comes_out(rating):
    """What stands before each “=” gives what stands behind it, to the last digit that is shown."""
    sheet = explain(rating)
    sums = [part for line in sheet.lines for part in line.reckoning.split("; ") if part]

    for said in sums:
        before, after = said.split(" = ")
        numbers_ = before.replace("×", "*").replace("÷", "/").replace("…", "")
        assert abs(Decimal(str(eval(numbers_))) - Decimal(after.rstrip("…"))) < Decimal("0.006")  # noqa: S307 (our own words)
    assert len(sums) == 8
    points = {line.code: Decimal(line.points) for line in sheet.lines}
    assert Decimal(sheet.total) == points["A1"] + points["A2"] + Decimal("1.5")
    assert sheet.reckoning.endswith(f"= {sheet.total}")


def test_the_sheet_says_what_was_dropped_what_is_missing_and_which_condition_was_not_met(rating):
    with override("en"):
        sheet = explain(rating)
    first = {group.name: group for group in sheet.lines[0].groups}
    street, _community, residents, _third = first.values()

    assert (len(street.used), street.few, sheet.recused) == (1, "count all marks", 1)
    assert (len(residents.used), len(residents.dropped), len(residents.missing)) == (1, 2, 1)
    assert residents.method == "mean without the 1 highest and the 1 lowest"
    assert len(residents.mean.partition(".")[2]) <= 30
    assert [condition.is_met for condition in sheet.conditions] == [False]
    assert (sheet.gated, sheet.bonus_cap, sheet.bonus) == (["4A"], "1.5", "1.5")
    assert sheet.vetoed == sheet.missing == []


def test_members_have_numbers_and_no_names(rating, api, browse, official):
    publish(rating.round, by=official)
    contact = TeamContactFactory(team=rating.project.team).user
    faces = [
        browse(contact).get(f"/ratings/{rating.pk}/").content.decode(),
        browse(contact).get(f"/ratings/{rating.pk}/marks.json").content.decode(),
        json.dumps(api(contact).get(f"/api/v1/ratings/{rating.pk}/explanation/").data, ensure_ascii=False),
        json.dumps(api(contact).get(f"/api/v1/ratings/{rating.pk}/marks/").data, ensure_ascii=False),
    ]
    members = list(rating.round.committee.members.select_related("user"))

    assert sorted(numbers_of(rating).values()) == list(range(1, 9))
    for face in faces:
        assert not [member for member in members if member.user.name in face]


def test_the_same_number_means_the_same_member_everywhere(rating):
    known = numbers_of(rating)
    sheet = explain(rating)

    for line, figure in zip(sheet.lines, rating.breakdown["indicators"], strict=True):
        for group, kept in zip(line.groups, figure["groups"], strict=True):
            expected = [(known[voice["member"]], Decimal(voice["value"])) for voice in kept["used"]]
            assert [(voice.number, Decimal(voice.value)) for voice in group.used] == expected


def test_page_and_api_show_the_same_figures(rating, api, official, browse):
    page = browse(official).get(f"/ratings/{rating.pk}/").content.decode()
    figures = api(official).get(f"/api/v1/ratings/{rating.pk}/explanation/").data

    shown = [figures["total"], figures["reckoning"], *(line["reckoning"] for line in figures["lines"])]
    assert [text for text in shown if text not in page] == []
    assert figures["input_hash"] in page
    assert [c["text"] for c in figures["conditions"] if c["text"] not in page] == []
