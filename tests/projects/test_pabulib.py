"""Pabulib files come in and go out, and say the same when they come back."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from projects.models import Poll, Turnout
from projects.pabulib_file import Unreadable, read
from tests.factories import CooperationModeFactory, FieldFactory, RegionFactory, SceneFactory, TeamTypeFactory
from tests.voting import an_open_poll, close, outcomes_of, vote

HEAD = """META
key;value
description;某市微更新项目票选
vote_type;{kind}
rule;greedy
budget;1000
{more}PROJECTS
project_id;cost;name;votes
a;400;凉亭;2
b;700;健身角;2
c;300;晾衣架;1
VOTES
voter_id;vote{points}
"""
APPROVAL = HEAD.format(kind="approval", more="max_sum_cost;1000\n", points="")
SCORING = HEAD.format(kind="scoring", more="max_points;5\n", points=";points")
VOTES = "1;a,b\n2;a,c\n3;b\n4;a\n"


@pytest.fixture
def region(db):
    for factory in (TeamTypeFactory, SceneFactory, FieldFactory, CooperationModeFactory):
        factory()
    return RegionFactory()


def imported(region, path, text):
    path.write_text(text)
    out, err = StringIO(), StringIO()
    call_command("import_poll", str(path), "--region", region.code, stdout=out, stderr=err)
    return Poll.objects.get(imported=True), err.getvalue()


def tallied(poll, *args):
    out = StringIO()
    call_command("tally", poll.pk, "--json", *args, stdout=out)
    return json.loads(out.getvalue())


def test_a_file_becomes_a_closed_poll(region, tmp_path):
    poll, left_out = imported(region, tmp_path / "f.pb", APPROVAL + VOTES)

    assert (poll.status, poll.ballots, poll.budget, left_out) == ("settled", 4, 1000, "")
    assert outcomes_of(poll) == ["shortlisted", "not_chosen", "shortlisted"]
    assert list(tallied(poll)["votes"].values()) == [3, 2, 1]
    assert not Turnout.objects.exists()


def test_scores_are_taken(region, tmp_path):
    poll, left_out = imported(region, tmp_path / "f.pb", SCORING + "1;a,b;5,1\n2;b;4\n3;a,c;2\n")

    assert list(tallied(poll)["votes"].values()) == [5, 5, 0]
    assert left_out.startswith("voter 3:")


def test_what_could_not_be_taken_is_said(region, tmp_path):
    poll, left_out = imported(region, tmp_path / "f.pb", APPROVAL + "1;a,a\n2;x,b\n3;\n4;y\n")

    assert poll.ballots == 2
    assert left_out.splitlines() == [
        "voter 1: project a is named twice and counts once",
        "voter 2: there is no project x",
        "voter 3: the ballot says nothing and is left out",
        "voter 4: there is no project y",
        "voter 4: the ballot says nothing and is left out",
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEAD.format(kind="ordinal", more="", points="") + VOTES, "ordinal"),
        ("project_id;cost\n1;2\n", "META"),
        ("META\nkey;value\nvote_type;approval\n", "no projects"),
        (SCORING + "1;a;11\n", "11"),
        (SCORING + "1;a;x\n", "no number"),
        (APPROVAL.replace("a;400", "a;-4") + VOTES, "no amount"),
    ],
)
def test_a_file_that_cannot_be_taken_leaves_nothing(region, tmp_path, text, why):
    with pytest.raises(CommandError, match=why):
        imported(region, tmp_path / "f.pb", text)

    assert not Poll.objects.exists()


def test_an_unknown_region_or_file_is_said(region, tmp_path):
    for path, code in [(tmp_path / "none.pb", region.code), (tmp_path / "f.pb", "999999999999")]:
        (tmp_path / "f.pb").write_text(APPROVAL + VOTES)
        with pytest.raises(CommandError):
            call_command("import_poll", str(path), "--region", code)


@pytest.mark.parametrize("rule", [{}, {"ballot_type": "score"}])
def test_what_is_exported_comes_back_the_same(region, tmp_path, rule):
    first = an_open_poll(region, costs=[300, 250, 200], winner_rule="budget_skip", budget=500, max_choices=3, **rule)
    says = [{1: 9, 2: 3}, {1: 2, 3: 4}] if rule else [[1, 2, 3], [1, 2], [1]]
    vote(first, *says)
    close(first)
    out = StringIO()
    call_command("export_poll", first.pk, stdout=out)

    again, left_out = imported(region, tmp_path / "f.pb", out.getvalue())

    assert left_out == ""
    assert outcomes_of(again) == outcomes_of(first)
    assert list(tallied(again)["votes"].values()) == list(tallied(first)["votes"].values())


def test_another_rule_is_tried_and_nothing_changes(region, tmp_path):
    poll, _left_out = imported(region, tmp_path / "f.pb", APPROVAL + VOTES)
    before = tallied(poll)

    two = tallied(poll, "--rule", "best", "--winners", "2")
    less = tallied(poll, "--budget", "700")

    assert two["shortlisted"] == two["order"][:2]
    assert less["shortlisted"] == sorted([before["order"][0], before["order"][2]])
    assert tallied(poll) == before


@given(st.text(alphabet=st.sampled_from("METAPROJECTSVOTES;\n,ab12.-\"'"), max_size=200))
def test_whatever_a_file_says_it_is_read_or_refused(text):
    for head in ("", APPROVAL, SCORING):
        try:
            file = read((head + text).splitlines(keepends=True))
        except Unreadable:
            continue
        assert all(set(ballot) <= set(file.projects) for ballot in file.ballots)
