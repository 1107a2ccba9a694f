"""申诉更正: marks that were wrong are replaced by a new version of the sheet, or a member is recused; both remain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from evaluations.models import Appeal, AppealCorrection, CommitteeMember, Indicator, ScoreSheet
from evaluations.services import numbers, photos, recusals
from evaluations.services.drafts import carry_over

# The number of a member in the explanation, the indicator, and the mark that is right.
NewMarks = Iterable[tuple[int, Indicator, Decimal]]


def correct(appeal: Appeal, *, marks: NewMarks, recused: Collection[int], reason: str, by: User) -> None:
    """Correct what an appeal is about. Refused without anything to correct, or beyond what it is about."""
    known = numbers.members_of(appeal.rating)
    new = _by_member(appeal, marks)
    if not new and not recused:
        raise Refused(_("What is upheld is corrected: name the marks, or who is recused."), code="nothing_corrected")
    if not (new.keys() | set(recused)) <= known.keys():
        raise Refused(_("There is no member with this number in the explanation."), code="no_such_member")
    words = _("Appeal %(number)s: %(reason)s") % {"number": appeal.pk, "reason": reason.strip()}
    for number, values in sorted(new.items()):
        _replace(appeal, number, known[number], values, reason=words, by=by)
    for number in sorted(set(recused)):
        _recuse(appeal, number, known[number], reason=words, by=by)


def _by_member(appeal: Appeal, marks: NewMarks) -> dict[int, dict[Indicator, Decimal]]:
    about = set(appeal.indicators.all())
    new: dict[int, dict[Indicator, Decimal]] = defaultdict(dict)
    for number, indicator, value in marks:
        if indicator not in about:
            raise Refused(_("Only the indicators that the appeal is about are corrected."), code="not_appealed")
        if not 0 <= value <= (indicator.full or 0):
            raise Refused(
                _("%(indicator)s: a mark lies between 0 and %(full)s.")
                % {"indicator": indicator, "full": indicator.full},
                code="mark_out_of_range",
            )
        new[number][indicator] = value
    return new


def _replace(
    appeal: Appeal, number: int, member: CommitteeMember, values: dict[Indicator, Decimal], *, reason: str, by: User
) -> None:
    """A new version of the member's sheet with the marks that are right and all others as they were."""
    versions = ScoreSheet.objects.filter(rating=appeal.rating, member=member)
    old = versions.current().get()
    given = dict(old.marks.values_list("indicator_id", "value"))
    if any(given.get(indicator.pk) in (None, value) for indicator, value in values.items()):
        raise Refused(_("Name marks that were given, and say what they should be instead."), code="no_such_mark")
    at = now()
    new = _draft_of(old, versions.aggregate(last=Max("version"))["last"] + 1, reason=reason, by=by)
    carry_over(old, new, at=at, instead=values)
    AppealCorrection.objects.create(appeal=appeal, number=number, sheet=new)
    new.move(ScoreSheet.Status.SUBMITTED, by=by, submitted_at=at)


def _draft_of(old: ScoreSheet, version: int, *, reason: str, by: User) -> ScoreSheet:
    """A draft to correct a sheet: a new one, or the one that the member had begun and never handed in."""
    begun: ScoreSheet | None = ScoreSheet.objects.drafts().filter(rating=old.rating, member=old.member).first()
    if begun is not None:
        begun.correction_reason = reason
        begun.save(update_fields=["correction_reason"])
        return begun
    new = ScoreSheet(region=old.region, rating=old.rating, member=old.member, version=version, correction_reason=reason)
    new.begin(by=by, reason=reason)
    photos.copy(old, new)
    return new


def _recuse(appeal: Appeal, number: int, member: CommitteeMember, *, reason: str, by: User) -> None:
    rating = appeal.rating
    recusal = recusals.recuse(member.user, project=rating.project, region=rating.round.region, reason=reason, by=by)
    AppealCorrection.objects.create(appeal=appeal, number=number, recusal=recusal)


def changed_marks(correction: AppealCorrection) -> list[tuple[Indicator, Decimal | None, Decimal | None]]:
    """The marks that a corrected sheet has otherwise than the version before it: (indicator, old, new)."""
    new = correction.sheet
    if new is None:
        return []
    versions = ScoreSheet.objects.submitted().filter(rating=new.rating_id, member=new.member_id)
    old = versions.filter(version__lt=new.version).latest("version")
    before = dict(old.marks.values_list("indicator_id", "value"))
    marks = new.marks.select_related("indicator")
    return [
        (mark.indicator, before[mark.indicator_id], mark.value)
        for mark in marks
        if mark.value != before[mark.indicator_id]
    ]
