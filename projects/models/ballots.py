"""选票: what was chosen, by nobody knows whom. Only projects.services.ballots imports this module (a contract)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from .id_list import IdListField
from .polls import Poll
from .roll import VoterRollEntry


@dataclass(frozen=True)
class Voter:
    """By what the database finds the voter's place on the roll (alias e): an account, or a slip's code."""

    where: str
    value: Any

    @classmethod
    def account(cls, pk: int) -> Voter:
        active = "EXISTS (SELECT 1 FROM communities_user u WHERE u.id = e.user_id AND u.is_active)"
        return cls(f"e.user_id = %s AND {active}", pk)

    @classmethod
    def slip(cls, column: str, fingerprint: str) -> Voter:
        """The resident or expert for whom this valid slip was made; `column` is secret_hash or code_hash."""
        theirs = "(x.resident_id = s.resident_id OR (x.user_id = s.user_id AND x.voice = 'experts'))"
        slip = f"projects_votingslip s JOIN projects_voterrollentry x ON x.poll_id = s.poll_id AND {theirs}"
        return cls(f"e.id IN (SELECT x.id FROM {slip} WHERE s.revoked_at IS NULL AND s.{column} = %s)", fingerprint)  # noqa: S608


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A ballot paper as it was filled in: projects in ascending order, and by score the points of each."""

    choices: list[int]
    points: list[int]
    key_hash: str
    receipt: str


# The voter's place, if the poll is open, the person entitled, and the choice fits the rule.
_PLACE = """
    FROM projects_voterrollentry e JOIN projects_poll p ON p.id = e.poll_id
    WHERE e.poll_id = %s AND {who} AND e.struck = '' AND p.status = 'open' AND p.closes_at > %s
    AND ({fits})
"""
_FITS = """SELECT count(*) = %s AND (p.ballot_type = 'score') = %s
    AND (p.ballot_type = 'score' OR p.max_choices >= %s) AND (p.ballot_type <> 'budget' OR sum(o.cost) <= p.budget)
    FROM projects_polloption o WHERE o.poll_id = e.poll_id AND o.project_id {among}"""
_GO = "INSERT INTO projects_turnout (entry_id, poll_id, channel, replaced) SELECT e.id, e.poll_id, %s, 0 {place}"
_BALLOT = "INSERT INTO projects_ballot (id, voice, poll_id, choices, points, key_hash, receipt)"
_REPLACED = "UPDATE projects_turnout SET replaced = replaced + 1 WHERE poll_id = %s"
# The rows that tell who voted and what was chosen; each is written anew when the poll closes.
TURNOUT, BALLOTS = "projects_turnout", "projects_ballot"
# How this database takes an id and a list of ids.
_ID, _LIST = models.UUIDField(), IdListField()


class BallotManager(models.Manager["Ballot"]):
    """What is done to ballots in bare SQL: putting one in, replacing one, shuffling them, counting them."""

    def put(self, poll: int, *, voter: Voter, paper: Paper, channel: str, at: datetime) -> bool:
        """Turnout and ballot in one transaction, on PostgreSQL in one statement; False if there is no place."""
        place, who = _place(poll, voter, paper, at)
        go, ballot = f"{_GO.format(place=place)} ON CONFLICT DO NOTHING", _values(paper)
        if connection.vendor == "postgresql":
            went = f"WITH went AS ({go} RETURNING entry_id)"
            voice = "FROM went JOIN projects_voterrollentry e ON e.id = went.entry_id"
            vote: Any = connection
            return bool(vote.execute_prepared(f"{went} {_BALLOT} SELECT {_row()} {voice}", [channel, *who, *ballot]))
        with transaction.atomic():
            return _rows(go, [channel, *who]) == 1 and self._put_for(poll, voter, ballot)

    def replace(self, poll: int, *, voter: Voter, paper: Paper, old_key_hash: str, at: datetime) -> bool:
        """Take a ballot out and another in, and count that on the turnout; False if it is not there or may not."""
        place, who = _place(poll, voter, paper, at)
        share = "FOR SHARE" if connection.vendor == "postgresql" else ""
        with transaction.atomic():
            # The poll first, as whoever closes it takes its locks: else each might wait for the other.
            _rows(f"SELECT 1 FROM projects_poll WHERE id = %s {share}", [poll])  # noqa: S608
            may = f"AND entry_id IN (SELECT e.id {place} AND p.may_replace)"
            done = (
                _rows(f"{_REPLACED} {may}", [poll, *who]) == 1
                and _rows("DELETE FROM projects_ballot WHERE poll_id = %s AND key_hash = %s", [poll, old_key_hash]) == 1
                and self._put_for(poll, voter, _values(paper))
            )
            transaction.set_rollback(not done)
        return done

    def put_anonymous(self, poll: int, papers: list[tuple[str, Paper]]) -> None:
        """Put in paper ballots, each with its voice, of whom nobody knows who filled them in."""
        row = _row(voice="%s", poll="%s")
        for voice, paper in papers:
            number, *ballot = _values(paper)
            _rows(f"{_BALLOT} VALUES ({row})", [number, voice, poll, *ballot])

    def _put_for(self, poll: int, voter: Voter, ballot: list[Any]) -> bool:
        values = f"SELECT {_row()} FROM projects_voterrollentry e WHERE e.poll_id = %s AND {voter.where}"  # noqa: S608
        return _rows(f"{_BALLOT} {values}", [*ballot, poll, voter.value]) == 1

    def shuffle(self, table: str, poll: int) -> None:
        """Write a poll's rows of a table anew, in random order."""
        chance = "gen_random_uuid()" if connection.vendor == "postgresql" else "random()"
        mixed = f"SELECT * FROM {table} WHERE poll_id = %s ORDER BY {chance}"  # noqa: S608 (own names)
        _rows(f"CREATE TEMPORARY TABLE shuffled AS {mixed}", [poll])
        _rows(f"DELETE FROM {table} WHERE poll_id = %s", [poll])  # noqa: S608
        _rows(f"INSERT INTO {table} SELECT * FROM shuffled", [])  # noqa: S608
        _rows("DROP TABLE shuffled", [])

    def count_votes(self, poll: int, *, by_score: bool) -> dict[str, dict[int, int]]:
        """The votes, or points, that each voice gave each project it names at all.

        Equal ballots are counted first: there are far fewer different ones than ballots.
        """
        same = "voice, choices, points" if by_score else "voice, choices"
        none = "NULL::bigint[]" if connection.vendor == "postgresql" else "'[]'"
        points_of = "b.points" if by_score else none
        equal = f"SELECT {same}, count(*) AS n FROM projects_ballot WHERE poll_id = %s GROUP BY {same}"  # noqa: S608
        project, points = "c.project", "c.points"
        each = f"unnest(b.choices, {points_of}) AS c(project, points)"
        if connection.vendor == "sqlite":
            project, points = "c.value", "p.value"
            each = f"json_each(b.choices) AS c LEFT JOIN json_each({points_of}) AS p ON p.key = c.key"
        counts = f"SELECT b.voice, {project}, sum(b.n * COALESCE({points}, 1)) FROM ({equal}) b, {each} GROUP BY 1, 2"  # noqa: S608
        found: dict[str, dict[int, int]] = {voice: {} for voice in VoterRollEntry.Voice.values}
        with connection.cursor() as cursor:
            cursor.execute(counts, [poll])
            for voice, number, votes in cursor.fetchall():
                found[voice][number] = int(votes)
        return found

    def count_voices(self, poll: int) -> Mapping[str, int]:
        """How many ballots each voice has."""
        counted = self.filter(poll=poll).values_list("voice").annotate(n=models.Count("pk"))
        return dict.fromkeys(VoterRollEntry.Voice.values, 0) | dict(counted)


def _place(poll: int, voter: Voter, paper: Paper, at: datetime) -> tuple[str, list[Any]]:
    number, is_by_score = len(paper.choices), bool(paper.points)
    # On PostgreSQL the statement is the same whatever the number of choices, so that it is planned once.
    as_one = connection.vendor == "postgresql"
    among, chosen = ("= ANY (%s::bigint[])", [paper.choices]) if as_one else (_in(number), paper.choices)
    closes_at = Poll._meta.get_field("closes_at").get_db_prep_value(at, connection)
    values = [poll, voter.value, closes_at, number, is_by_score, number, *chosen]
    return _PLACE.format(who=voter.where, fits=_FITS.format(among=among)), values


def _in(number: int) -> str:
    return f"IN ({', '.join(['%s'] * number)})"


def _values(paper: Paper) -> list[Any]:
    lists = (_LIST.get_db_prep_value(each, connection) for each in (paper.choices, paper.points))
    return [_ID.get_db_prep_value(uuid.uuid4(), connection), *lists, paper.key_hash, paper.receipt]


def _row(*, voice: str = "e.voice", poll: str = "e.poll_id") -> str:
    """A ballot's columns: `_values`, with voice and poll from the roll unless said otherwise."""
    if connection.vendor == "postgresql":
        return f"%s::uuid, {voice}, {poll}, %s::bigint[], %s::bigint[], %s, %s"
    return f"%s, {voice}, {poll}, %s, %s, %s, %s"


def _rows(sql: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


class Ballot(models.Model):
    """选票: the projects that one voter chose, in ascending order, and the receipt code to find it again.

    By score `points` holds what each of them was given; else it is empty. A ballot carries no voter, no time and no
    usable order: the primary key is random, and when the poll closes all its ballots are written anew in random
    order. `key_hash` is the SHA-256 of a random secret that only the voter's device holds: by it a retry finds its
    ballot. docs/secrecy.md says what this does and does not hide.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+")
    voice = models.CharField(
        _("voice"), max_length=8, choices=VoterRollEntry.Voice, default=VoterRollEntry.Voice.PEOPLE
    )
    choices = IdListField(_("choices"))
    points = IdListField(_("points"), default=list, blank=True)
    key_hash = models.CharField(max_length=64)
    receipt = models.CharField(_("receipt code"), max_length=14)

    objects = BallotManager()

    class Meta:
        verbose_name = _("ballot")
        verbose_name_plural = _("ballots")
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "key_hash"],
                name="one_ballot_per_key",
                violation_error_message=_("This voting key was already used. Please load the page anew."),
            ),
            models.UniqueConstraint(
                fields=["poll", "receipt"],
                name="one_ballot_per_receipt",
                violation_error_message=_("Please send your vote again."),
            ),
        ]

    def __str__(self) -> str:
        return self.receipt
