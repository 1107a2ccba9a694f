"""A scheme as a spreadsheet: out, changed by hand, and in again."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.utils.translation import override

from communities import tables
from communities.models import Refused
from evaluations import scheme_sheet
from evaluations.services import inputs, presets, schemes, spreadsheets
from tests.evaluations.season import small_scheme
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db
WORDS = ["code", "name", "name_en", "weight", "full", "kind", "method", "guidance", "guidance_en", "evidence_required"]
WRITERS = {"xlsx": tables.as_xlsx, "csv": tables.as_csv}


@pytest.fixture
def rich(street, official):
    """The seeded scheme with a bonus, a veto item, a condition, and words that a spreadsheet could misread."""
    scheme = presets.begin(street, by=official)
    scheme.groups.filter(code="residents").update(method="trimmed_mean", drop_high=1, drop_low=1, minimum=3)
    leaf = scheme.indicators.create(code="E", name="=加分", kind="bonus", weight=Decimal("2.5"), full=5, order=90)
    leaf.groups.set(scheme.groups.all())
    scheme.indicators.filter(code="A1").update(guidance="- 看台账，\n+ 问居民", evidence_required=True)
    scheme.gates.create(grade="4A", indicator=scheme.indicators.get(code="A1"), at_least=Decimal("6.5"))
    schemes.edit(scheme, by=official, bonus_cap=Decimal("1.25"), places=3, round_groups=False)
    return scheme


def told(scheme):
    """Everything that a scheme says."""
    words = [
        (each.parent and each.parent.code, *(getattr(each, name) for name in WORDS))
        for each in schemes.in_order(scheme)
    ]
    return inputs.scheme_of(scheme), words, scheme.brand_months, scheme.full_points


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_written_is_read_again_as_the_next_version(rich, official, kind, language):
    with override(language):
        content = WRITERS[kind](scheme_sheet.write(rich))

    later = spreadsheets.take_in(rich.region, content=content, by=official)

    later.refresh_from_db()
    rich.refresh_from_db()
    assert told(later) == told(rich)
    assert (later.version, later.previous, later.status) == (2, rich, "draft")
    assert schemes.problems(later) == []


def test_in_another_street_it_is_a_first_version(rich, official):
    made = spreadsheets.take_in(
        RegionFactory(level="street"), content=tables.as_csv(scheme_sheet.write(rich)), by=official
    )

    assert (made.version, made.previous) == (1, None)


def sheet_of(scheme):
    return scheme_sheet.write(scheme)


def book(rows, *, merged=()):
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    for area in merged:
        made.active.merge_cells(area)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
def small(street, official):
    with override("en"):
        yield small_scheme(street, official)


def test_merged_cells_are_named_and_nothing_is_made(small, official):
    content = book(sheet_of(small), merged=["A23:A24", "C14:D14"])

    with pytest.raises(Refused, match=r"A23:A24, C14:D14") as no:
        spreadsheets.take_in(small.region, content=content, by=official)

    assert no.value.code == "merged_cells"
    assert type(small).objects.count() == 1


def changed(rows, was, now_, *, column=None):
    """The sheet with this cell, wherever it stands, written otherwise."""
    return [
        [now_ if cell == was and column in {None, number} else cell for number, cell in enumerate(row)] for row in rows
    ]


@pytest.mark.parametrize(
    ("was", "now_", "said"),
    [
        ("A2", "A1", r"Row 24, “indicator number”: “A1” already stands in row 23"),
        ("60", "sixty", r"Row 23, “points in the scheme”: .*sixty"),
        ("40", "-1e9", r"Row 24, “points in the scheme”"),
        ("mean", "maximum", r"Row 16, “method”: .*maximum"),
        ("90", "79", r"The thresholds go down"),
        ("decimal places", "decimals", r"Row 9, “decimals”: this setting is not known"),
        ("full marks", "full", r"these columns are missing: full marks"),
        ("小方案", "", r"The name of the scheme is missing"),
        ("scheme", "something", r"Row 1, “something”: it stands before any part"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_place(small, official, was, now_, said):
    content = tables.as_csv(changed(sheet_of(small), was, now_))

    with pytest.raises(Refused, match=said):
        spreadsheets.take_in(small.region, content=content, by=official)

    assert type(small).objects.count() == 1


def test_names_that_lead_nowhere_are_said_at_their_place(small, official):
    small.gates.create(grade="4A", indicator=small.indicators.get(code="A1"), at_least=30)
    rows = sheet_of(small)
    rows[22][2], rows[23][8], rows[-1][1] = "B9", "residents, neighbours", "C1"

    with pytest.raises(Refused) as no:
        spreadsheets.take_in(small.region, content=tables.as_csv(rows), by=official)

    assert str(no.value).splitlines() == [
        "Row 23, “belongs to”: “B9” is not in this sheet.",
        "Row 24, “marked by”: “neighbours” is not in this sheet.",
        "Row 28, “indicator”: “C1” is not in this sheet.",
    ]


def test_what_does_not_add_up_is_taken_in_as_a_draft_that_says_so(small, official):
    content = tables.as_csv(changed(sheet_of(small), "60", "50"))

    later = spreadsheets.take_in(small.region, content=content, by=official)

    assert [problem.message for problem in schemes.problems(later)] == [
        "The top level: the parts add up to 90 points instead of 100."
    ]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04 no book", "只有一句话".encode()])
def test_what_is_no_scheme_is_refused(street, official, content):
    with pytest.raises(Refused):
        spreadsheets.take_in(street, content=content, by=official)
