"""评分表: saved as often as one likes, sealed when submitted, corrected only by a new version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from evaluations.models import Declaration, Indicator, Mark, ScoreSheet
from evaluations.models.committees import OWN_PROJECT, SEAT_HAS_PASSED
from evaluations.models.declarations import UNDECLARED
from teams.models import TeamContact

Status = ScoreSheet.Status
# What a member gives an indicator: the value, or None to abstain, and the evidence or the reason.
Given = tuple[Decimal | None, str]


def asked(sheet: ScoreSheet) -> list[Indicator]:
    """The indicators that this member's group marks, in the order of the scheme."""
    leaves = Indicator.objects.filter(scheme=sheet.rating.round.scheme_id, full__isnull=False)
    return list(leaves.filter(groups__code=sheet.member.group).order_by("order", "id"))


@transaction.atomic
def save(
    sheet: ScoreSheet,
    *,
    marks: Mapping[Indicator, Given],
    by: User,
    at: datetime | None = None,
) -> None:
    """Keep marks in a draft; those not given stay as they are. `marks` holds indicators that `asked` names."""
    at = at or now()
    _check_open(sheet, at)
    for indicator, (value, _note) in marks.items():
        _check_range(indicator, value)
    # Changing the row locks it: of two devices one waits here and then finds what the other did.
    if not ScoreSheet.objects.drafts().filter(pk=sheet.pk).update(saved_at=at):
        raise Refused(_("This score sheet is already submitted; correct it by a new version."), code="sheet_is_sealed")
    rows = [Mark(sheet=sheet, indicator=each, value=value, note=note) for each, (value, note) in marks.items()]
    Mark.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["sheet", "indicator"], update_fields=["value", "note"]
    )
    sheet.saved_at = at


def _check_range(indicator: Indicator, value: Decimal | None) -> None:
    if value is not None and not 0 <= value <= (indicator.full or 0):
        raise Refused(
            _("%(indicator)s: a mark lies between 0 and %(full)s.") % {"indicator": indicator, "full": indicator.full},
            code="mark_out_of_range",
        )


def _check_open(sheet: ScoreSheet, at: datetime) -> None:
    if not sheet.rating.round.is_open(at):
        raise Refused(
            _("“%(round)s” is closed for marks. What you saved is kept but not counted; please talk to the street.")
            % {"round": sheet.rating.round},
            code="round_is_closed",
        )
    if not sheet.member.serves(localdate(at)):
        raise Refused(SEAT_HAS_PASSED, code="seat_has_passed")


@transaction.atomic
def submit(sheet: ScoreSheet, *, by: User, at: datetime | None = None) -> ScoreSheet:
    """Seal a sheet; sealing it again changes nothing."""
    at = at or now()
    locked: ScoreSheet = ScoreSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if locked.status == Status.SUBMITTED:
        sheet.status, sheet.submitted_at = locked.status, locked.submitted_at
        return sheet
    sheet.member = locked.member  # whose seat may have passed on meanwhile
    _check_open(sheet, at)
    unfinished = missing_of(sheet)
    if unfinished:
        names = ", ".join(str(indicator) for indicator in unfinished)
        raise Refused(
            _("Still without a mark, or without the evidence needed: %(names)s.") % {"names": names}, code="unfinished"
        )
    _check_interest(sheet)
    sheet.move(Status.SUBMITTED, by=by, submitted_at=at)
    return sheet


def _check_interest(sheet: ScoreSheet) -> None:
    if TeamContact.objects.filter(team__projects=sheet.rating.project_id, user=sheet.member.user_id).exists():
        raise Refused(OWN_PROJECT, code="own_project")
    said = Declaration.objects.filter(rating=sheet.rating_id, member=sheet.member_id, has_interest=False)
    if sheet.version == 1 and not said.exists():
        raise Refused(UNDECLARED, code="undeclared")


def missing_of(sheet: ScoreSheet) -> list[Indicator]:
    """The indicators that still want a mark, or evidence with it, or a reason for an abstention."""
    given = {mark.indicator_id: mark for mark in sheet.marks.all()}
    return [indicator for indicator in asked(sheet) if _wants(indicator, given.get(indicator.pk))]


def _wants(indicator: Indicator, mark: Mark | None) -> bool:
    if mark is None or (mark.value is None and not mark.note.strip()):
        return indicator.kind == Indicator.Kind.SCORE
    return indicator.evidence_required and not mark.note.strip()


@transaction.atomic
def correct(sheet: ScoreSheet, *, reason: str, by: User, at: datetime | None = None) -> ScoreSheet:
    """Begin a new version of a submitted sheet, with its marks to change; the old one counts until it is submitted."""
    _check_open(sheet, at or now())
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if sheet.status != Status.SUBMITTED:
        raise Refused(_("Only a submitted score sheet is corrected."), code="wrong_status")
    versions = ScoreSheet.objects.filter(rating=sheet.rating, member=sheet.member)
    last = versions.aggregate(last=Max("version"))["last"]
    if last != sheet.version:
        raise Refused(_("There is a newer version of this score sheet."), code="not_the_last")
    new = ScoreSheet(
        region=sheet.region,
        rating=sheet.rating,
        member=sheet.member,
        version=last + 1,
        correction_reason=reason.strip(),
    )
    new.begin(by=by, reason=reason)
    Mark.objects.bulk_create(
        Mark(sheet=new, indicator_id=mark.indicator_id, value=mark.value, note=mark.note) for mark in sheet.marks.all()
    )
    return new
