"""评分表: saved as often as one likes, sealed when submitted, corrected only by a new version."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from evaluations.models import Declaration, Indicator, Mark, ScoreSheet
from evaluations.models.committees import OWN_PROJECT
from evaluations.models.declarations import UNDECLARED
from evaluations.services import interests, photos
from evaluations.services.drafts import carry_over, check_open
from evaluations.wording import together

Status = ScoreSheet.Status


def asked(sheet: ScoreSheet) -> list[Indicator]:
    """The indicators that this member's group marks, in the order of the scheme."""
    leaves = Indicator.objects.filter(scheme=sheet.rating.round.scheme_id, full__isnull=False)
    return list(leaves.filter(groups__code=sheet.member.group).order_by("order", "id"))


@transaction.atomic
def submit(sheet: ScoreSheet, *, by: User, at: datetime | None = None) -> ScoreSheet:
    """Seal a sheet; sealing it again changes nothing."""
    at = at or now()
    locked: ScoreSheet = ScoreSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    if locked.status == Status.SUBMITTED:
        sheet.status, sheet.submitted_at = locked.status, locked.submitted_at
        return sheet
    sheet.member = locked.member  # whose seat may have passed on meanwhile
    check_open(sheet, at)
    unfinished = missing_of(sheet)
    if unfinished:
        names = together(unfinished)
        raise Refused(
            _("Still without a mark, or without the evidence needed: %(names)s.") % {"names": names}, code="unfinished"
        )
    _check_interest(sheet)
    sheet.move(Status.SUBMITTED, by=by, submitted_at=at)
    return sheet


def _check_interest(sheet: ScoreSheet) -> None:
    if interests.belongs(sheet.member.user, project=sheet.rating.project_id):
        raise Refused(OWN_PROJECT, code="own_project")
    said = Declaration.objects.filter(rating=sheet.rating_id, member=sheet.member_id, has_interest=False)
    if sheet.version == 1 and not said.exists():
        raise Refused(UNDECLARED, code="undeclared")


def missing_of(sheet: ScoreSheet) -> list[Indicator]:
    """The indicators that still want a mark, or evidence with it (a note or a photo), or a reason for an abstention."""
    given = {mark.indicator_id: mark for mark in sheet.marks.all()}
    shown = set(sheet.photos.kept().values_list("indicator_id", flat=True))
    return [each for each in asked(sheet) if _wants(each, given.get(each.pk), has_photo=each.pk in shown)]


def _wants(indicator: Indicator, mark: Mark | None, *, has_photo: bool) -> bool:
    if mark is None or (mark.value is None and not mark.note.strip()):
        return indicator.kind == Indicator.Kind.SCORE
    return indicator.evidence_required and not mark.note.strip() and not has_photo


@transaction.atomic
def correct(sheet: ScoreSheet, *, reason: str, by: User, at: datetime | None = None) -> ScoreSheet:
    """Begin a new version of a submitted sheet, with its marks to change; the old one counts until it is submitted."""
    at = at or now()
    check_open(sheet, at)
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
    carry_over(sheet, new, at=at)
    photos.copy(sheet, new)
    return new
