"""Invariant 3: a closed poll can be recounted from the published ballots by anyone, with the same result."""

import json
import subprocess
import sys
from hashlib import sha256
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.urls import reverse

from projects.models import PollResult
from projects.models.ballots import Ballot
from tests.voting import an_open_poll, close, options_of, settle, vote

pytestmark = pytest.mark.django_db


def by_hand(path, *args):
    """What docs/recount.py, run by itself, makes of a downloaded file."""
    command = [sys.executable, "-I", "docs/recount.py", str(path), "--json", *args]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)  # noqa: S603


def downloaded(client, poll, name, path):
    answer = client.get(reverse(f"projects:{name}", args=[poll.pk]))
    path.write_bytes(b"".join(answer.streaming_content))
    return path


def published(poll):
    """The result as the platform shows it."""
    results = poll.results.all()
    return {
        "ballots": poll.ballots,
        "votes": {str(result.project_id): result.votes for result in sorted(results, key=lambda r: (-r.votes, r.pk))},
        "shortlisted": sorted(r.project_id for r in results if r.outcome == PollResult.Outcome.SHORTLISTED),
        "seal": poll.seal,
    }


def same(recounted, poll):
    expected = published(poll)
    return {name: recounted[name] for name in expected} == expected


def test_from_the_downloads(client, tmp_path):
    poll = an_open_poll(voters=6)
    vote(poll, [1], [1, 2], [2], [1, 3], [3, 1])
    close(poll)

    pb = by_hand(downloaded(client, poll, "poll-pb", tmp_path / "poll.pb"))
    csv = by_hand(downloaded(client, poll, "poll-ballots", tmp_path / "ballots.csv"), "--winners", "1")

    assert pb == csv
    assert same(pb, poll)
    assert pb["votes"] == dict(zip(map(str, options_of(poll)), [4, 2, 2], strict=True))


def test_the_seal_is_the_fingerprint_of_the_download(client, tmp_path):
    poll = an_open_poll()
    vote(poll, [1], [2, 3])
    close(poll)

    path = downloaded(client, poll, "poll-ballots", tmp_path / "ballots.csv")

    assert sha256(path.read_bytes()).hexdigest() == poll.seal


def test_a_lot_is_drawn_again_with_the_same_outcome(client, tmp_path):
    poll = an_open_poll(projects=5, winners=2, places=2)
    vote(poll, [1, 2], [1, 3], [1, 4])
    close(poll)
    before = by_hand(downloaded(client, poll, "poll-pb", tmp_path / "before.pb"))
    settle(poll, seed="骰子 4 2 6")

    after = by_hand(downloaded(client, poll, "poll-pb", tmp_path / "after.pb"))

    assert before["tied"] == after["tied"] == sorted(options_of(poll)[1:4])
    assert before["shortlisted"] == [options_of(poll)[0]]
    assert len(after["shortlisted"]) == 2
    assert same(after, poll)


def test_by_the_platforms_own_command(capsys):
    poll = an_open_poll(quorum=60, voters=5)
    vote(poll, [1], [2])
    close(poll)

    out = StringIO()
    call_command("tally", poll.pk, "--json", stdout=out)

    recounted = json.loads(out.getvalue())
    assert same(recounted, poll)
    assert recounted["quorum"] is False


def test_export_poll_prints_the_download(client, tmp_path):
    poll = an_open_poll()
    vote(poll, [1], [2])
    close(poll)

    out = StringIO()
    call_command("export_poll", poll.pk, stdout=out)

    assert out.getvalue() == downloaded(client, poll, "poll-pb", tmp_path / "poll.pb").read_text()


def test_what_was_counted_cannot_be_changed():
    poll = an_open_poll()
    vote(poll, [1], [2])
    close(poll)
    ballot = Ballot.objects.first()

    for broken in [
        lambda: Ballot.objects.filter(pk=ballot.pk).update(choices=options_of(poll)),
        lambda: Ballot.objects.filter(pk=ballot.pk).delete(),
        lambda: Ballot.objects.create(poll=poll, choices=[1], key_hash="x", receipt="y"),
        lambda: poll.results.update(votes=9),
        lambda: type(poll).objects.filter(pk=poll.pk).update(seal="0" * 64),
        lambda: type(poll).objects.filter(pk=poll.pk).update(winners=3),
    ]:
        with pytest.raises(DatabaseError), transaction.atomic():
            broken()
