"""利益关系申报: said once for each project of a round, before its first sheet is handed in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from evaluations.models import Declaration, EvaluationRound, ScoreSheet
from evaluations.models.ratings import Rating
from evaluations.services import recusals


def of(sheet: ScoreSheet) -> Declaration | None:
    """What this member declared for this project in this round."""
    return Declaration.objects.filter(rating=sheet.rating_id, member=sheet.member_id).first()


def waiting(user: User, round_: EvaluationRound) -> list[ScoreSheet]:
    """A member's sheets of a round for which nothing is declared yet, in the order in which they were handed out."""
    mine = ScoreSheet.objects.drafts().filter(rating__round=round_, member__user=user, version=1)
    open_ones = mine.exclude(rating__status=Rating.Status.LEFT_OUT).not_recused()
    rows = open_ones.exclude(rating__declarations__in=Declaration.objects.filter(member__user=user))
    return list(rows.select_related("rating__round__region", "rating__project__team", "member__user").order_by("pk"))


@transaction.atomic
def declare_none(sheet: ScoreSheet, *, by: User, at: datetime | None = None) -> Declaration:
    """A member says that they have no interest in a project; again changes nothing."""
    said = of(sheet)
    if said is None:
        return _write(sheet, by=by, at=at or now())
    if said.has_interest:
        raise Refused(_("You have declared an interest in this project."), code="interest_declared")
    return said


@transaction.atomic
def declare_interest(sheet: ScoreSheet, *, words: str, by: User, at: datetime | None = None) -> Declaration | None:
    """A member says which interest they have, and is recused; after an earlier “none” the recusal alone is written."""
    if not words.strip():
        raise Refused(_("Please say which interest you have."), code="reason_needed")
    at = at or now()
    said = of(sheet) or _write(sheet, words=words.strip(), by=by, at=at)
    recusals.recuse_self(sheet, reason=words, by=by, at=at)
    return said if said.has_interest else None


@transaction.atomic
def declare_all(round_: EvaluationRound, *, interests: Mapping[int, str], by: User) -> int:
    """For every project of a round that waits for it: an interest in words where one is named, else none.

    `interests` gives words by the number of the sheet. Says how many were declared.
    """
    sheets = waiting(by, round_)
    for sheet in sheets:
        if sheet.pk in interests:
            declare_interest(sheet, words=interests[sheet.pk], by=by)
        else:
            declare_none(sheet, by=by)
    return len(sheets)


def _write(sheet: ScoreSheet, *, words: str = "", by: User, at: datetime) -> Declaration:
    if not sheet.rating.round.is_open(at) or not sheet.member.serves(localdate(at)):
        raise Refused(_("Interests are declared while the round is open."), code="round_is_closed")
    declaration = Declaration(rating=sheet.rating, member=sheet.member, has_interest=bool(words), words=words, at=at)
    declaration.save(force_insert=True)
    # Which interest, is for the street alone: a record has more readers.
    record(declaration, region=sheet.rating.round.region, new="interest" if words else "none", by=by)
    return declaration
