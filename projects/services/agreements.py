"""合作协议: drawn up, signed by both sides, in force by the calendar, renewed or not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from communities.services import notices, sweeps
from projects.models import RENEWABLE_DAYS, Agreement, Objection, Project, PublicNotice
from projects.models.agreements import GRADE_TOO_LOW, NO_FINISHED_NOTICE
from projects.models.projects import ProjectQuerySet

Status = Agreement.Status
# What a renewal takes over unless it is agreed anew.
CARRIED_OVER = ("mode", "funds", "space", "charges", "share_returned", "terms")
REMIND_DAYS = (30, 60)


@transaction.atomic
def draft(project: Project, *, by: User, starts_on: date, ends_on: date, **fields: Any) -> Agreement:
    """Draw up the agreement of a project whose notice has finished with no objection open."""
    Project.objects.select_for_update().get(pk=project.pk)  # it may be withdrawn this very moment
    if project.agreements.unsigned().exists():
        raise Refused(_("This project already has an agreement that waits to be signed."), code="already_drafted")
    if not may_be_drafted(project):
        raise Refused(NO_FINISHED_NOTICE, code="no_finished_notice")
    fields = {"mode": project.mode, "share_returned": project.share_returned, **fields}
    return _begin(Agreement(project=project, starts_on=starts_on, ends_on=ends_on, **fields), by=by)


def ready_for_agreement() -> ProjectQuerySet:
    """Projects whose notice has finished with no objection open (invariant 4), and that have no draft yet."""
    opposed = Objection.objects.open().values("notice__project")
    drafted = Agreement.objects.unsigned().values("project")
    clear = PublicNotice.objects.clear().values("project")
    shown = PublicNotice.objects.running().values("project")
    noticed = Project.objects.filter(status=Project.Status.NOTICED, pk__in=clear).exclude(pk__in=shown)
    return noticed.exclude(pk__in=opposed).exclude(pk__in=drafted)


def may_be_drafted(project: Project) -> bool:
    """Whether this project is one of them."""
    return ready_for_agreement().filter(pk=project.pk).exists()


@transaction.atomic
def renew(agreement: Agreement, *, by: User, ends_on: date, on: date | None = None, **fields: Any) -> Agreement:
    """Draw up the agreement that follows this one, within its last 60 days; never at grade 2A or below."""
    agreement.take()
    if no := refusal_to_renew(agreement, on=on):
        raise Refused(no[1], code=no[0])
    fields = {name: getattr(agreement, name) for name in CARRIED_OVER} | fields
    starts_on = agreement.ends_on + timedelta(days=1)
    following = Agreement(project=agreement.project, renews=agreement, starts_on=starts_on, ends_on=ends_on, **fields)
    return _begin(following, by=by)


def refusal_to_renew(agreement: Agreement, *, on: date | None = None) -> tuple[str, str] | None:
    """Why this agreement cannot be renewed on this day (code and words), or None when it can."""
    on = on or localdate()
    if not agreement.project.may_be_renewed:
        return "grade_too_low", str(GRADE_TOO_LOW)
    if agreement.status != Status.RUNNING:
        return "not_running", _("Only an agreement in force is renewed.")
    if not agreement.renewable_from() <= on <= agreement.ends_on:
        words = _("An agreement is renewed within its last %(days)s days, from %(first)s on.")
        return "too_early", words % {"days": RENEWABLE_DAYS, "first": agreement.renewable_from()}
    if agreement.renewals.exclude(status=Status.CANCELLED).exists():
        return "one_renewal_per_agreement", _("This agreement is already renewed.")
    return None


@transaction.atomic
def cancel(agreement: Agreement, *, by: User, reason: str) -> None:
    """Give an agreement up before it begins; another one may be drawn up instead."""
    was_signed = agreement.status == Status.SIGNED
    agreement.move(Status.CANCELLED, by=by, reason=reason)
    if was_signed and agreement.project.status == Project.Status.AGREED:
        agreement.project.move(Project.Status.NOTICED, by=by, reason=reason)


@transaction.atomic
def terminate(agreement: Agreement, *, by: User, reason: str) -> None:
    """End an agreement in force before its last day, and what was to follow it."""
    agreement.move(Status.TERMINATED, by=by, reason=reason)
    for following in agreement.renewals.filter(status__in=[Status.DRAFT, Status.SIGNED]):
        following.move(Status.CANCELLED, by=by, reason=reason)
    agreement.project.move(Project.Status.ENDED, by=by, reason=reason)


def roll(*, by: User, on: date | None = None) -> int:
    """Start the agreements whose first day has come, end those whose last day is over; returns how many moved.

    Starting comes first, and an agreement whose renewal could not begin waits for it: a project never ends in between.
    """
    on = on or localdate()
    starting = Agreement.objects.starting(on).select_related("region", "project")
    started = sweeps.each(starting, lambda one: start(one, by=by))
    over = Agreement.objects.over(on).exclude(renewals__in=Agreement.objects.starting(on))
    ended = sweeps.each(over.select_related("region", "project"), lambda one: _end(one, by=by))
    return sum(started) + sum(ended)


def remind(*, on: date | None = None) -> None:
    """Tell both sides once that an agreement ends in 60, and again that it ends in 30 days."""
    on = on or localdate()
    ending = Agreement.objects.ending_within(max(REMIND_DAYS), on).select_related("region", "project__team")
    sweeps.each(ending, lambda agreement: _remind(agreement, on=on))


def _remind(agreement: Agreement, *, on: date) -> None:
    left = (agreement.ends_on - on).days
    days = min(limit for limit in REMIND_DAYS if left <= limit)
    notices.tell(
        agreement.both_sides(),
        kind="agreement_ending",
        params={"title": agreement.project.title, "ends_on": str(agreement.ends_on)},
        url=reverse("projects:agreement", args=[agreement.pk]),
        region=agreement.region,
        key=f"agreement-ending:{agreement.pk}:{days}",
    )


def _begin(agreement: Agreement, *, by: User) -> Agreement:
    """Give it the next number of its community and year: the community's row puts two drafts in line."""
    agreement.region = Region.objects.select_for_update().get(pk=agreement.project.region_id)
    agreement.year = localdate().year
    taken = Agreement.objects.filter(region=agreement.region, year=agreement.year)
    agreement.serial = (taken.aggregate(last=Max("serial"))["last"] or 0) + 1
    agreement.begin(by=by)
    return agreement


@transaction.atomic
def start(agreement: Agreement, *, by: User) -> bool:
    """A signed agreement comes into force, unless that has happened meanwhile."""
    if not _is_still(agreement, Status.SIGNED):
        return False
    agreement.move(Status.RUNNING, by=by)
    if agreement.project.can_move(Project.Status.RUNNING):
        agreement.project.move(Project.Status.RUNNING, by=by)
    return True


def _end(agreement: Agreement, *, by: User) -> bool:
    """An agreement's last day is over; its project ends unless a renewal carries it on."""
    if not _is_still(agreement, Status.RUNNING):
        return False
    agreement.move(Status.ENDED, by=by)
    if not agreement.project.agreements.filter(status=Status.RUNNING).exists():
        agreement.project.move(Project.Status.ENDED, by=by)
    return True


def _is_still(agreement: Agreement, status: str) -> bool:
    Project.objects.select_for_update().get(pk=agreement.project_id)
    return Agreement.objects.select_for_update().filter(pk=agreement.pk, status=status).exists()
