"""项目路演会: staff plan the evening, put accepted projects in order, announce and hold it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from communities.models import Refused, Region, User
from communities.models.record import record
from projects.models import Poll, Project, Roadshow, RoadshowEntry
from projects.services import projects

Status = Roadshow.Status
# While the places in order are exchanged, everybody stands this far behind.
ASIDE = 10_000


@transaction.atomic
def plan(region: Region, *, by: User, **fields: Any) -> Roadshow:
    """Write down a roadshow of this community; only its staff see it yet."""
    roadshow = Roadshow(region=region, **fields)
    roadshow.begin(by=by)
    return roadshow


@transaction.atomic
def edit(roadshow: Roadshow, *, by: User, **fields: Any) -> None:
    """Change title, place, time or minutes until it is held; after the announcement the change is on record."""
    _check_ahead(roadshow)
    for name, value in fields.items():
        setattr(roadshow, name, value)
    roadshow.save(update_fields=fields.keys())
    if roadshow.status == Status.ANNOUNCED:
        _record(roadshow, "changed", by=by)


@transaction.atomic
def arrange(roadshow: Roadshow, *, order: Sequence[Project], by: User) -> None:
    """Say which accepted projects are presented, and in which order; who is left out may go to another roadshow."""
    _check_ahead(roadshow)
    there = {entry.project_id: entry for entry in roadshow.entries.select_related("project")}
    for entry in there.values():
        if entry.project not in order:
            _take_off(entry, by=by)
    for project in order:
        if project.pk not in there:
            _put_on(roadshow, project, by=by)
    _number(roadshow, order)


@transaction.atomic
def draw_order(roadshow: Roadshow, *, seed: str, by: User) -> None:
    """Draw the order of presentation by lot: by the SHA-256 of `seed:project`, so that anyone can repeat it."""
    _check_ahead(roadshow)
    there = [entry.project for entry in roadshow.entries.select_related("project")]
    _number(roadshow, sorted(there, key=lambda project: sha256(f"{seed}:{project.pk}".encode()).hexdigest()))
    _record(roadshow, "order_drawn", by=by, reason=_("Seed: %s") % seed)


@transaction.atomic
def announce(roadshow: Roadshow, *, by: User) -> None:
    """Tell residents and teams when and where it is."""
    if not roadshow.entries.exists():
        raise Refused(_("Please put at least one project on the programme first."), code="no_entries")
    roadshow.move(Status.ANNOUNCED, by=by)


def hold(roadshow: Roadshow, *, by: User) -> None:
    """Write down that it took place."""
    roadshow.move(Status.HELD, by=by)


@transaction.atomic
def cancel(roadshow: Roadshow, *, by: User, reason: str) -> None:
    """Call it off: its poll, if that has not opened, is off too, and the projects may go to another roadshow."""
    poll = roadshow.running_poll()
    if poll and poll.status not in {Poll.Status.DRAFT, Poll.Status.ANNOUNCED}:
        raise Refused(_("Its poll has already opened; close or cancel that first."), code="poll_under_way")
    if poll:
        poll.move(Poll.Status.CANCELLED, by=by, reason=reason)
    roadshow.move(Status.CANCELLED, by=by, reason=reason)
    for entry in roadshow.entries.select_related("project"):
        projects.take_off(entry.project, by=by, reason=reason)


def candidates(roadshow: Roadshow) -> Any:
    """The projects that can be put on it: accepted in its community, or on it already."""
    here = Project.objects.filter(region=roadshow.region)
    return (here.filter(status=Project.Status.ACCEPTED) | here.filter(roadshow_entries__roadshow=roadshow)).distinct()


def _put_on(roadshow: Roadshow, project: Project, *, by: User) -> None:
    if project.region_id != roadshow.region_id:
        raise Refused(_("“%s” belongs to another community.") % project, code="elsewhere")
    projects.put_on(project, by=by)
    # Asked anew: a roadshow that was fetched with its entries would count those of then.
    behind = ASIDE + RoadshowEntry.objects.filter(roadshow=roadshow).count()
    RoadshowEntry.objects.create(roadshow=roadshow, project=project, order=behind)


def _take_off(entry: RoadshowEntry, *, by: User) -> None:
    projects.take_off(entry.project, by=by)
    entry.delete()


def _number(roadshow: Roadshow, order: Sequence[Project]) -> None:
    roadshow.entries.filter(order__lt=ASIDE).update(order=F("order") + 2 * ASIDE)
    for number, project in enumerate(order, start=1):
        roadshow.entries.filter(project=project).update(order=number)


def _check_ahead(roadshow: Roadshow) -> None:
    """Take the roadshow's row and see that it is still to come."""
    status = Roadshow.objects.select_for_update().values_list("status", flat=True).get(pk=roadshow.pk)
    if status not in {Status.DRAFT, Status.ANNOUNCED}:
        raise Refused(_("This roadshow is over or called off; it is no longer changed."), code="fixed")


def _record(roadshow: Roadshow, event: str, *, by: User, reason: str = "") -> None:
    record(roadshow, region=roadshow.region, old=roadshow.status, new=event, by=by, reason=reason)
