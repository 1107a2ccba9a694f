"""`manage.py score FILE.json`, and the two worked examples of docs/scoring.md."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

SCHEME = {
    "groups": [
        {"code": "street", "weight": "40", "aggregate": {"method": "mean"}},
        {
            "code": "residents",
            "weight": "60",
            "aggregate": {"method": "trimmed_mean", "drop_high": 1, "drop_low": 1, "minimum": 3},
        },
    ],
    "indicators": [
        {"code": "A1", "full": "10", "weight": "60", "groups": ["street", "residents"]},
        {"code": "A2", "full": "10", "weight": "40", "groups": ["street", "residents"]},
    ],
    "rounding": {"places": 2, "at": ["group_mean", "indicator", "total"]},
    "grades": [["5A", "90"], ["4A", "80"], ["3A", "70"], ["2A", "60"], ["1A", "0"]],
}


def marks(indicator, street, residents):
    rows = [("street", f"s{n}", value) for n, value in enumerate(street)]
    rows += [("residents", f"r{n}", value) for n, value in enumerate(residents)]
    return [
        {"project": "P", "member": member, "group": group, "indicator": indicator, "value": value}
        for group, member, value in rows
    ]


@pytest.fixture
def run(tmp_path):
    """Score this content of a file."""

    def score(content):
        path, out = tmp_path / "case.json", StringIO()
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        call_command("score", path, stdout=out)
        return json.loads(out.getvalue())["projects"]

    return score


def test_the_first_worked_example(run):
    (result,) = run(
        {
            "scheme": SCHEME,
            "marks": marks("A1", ["8", "9"], ["10", "7", "8", "3"]) + marks("A2", ["9", "9"], ["8", "9", "9", "10"]),
        }
    )

    first, second = result["indicators"]
    assert (result["total"], result["grade"]) == ("83.40", "4A")
    assert [(each["mean"], each["points"]) for each in (first, second)] == [("7.9", "47.40"), ("9", "36.00")]
    assert [group["mean"] for group in first["groups"]] == ["8.50", "7.50"]
    assert first["groups"][1]["used"] == [{"member": "r1", "value": "7"}, {"member": "r2", "value": "8"}]
    assert first["groups"][1]["dropped"] == [{"member": "r3", "value": "3"}, {"member": "r0", "value": "10"}]


def test_the_second_worked_example(run):
    content = {
        "scheme": SCHEME,
        "marks": marks("A1", [], ["7", "8", None, "2"]) + marks("A2", ["7", "8"], ["6", "6", "7", "2"]),
        "recused": [{"project": "P", "member": "r3"}],
    }

    (result,) = run(content)

    first, second = result["indicators"]
    assert (result["total"], result["grade"], result["recused"]) == ("71.40", "3A", ["r3"])
    assert (first["points"], first["weight_used"], second["points"]) == ("45.00", "60", "26.40")
    assert [(group["mean"], group["below_minimum"]) for group in first["groups"]] == [(None, True), ("7.50", True)]

    next(mark for mark in content["marks"] if mark["value"] is None)["value"] = "0"
    (as_zero,) = run(content)
    assert (as_zero["total"], as_zero["grade"]) == ("68.40", "2A")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"marks": [{"project": "P"}]}, r"marks\[0\].member"),
        ({"marks": marks("A1", ["x"], [])}, r"marks\[0\].value"),
        ({"marks": marks("A1", [8.5], [])}, r"marks\[0\].value"),
        ({"marks": marks("A1", ["11"], [])}, "not between 0 and 10"),
        ({"marks": marks("A9", ["1"], [])}, "A9"),
        ({"marks": {}}, "marks: a list"),
        ({"scheme": None}, "scheme: an object"),
        ({"scheme": SCHEME | {"grades": ["5A"]}}, "grades"),
        ({"scheme": SCHEME | {"groups": [{"code": "g", "weight": "1", "aggregate": {"method": "max"}}]}}, "method"),
        ({"scheme": SCHEME | {"rounding": {"places": "two"}}}, "rounding.places"),
        ({"scheme": SCHEME | {"rounding": {"at": ["mark"]}}}, "rounding.at"),
    ],
)
def test_a_bad_file_is_refused_with_the_place(run, change, where):
    with pytest.raises(CommandError, match=where):
        run({"scheme": SCHEME, "marks": []} | change)


@pytest.mark.parametrize("text", ["", "{", "[]", "7"])
def test_what_is_no_such_file_is_refused(run, text):
    with pytest.raises(CommandError):
        run(text)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError):
        call_command("score", tmp_path / "none.json")
