"""有偿服务: paid minutes are entered by the team or by staff, and taken back by staff with a reason."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from volunteers.models import PaidWork, Volunteer

Status = PaidWork.Status


def enter(
    volunteer: Volunteer, *, region: Region, started_at: datetime, ended_at: datetime, agreement: str, by: User
) -> PaidWork:
    """Enter that somebody works for pay from one moment to another; the person is told.

    The database refuses minutes in which the person served as a volunteer.
    """
    if not agreement.strip():
        raise Refused(_("Say which agreement pays for it."), code="agreement_needed")
    work = PaidWork(volunteer=volunteer, region=region, started_at=started_at, ended_at=ended_at, entered_by=by)
    work.agreement = agreement.strip()
    work.begin(by=by)
    return work


def withdraw(work: PaidWork, *, reason: str, by: User) -> None:
    """Take an entry back that was wrong, with a reason; the minutes are free for service again."""
    work.move(Status.WITHDRAWN, by=by, reason=reason)
