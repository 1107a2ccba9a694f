"""项目: teams propose, the community checks, and every later step writes down where the project stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record, record_all
from projects.models import BudgetLine, Milestone, Project
from teams.models import RecruitmentCall, Team

Status = Project.Status
Rows = Iterable[Mapping[str, Any]]
Part = TypeVar("Part", BudgetLine, Milestone)


@transaction.atomic
def propose(
    team: Team,
    *,
    by: User,
    call: RecruitmentCall | None = None,
    lines: Rows = (),
    milestones: Rows = (),
    on: date | None = None,
    **fields: Any,
) -> Project:
    """Write a proposal of an active team, under an open call or without one; only the team and its staff see it."""
    _check_call(call, on=on)
    if team.status != team.Status.ACTIVE:
        raise Refused(_("Only an active team proposes projects."), code="team_not_active")
    project = Project(team=team, call=call, region=call.region if call else team.region, **fields)
    project.begin(by=by)
    _write_parts(project, lines, milestones)
    return project


@transaction.atomic
def edit(
    project: Project, *, by: User, lines: Rows | None = None, milestones: Rows | None = None, **fields: Any
) -> None:
    """Change a proposal that is being written or was returned; what is not given stays as it is."""
    project.take()
    if not project.is_editable:
        raise Refused(_("A proposal is changed only before it is submitted or after it was returned."), code="fixed")
    for name, value in fields.items():
        setattr(project, name, value)
    project.save(update_fields=fields.keys())
    _write_parts(project, lines, milestones)


@transaction.atomic
def submit(project: Project, *, by: User, on: date | None = None) -> None:
    """Hand a proposal to the community; it needs a budget and milestones, and stays within the call's budget."""
    project.take()
    if project.status == Status.DRAFT:
        _check_call(project.call, on=on)
    if project.team.status != Team.Status.ACTIVE:
        raise Refused(_("Only an active team proposes projects."), code="team_not_active")
    if not project.lines.exists():
        raise Refused(_("Please say what the project costs: add at least one budget line."), code="no_budget")
    if not project.milestones.exists():
        raise Refused(_("Please say what will be seen and when: add at least one milestone."), code="no_milestone")
    _check_budget(project)
    project.move(Status.SUBMITTED, by=by)


@transaction.atomic
def accept(project: Project, *, by: User) -> None:
    """The community takes the proposal; residents can read it, and it may be put on a roadshow."""
    _only_from(project, Status.SUBMITTED)
    project.move(Status.ACCEPTED, by=by)


@transaction.atomic
def return_(project: Project, *, by: User, reason: str) -> None:
    """Give a proposal back to the team to be corrected, saying what."""
    _only_from(project, Status.SUBMITTED, Status.ACCEPTED)
    project.move(Status.RETURNED, by=by, reason=reason)


def put_on(project: Project, *, by: User) -> None:
    """An accepted project gets its place in a roadshow."""
    project.move(Status.IN_ROADSHOW, by=by)


@transaction.atomic
def take_off(project: Project, *, by: User, reason: str = "") -> None:
    """A project leaves a roadshow without a result and may be put on another."""
    _only_from(project, Status.IN_ROADSHOW)
    project.move(Status.ACCEPTED, by=by, reason=reason)


@transaction.atomic
def shortlist(project: Project, *, by: User) -> None:
    """Residents chose the project; its public notice comes next."""
    _only_from(project, Status.IN_ROADSHOW)
    project.move(Status.SHORTLISTED, by=by)


def not_chosen(project: Project, *, by: User, reason: str) -> None:
    """Residents chose other projects."""
    project.move(Status.NOT_CHOSEN, by=by, reason=reason)


@transaction.atomic
def move_up(project: Project, *, by: User, reason: str) -> None:
    """A shortlisted project fell out, and this one was the next in line."""
    _only_from(project, Status.NOT_CHOSEN)
    project.move(Status.SHORTLISTED, by=by, reason=reason)


@transaction.atomic
def record_grades(graded: Sequence[tuple[Project, str]], *, final_at: datetime, by: User) -> None:
    """Write down final grades, 1A to 5A, on which renewal depends; an older one never replaces a newer.

    A few statements for each grade, however many projects have it.
    """
    rows = Project.objects.filter(pk__in=[project.pk for project, _grade in graded])
    held = rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", "last_grade", "last_graded_at")
    before = {pk: old for pk, old, at in held if at is None or at < final_at}
    for grade in sorted({grade for _project, grade in graded}):
        those = [project for project, new in graded if new == grade and project.pk in before]
        rows.filter(pk__in=[project.pk for project in those]).update(last_grade=grade, last_graded_at=final_at)
        for project in those:
            project.last_grade, project.last_graded_at = grade, final_at
        record_all([(project, before[project.pk]) for project in those], by=by, new=grade)


@transaction.atomic
def take_back_grade(project: Project, *, grade: str, final_at: datetime | None, by: User, reason: str) -> None:
    """The last final grade was withdrawn: the project has the one before it, or none."""
    project.take()
    old, project.last_grade, project.last_graded_at = project.last_grade, grade, final_at
    project.save(update_fields=["last_grade", "last_graded_at"])
    record(project, region=project.region, old=old, new=grade or "ungraded", by=by, reason=reason)


def _only_from(project: Project, *statuses: str) -> None:
    """A status that several steps lead to is reached by this one from these alone."""
    project.take()
    if project.status not in statuses:
        words = _("“%(thing)s” is %(status)s; this is not possible now.")
        raise Refused(words % {"thing": project, "status": project.get_status_display()}, code="wrong_status")


def _check_call(call: RecruitmentCall | None, *, on: date | None) -> None:
    if call and not call.is_open(on=on or localdate()):
        raise Refused(_("This call is not open; projects are proposed under open calls only."), code="call_not_open")


def _check_budget(project: Project) -> None:
    asked, offered = project.requested, project.call.budget if project.call else None
    if offered is not None and asked > offered:
        raise Refused(
            _("The lines paid from the call's budget add up to %(asked)s yuan; the call offers %(offered)s.")
            % {"asked": asked, "offered": offered},
            code="more_than_the_call",
        )


def _write_parts(project: Project, lines: Rows | None, milestones: Rows | None) -> None:
    """Replace the budget and the milestones by what was written now."""
    _replace(BudgetLine, lines, project=project)
    _replace(Milestone, milestones, project=project)


def _replace(model: type[Part], rows: Rows | None, *, project: Project) -> None:
    if rows is not None:
        model.objects.filter(project=project).delete()
        model.objects.bulk_create(model(project=project, **row) for row in rows)
