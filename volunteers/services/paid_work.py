"""有偿服务: paid minutes are entered by the team or by staff; whom they concern may object to what a team entered.

What is objected to does not count until staff have decided: the minutes are free for service meanwhile. What staff
entered counts until staff take it back.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from teams.models import Team, TeamMember
from volunteers.models import PaidWork, Volunteer

Status = PaidWork.Status
DECIDE = "volunteers.confirm_paidwork"


@transaction.atomic
def enter(
    volunteer: Volunteer, *, region: Region, started_at: datetime, ended_at: datetime, agreement: str, by: User
) -> PaidWork:
    """Enter that somebody works for pay from one moment to another; the person is told.

    The database refuses minutes in which the person served as a volunteer. A team's contact does not enter again what
    the person objected to, before the community has decided on it; nor work of somebody who is not on the team's list
    of members, where it keeps one (`not_in_the_team`).
    """
    if not agreement.strip():
        raise Refused(_("Say which agreement pays for it."), code="agreement_needed")
    work = PaidWork(volunteer=volunteer, region=region, started_at=started_at, ended_at=ended_at, entered_by=by)
    work.agreement, work.by_team = agreement.strip(), not _is_staff(by, region)
    if work.by_team:
        _in_the_team(work)
        _not_objected_to(work)
    work.begin(by=by)
    return work


def object_to(work: PaidWork, *, reason: str, by: User) -> None:
    """Say that one did not work for pay then: what a team's contact entered counts no more, until staff decide."""
    if work.volunteer.user_id != by.pk:
        raise Refused(_("Only the person whom it concerns objects to this."), code="not_yours")
    if not work.by_team:
        raise Refused(_("The community entered this; ask it to take it back."), code="entered_by_staff")
    work.move(Status.OBJECTED, by=by, reason=reason)


def confirm(work: PaidWork, *, reason: str, by: User) -> None:
    """Let an entry stand to which the person objected, with a reason that both sides read; it counts again.

    The database refuses it where the person has served as a volunteer meanwhile.
    """
    _not_oneself(work, by)
    work.move(Status.CONFIRMED, by=by, reason=reason)


def withdraw(work: PaidWork, *, reason: str, by: User) -> None:
    """Take an entry back that was wrong, with a reason; the minutes are free for service again."""
    _not_oneself(work, by)
    work.move(Status.WITHDRAWN, by=by, reason=reason)


def _is_staff(by: User, region: Region) -> bool:
    """Whoever decides on objections there."""
    return any(region.code.startswith(code) for code in by.codes_granting(DECIDE))


def _in_the_team(work: PaidWork) -> None:
    """Members and contacts of any team of the contact; the day somebody was entered says nothing, they may be late."""
    teams = Team.objects.filter(contacts__user=work.entered_by).exclude(status=Team.Status.RETIRED)
    keep_lists = teams.filter(members__in=TeamMember.objects.current())
    if not teams or teams.exclude(pk__in=keep_lists.values("pk")).exists():
        return
    person = work.volunteer.user
    same = Q(user=person) | Q(phone_index=person.phone_index) if person.phone_index else Q(user=person)
    members = TeamMember.objects.since(localdate(work.started_at)).filter(same, team__in=teams)
    if not members.exists() and not teams.filter(contacts__user=person).exists():
        raise Refused(
            _("This person is not on your team's list of members: enter them there first, or ask the community."),
            code="not_in_the_team",
        )


def _not_objected_to(work: PaidWork) -> None:
    same_time = PaidWork.objects.objected().filter(volunteer=work.volunteer)
    if same_time.filter(started_at__lt=work.ended_at, ended_at__gt=work.started_at).exists():
        raise Refused(
            _("The person objected to an entry of this time; the community decides on that first."), code="objected_to"
        )


def _not_oneself(work: PaidWork, by: User) -> None:
    if work.volunteer.user_id == by.pk:
        raise Refused(_("Nobody decides on their own hours."), code="own_hours")
