"""签署: each side signs an agreement once; with the second signature it is concluded."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from projects.models import Agreement, Project
from projects.models.agreements import GRADE_TOO_LOW

from .agreements import start

Status = Agreement.Status


def sign_for_team(agreement: Agreement, *, by: User, on: date | None = None) -> None:
    """The team's contact signs."""
    _sign(agreement, "team", by=by, on=on or localdate())


def sign_for_community(agreement: Agreement, *, by: User, on: date | None = None) -> None:
    """The community's staff sign."""
    _sign(agreement, "community", by=by, on=on or localdate())


@transaction.atomic
def _sign(agreement: Agreement, side: str, *, by: User, on: date) -> None:
    # The project before the agreement, in the order of everybody who takes both.
    Project.objects.select_for_update().get(pk=agreement.project_id)
    agreement.take()
    _check(agreement, side, on=on)
    signature = {f"{side}_signed_by": by, f"{side}_signed_at": now()}
    for name, value in signature.items():
        setattr(agreement, name, value)
    agreement.save(update_fields=signature.keys())
    record(agreement, region=agreement.region, old=Status.DRAFT, new=f"{side}_signed", by=by)
    if agreement.team_signed_at and agreement.community_signed_at:
        _conclude(agreement, by=by, on=on)


def _check(agreement: Agreement, side: str, *, on: date) -> None:
    if getattr(agreement, f"{side}_signed_at"):
        raise Refused(_("This side has already signed."), code="already_signed")
    if agreement.status != Status.DRAFT:
        raise Refused(_("This agreement is no longer to be signed."), code="wrong_status")
    if agreement.ends_on < on:
        raise Refused(_("The period of this agreement is already over."), code="period_over")
    if agreement.renews_id and not agreement.project.may_be_renewed:
        raise Refused(GRADE_TOO_LOW, code="grade_too_low")


def _conclude(agreement: Agreement, *, by: User, on: date) -> None:
    """Both have signed: the project is agreed, and begins at once when its first day has come."""
    agreement.move(Status.SIGNED, by=by)
    if agreement.renews_id is None:
        agreement.project.move(Project.Status.AGREED, by=by)
    if agreement.starts_on <= on:
        start(agreement, by=by)
