"""展示进程: staff say who presents now; screens and minutes follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, zip_longest

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from projects.models import Presentation, Project, Roadshow

Phase = Presentation.Phase


@transaction.atomic
def present(
    roadshow: Roadshow, *, phase: str, by: User, project: Project | None = None, at: datetime | None = None
) -> Presentation:
    """Say that from now on this project is presented or asked about, or nobody is; a second tap changes nothing."""
    status = Roadshow.objects.select_for_update().values_list("status", flat=True).get(pk=roadshow.pk)
    if status != Roadshow.Status.ANNOUNCED:
        raise Refused(_("Projects are presented between the announcement and the end of a roadshow."), code="not_now")
    if project and not roadshow.entries.filter(project=project).exists():
        raise Refused(_("This project is not on the programme."), code="not_on_programme")
    there = current(roadshow)
    if there and (there.phase, there.project_id) == (phase, project and project.pk):
        return there
    return Presentation.objects.create(roadshow=roadshow, project=project, phase=phase, started_at=at or now(), by=by)


def current(roadshow: Roadshow) -> Presentation | None:
    """What happens there now."""
    return Presentation.objects.filter(roadshow=roadshow).select_related("roadshow", "project__team").last()


@dataclass(frozen=True)
class Turn:
    """A project's turn in front of the hall, from its first word on."""

    project: Project
    started_at: datetime
    ended_at: datetime | None


def turns(roadshow: Roadshow) -> list[Turn]:
    """Who presented, in the order in which it happened, and from when to when."""
    rows = list(roadshow.presentations.select_related("project__team").order_by("id"))
    runs = [(project, list(run)) for project, run in groupby(rows, key=lambda row: row.project)]
    ends = [run[0].started_at for _project, run in runs[1:]]
    return [Turn(project, run[0].started_at, end) for (project, run), end in zip_longest(runs, ends) if project]
