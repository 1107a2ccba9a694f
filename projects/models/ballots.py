"""选票: what was chosen, by nobody knows whom. Only projects.services.ballots imports this module (a contract)."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from .id_list import IdListField
from .polls import Poll

# The voter's place, if the poll is open, the person entitled, and each choice stands for the vote.
_PLACE = """
    SELECT e.id, e.poll_id, %s FROM projects_voterrollentry e JOIN projects_poll p ON p.id = e.poll_id
    WHERE e.poll_id = %s AND e.user_id = %s AND e.struck = '' AND p.status = 'open' AND p.closes_at > %s
    AND p.max_choices >= %s AND %s = (
        SELECT count(*) FROM projects_polloption o WHERE o.poll_id = e.poll_id AND o.project_id IN ({choices}))
"""
_GO = "INSERT INTO projects_turnout (entry_id, poll_id, channel) {place} ON CONFLICT DO NOTHING"
_BALLOT = "INSERT INTO projects_ballot (id, poll_id, choices, key_hash, receipt)"
# The rows that tell who voted and what was chosen; each is written anew when the poll closes.
_JOINABLE = ("projects_ballot", "projects_turnout")


class BallotManager(models.Manager["Ballot"]):
    """The three things that are done to ballots in bare SQL: putting one in, shuffling them, counting them."""

    def put(
        self, poll: int, *, user: int, choices: list[int], key_hash: str, receipt: str, channel: str, at: datetime
    ) -> bool:
        """Turnout and ballot in one transaction, on PostgreSQL in one statement; False if there is no place."""
        go = _GO.format(place=_PLACE.format(choices=", ".join(["%s"] * len(choices))))
        closes_at = Poll._meta.get_field("closes_at").get_db_prep_value(at, connection)
        who = [channel, poll, user, closes_at, len(choices), len(choices), *choices]
        chosen = IdListField().get_db_prep_value(choices, connection)
        number = models.UUIDField().get_db_prep_value(uuid.uuid4(), connection)
        if connection.vendor == "postgresql":
            values = "SELECT %s::uuid, poll_id, %s::bigint[], %s, %s FROM went"
            return (
                _rows(
                    f"WITH went AS ({go} RETURNING poll_id) {_BALLOT} {values}",
                    [*who, number, chosen, key_hash, receipt],
                )
                == 1
            )
        with transaction.atomic():
            ballot = [number, poll, chosen, key_hash, receipt]
            return _rows(go, who) == 1 and _rows(f"{_BALLOT} VALUES (%s, %s, %s, %s, %s)", ballot) == 1

    def shuffle(self, poll: int) -> None:
        """Write the ballots and the turnout of a poll anew, in random order."""
        chance = "gen_random_uuid()" if connection.vendor == "postgresql" else "random()"
        for table in _JOINABLE:
            mixed = f"SELECT * FROM {table} WHERE poll_id = %s ORDER BY {chance}"  # noqa: S608 (own names)
            _rows(f"CREATE TEMPORARY TABLE shuffled AS {mixed}", [poll])
            _rows(f"DELETE FROM {table} WHERE poll_id = %s", [poll])  # noqa: S608
            _rows(f"INSERT INTO {table} SELECT * FROM shuffled", [])  # noqa: S608
            _rows("DROP TABLE shuffled", [])

    def count_votes(self, poll: int) -> dict[int, int]:
        """How many ballots name each project that is named at all."""
        project, choices = ("c.project", "unnest(b.choices) AS c(project)")
        if connection.vendor == "sqlite":
            project, choices = ("c.value", "json_each(b.choices) AS c")
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {project}, count(*) FROM projects_ballot b, {choices} WHERE b.poll_id = %s GROUP BY 1",  # noqa: S608
                [poll],
            )
            return dict(cursor.fetchall())


def _rows(sql: str, values: list[Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


class Ballot(models.Model):
    """选票: the projects that one voter chose, in ascending order, and the receipt code to find it again.

    It carries no voter, no time and no usable order: the primary key is random, and when the poll closes all its
    ballots are written anew in random order. `key_hash` is the SHA-256 of a random secret that only the voter's
    device holds: by it a retry finds its ballot. docs/secrecy.md says what this does and does not hide.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    poll = models.ForeignKey(Poll, models.PROTECT, related_name="+")
    choices = IdListField(_("choices"))
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
