"""评定: computed when a round closes, recomputed when something changes, told to the team, final when published."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import Refused, User
from communities.models.record import record
from evaluations import cautions, scoring
from evaluations.interchange import marks_in, write_score
from evaluations.models import BrandListing, EvaluationRound, Rating
from evaluations.models.appeals import APPEAL_OPEN
from evaluations.services import honours, inputs, listings
from projects.services import projects

Status = Rating.Status
# What a grade is written down with.
COMPUTED = ("total", "grade", "breakdown", "hints", "input_hash", "scoring_version")


def computed(ratings: QuerySet[Rating], scheme: scoring.Scheme) -> Iterator[tuple[Rating, dict[str, Any]]]:
    """Each rating with what the scoring core makes of its stored sheets, as the fields that hold it."""
    for rating, (marks, recused) in inputs.inputs_of(ratings):
        result = scoring.score_project(scheme, str(rating.project_id), marks, recused)
        yield (
            rating,
            {
                "total": result.total,
                "grade": result.grade or "",
                "breakdown": write_score(result),
                "input_hash": scoring.digest(scheme, marks, recused),
                "scoring_version": scoring.VERSION,
            },
        )


def core(round_: EvaluationRound) -> scoring.Scheme:
    """The scheme as it was frozen; one that does not add up after all grades nobody."""
    try:
        return inputs.scheme_of(_scheme(round_))
    except scoring.BadScheme as error:
        raise Refused(_("The scheme of this round does not add up."), code="bad_scheme") from error


@transaction.atomic
def grade(round_: EvaluationRound, *, by: User) -> None:
    """Compute the provisional grade of every project of a closed round."""
    scheme = core(round_)
    lock(round_)
    found = computed(round_.ratings.filter(status=Status.PENDING).select_related("region"), scheme)
    while batch := list(islice(found, inputs.BATCH)):
        for rating, fields in batch:
            _set(rating, _with_hints(scheme, fields))
        Rating.move_all([rating for rating, _fields in batch], Status.PROVISIONAL, by=by, own=COMPUTED)


def _set(rating: Rating, fields: dict[str, Any]) -> None:
    for name, value in fields.items():
        setattr(rating, name, value)


def _with_hints(scheme: scoring.Scheme, fields: dict[str, Any]) -> dict[str, Any]:
    """Besides, what the committee should look at: kept here, as to look for it in every project takes its time."""
    return fields | {"hints": cautions.hints(scheme, list(marks_in(fields["breakdown"])))}


def lock(round_: EvaluationRound) -> None:
    """Take a round's ratings: a recusal under way is finished first, a later one waits and finds the grades made."""
    list(round_.ratings.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


@transaction.atomic
def regrade(rating: Rating, *, by: User, reason: str) -> bool:
    """Compute a provisional grade again; says whether it changed, and the record says from what to what."""
    scheme = core(rating.round)
    old = in_words(rating)
    for _same, fields in computed(Rating.objects.filter(pk=rating.pk), scheme):
        _set(rating, _with_hints(scheme, fields))
        rating.save(update_fields=COMPUTED)
    new = in_words(rating)
    if old != new:
        figures = {"old": old, "new": new, "reason": reason}
        said = _("Computed again, %(old)s → %(new)s. %(reason)s") % figures
        record(rating, region=rating.region, old=rating.status, new="regraded", by=by, reason=said)
    return old != new


def in_words(rating: Rating) -> str:
    """Total and grade as the record names them."""
    return f"{rating.shown_total} {rating.grade}" if rating.grade else str(_("no grade"))


def _scheme(round_: EvaluationRound) -> Any:
    if round_.scheme is None:
        raise Refused(_("This round has no scheme."), code="no_scheme")
    return round_.scheme


def note(rating: Rating, *, by: User, reason: str) -> None:
    """Write something into a rating's record that does not change its status."""
    record(rating, region=rating.region, old=rating.status, new=rating.status, by=by, reason=reason)


def leave_out(rating: Rating, *, by: User, reason: str) -> None:
    """Take a project out of a round, saying why; it gets no grade in it."""
    if rating.appeals.open().exists():
        raise Refused(APPEAL_OPEN, code="appeal_open")
    rating.move(Status.LEFT_OUT, by=by, reason=reason)


@transaction.atomic
def finalise(those: Sequence[Rating], *, by: User, at: datetime) -> None:
    """Make grades final: their projects carry them, and from 3A on the brand library shows them."""
    Rating.move_all(those, Status.FINAL, by=by, final_at=at)
    projects.record_grades([(rating.project, rating.grade) for rating in those], final_at=at, by=by)
    listings.follow(those, by=by, at=at)


@transaction.atomic
def withdraw(rating: Rating, *, by: User, reason: str, on: date | None = None) -> None:
    """Take back a final grade that should not stand, saying why; the project has the final grade before it, or none.

    What rests on it ends: its place in the brand library, honours given for it. What it had ended stands again.
    """
    rating.take()
    for listing in BrandListing.objects.listed().filter(rating=rating):
        listings.withdraw(listing, by=by, reason=reason)
    with override(settings.LANGUAGE_CODE):
        fallen = _("The grade it rests on was withdrawn: %s") % reason
        risen = _("The newer grade was withdrawn: %s") % reason
    honours.follow_withdrawn(rating, by=by, reason=fallen)
    rating.move(Status.WITHDRAWN, by=by, reason=reason)
    if rating.final_at != rating.project.last_graded_at:
        return  # a newer grade is the project's
    earlier = Rating.objects.final().filter(project=rating.project_id).order_by("-final_at").first()
    grade, final_at = (earlier.grade, earlier.final_at) if earlier else ("", None)
    projects.take_back_grade(rating.project, grade=grade, final_at=final_at, by=by, reason=reason)
    if earlier:
        listings.reopen(earlier, on=on or localdate(), by=by, reason=risen)
