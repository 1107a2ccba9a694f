"""What the projects show on the review desk: proposals, milestone reports, objections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.models import Upload, User
from projects.models import MilestoneReport, Objection, Project
from teams.priority import said
from teams.review import DESKS, Desk, Step

CHECK, REPORTS, ANSWER = "projects.check_project", "projects.check_milestonereport", "projects.answer_objection"
REASON, ANSWERED = _("Reason"), _("answer")


def proposals(user: User) -> QuerySet[Project]:
    """Proposals that wait for this person's check, the longest waiting first."""
    rows = Project.objects.for_user(user, CHECK).filter(status=Project.Status.SUBMITTED)
    return rows.select_related("region").with_priority().order_by("pk")


def reports(user: User) -> QuerySet[MilestoneReport]:
    """Reports of milestones that wait for this person's yes, the longest waiting first."""
    rows = MilestoneReport.objects.for_user(user, REPORTS).submitted()
    return rows.select_related("region", "milestone__project").order_by("reported_at", "pk")


def objections(user: User) -> QuerySet[Objection]:
    """Objections that wait for this person's answer, the longest waiting first."""
    rows = Objection.objects.for_user(user, ANSWER).open()
    return rows.select_related("region", "notice__project").order_by("made_at", "pk")


def _sent_in(project: Project) -> Any:
    change = project.last_change()
    return change.at if change else None


def _of_project(project: Project, _user: User) -> Iterator[tuple[Any, Any]]:
    yield _("community"), project.region
    yield _("team"), project.team
    yield _("recruitment call"), project.call
    if priority := said(project):
        yield _("in the brand library"), priority
    yield _("scene"), project.scene
    yield _("field of work"), project.field
    yield _("cooperation mode"), project.mode
    yield _("beneficiaries"), project.beneficiaries
    yield _("budget (yuan)"), project.total
    yield _("asked of the call (yuan)"), project.requested
    yield _("what is charged"), project.charge_words
    yield _("share of surplus given back (%)"), project.share_returned


def _texts_of_project(project: Project) -> Iterator[tuple[Any, str]]:
    yield _("goals"), project.goals
    yield _("plan"), project.plan
    lines = (f"{line.purpose}  {line.amount}  {line.get_source_display()}" for line in project.lines.all())
    yield _("budget"), "\n".join(lines)
    stones = (f"{date_format(stone.due_on)}  {stone.title}" for stone in project.milestones.all())
    yield _("milestones"), "\n".join(stones)


def _of_report(report: MilestoneReport, _user: User) -> Iterator[tuple[Any, Any]]:
    yield _("community"), report.region
    yield _("project"), report.milestone.project
    yield _("due on"), date_format(report.milestone.due_on)
    yield _("what will be seen"), report.milestone.evidence
    yield _("people served"), str(report.people_served)
    yield _("events held"), str(report.events_held)
    yield _("money spent (yuan)"), str(report.money_spent)


def _of_objection(objection: Objection, user: User) -> Iterator[tuple[Any, Any]]:
    yield _("community"), objection.region
    yield _("project"), objection.notice.project
    yield _("in public notice until"), date_format(objection.notice.ends_on)
    hidden = _now("The public does not see the name.") if objection.is_anonymous else ""
    yield _("who objects"), " · ".join(filter(None, [objection.author_for(user), hidden]))


def _links(view: str, thing: Any, uploads: QuerySet[Upload]) -> Iterator[tuple[str, str]]:
    return ((upload.name, reverse(view, args=[thing.pk, upload.pk])) for upload in uploads)


def _asking(name: str, label: Any, perm: str, to: str, asks_label: Any = REASON, hurts: bool = True) -> Step:
    return Step(name=name, label=label, perm=perm, to=to, asks="reason", asks_label=asks_label, hurts=hurts)


def register() -> None:
    """Take our places on the desk."""
    for desk in (PROPOSALS, REPORTED, OBJECTIONS):
        DESKS[desk.resource] = desk


PROPOSALS = Desk(
    resource="projects",
    label=_("project"),
    model=Project,
    waiting=proposals,
    perm="projects.view_project",
    since=_sent_in,
    facts=_of_project,
    texts=_texts_of_project,
    files=lambda _project: (),
    steps=(
        Step(name="accept", label=_("Accept"), perm=CHECK, to=Project.Status.ACCEPTED),
        _asking("return", _("Return to be corrected"), CHECK, Project.Status.RETURNED),
    ),
)
REPORTED = Desk(
    resource="milestone-reports",
    label=_("milestone report"),
    model=MilestoneReport,
    waiting=reports,
    perm="projects.view_milestonereport",
    since=lambda report: report.reported_at,
    facts=_of_report,
    texts=lambda report: [(_("what was done"), report.text)],
    files=lambda report: _links("projects:report-photo", report, report.photos.all()),
    steps=(
        Step(name="confirm", label=_("Confirm"), perm=REPORTS, to=MilestoneReport.Status.CONFIRMED),
        _asking("return", _("Send back"), REPORTS, MilestoneReport.Status.RETURNED),
    ),
)
OBJECTIONS = Desk(
    resource="objections",
    label=_("objection"),
    model=Objection,
    waiting=objections,
    perm="projects.view_objection",
    since=lambda objection: objection.made_at,
    facts=_of_objection,
    texts=lambda objection: [(_("objection"), objection.text)],
    files=lambda objection: _links("projects:objection-file", objection, objection.files.all()),
    steps=(
        _asking(
            "dismiss", _("Dismiss with an answer"), ANSWER, Objection.Status.DISMISSED, asks_label=ANSWERED, hurts=False
        ),
        _asking("uphold", _("Uphold: the project goes back"), ANSWER, Objection.Status.UPHELD, asks_label=ANSWERED),
    ),
)
