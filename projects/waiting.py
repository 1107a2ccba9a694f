"""What of the projects waits for staff, and the figures they put on the console's front page."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from communities.models import User
from communities.todo import CARDS, TODO, Card, Todo
from projects import desk
from projects.models import Agreement, Milestone, Poll, Project, Roadshow
from projects.services.agreements import ready_for_agreement


def _shortlisted(user: User) -> QuerySet[Project]:
    return Project.objects.for_user(user, "projects.publish_publicnotice").filter(status=Project.Status.SHORTLISTED)


def _to_agree(user: User) -> QuerySet[Project]:
    return ready_for_agreement().for_user(user, "projects.draft_agreement")


def _agreements(user: User) -> QuerySet[Agreement]:
    return Agreement.objects.for_user(user, "projects.sign_agreement_for_community").unsigned_by("community")


def _overdue(user: User) -> QuerySet[Milestone]:
    mine = Project.objects.for_user(user, "projects.check_project")
    return Milestone.objects.overdue().filter(project__in=mine)


def _ties(user: User) -> QuerySet[Poll]:
    return Poll.objects.for_user(user, "projects.run_poll").filter(status=Poll.Status.TIED)


def _past(user: User) -> QuerySet[Roadshow]:
    """Announced roadshows whose time has come and gone: they were held, or fell through."""
    announced = Roadshow.objects.for_user(user, "projects.run_roadshow").filter(status=Roadshow.Status.ANNOUNCED)
    return announced.filter(starts_at__lt=now())


def _missed(user: User) -> QuerySet[Poll]:
    """Announced polls whose whole time has passed unopened: their roll was empty, or the server was down."""
    announced = Poll.objects.for_user(user, "projects.run_poll").filter(status=Poll.Status.ANNOUNCED)
    return announced.filter(closes_at__lte=now())


_ADMIN, _REVIEW = "/admin/projects", "/admin/teams/admission/review/"
TODO += [
    Todo(_("Proposals to check"), desk.proposals, url=_REVIEW),
    Todo(
        _("Shortlisted projects to put in public notice"),
        _shortlisted,
        url=f"{_ADMIN}/project/?status__exact=shortlisted",
    ),
    Todo(_("Roadshows: held or not?"), _past, url=f"{_ADMIN}/roadshow/?status__exact=announced", since="starts_at"),
    Todo(_("Tied votes to settle"), _ties, url=f"{_ADMIN}/poll/?status__exact=tied"),
    Todo(_("Votes that never opened"), _missed, url=f"{_ADMIN}/poll/?status__exact=announced", since="closes_at"),
    Todo(_("Objections to answer"), desk.objections, url=_REVIEW, since="made_at"),
    Todo(_("Agreements to draw up"), _to_agree, url=f"{_ADMIN}/project/?status__exact=noticed"),
    Todo(_("Agreements to sign"), _agreements, url=f"{_ADMIN}/agreement/?status__exact=draft"),
    Todo(_("Milestone reports to confirm"), desk.reports, url=_REVIEW, since="reported_at"),
    Todo(_("Overdue milestones"), _overdue, url=f"{_ADMIN}/milestone/?overdue=1"),
]
CARDS += [
    Card(
        _("Running projects"),
        "/api/v1/projects/?status=running",
        perm="projects.view_project",
        link=f"{_ADMIN}/project/?status__exact=running",
    ),
    Card(
        _("Running public notices"),
        "/api/v1/public-notices/?status=running",
        perm="projects.view_publicnotice",
        link=f"{_ADMIN}/publicnotice/?status__exact=running",
    ),
]
