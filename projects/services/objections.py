"""异议: residents object to a project in public notice, the community answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services import uploads
from projects.models import Objection, PollResult, Project, PublicNotice
from projects.models.people import contacts_of
from projects.services import counting


@transaction.atomic
def object_to(
    notice: PublicNotice,
    *,
    by: User,
    text: str,
    is_anonymous: bool = False,
    files: Iterable[UploadedFile] = (),
    on: date | None = None,
) -> Objection:
    """Say what is wrong with a project while its notice runs; until it is answered there is no agreement."""
    notice.take()
    if notice.status != PublicNotice.Status.RUNNING or notice.ends_on < (on or localdate()):
        raise Refused(_("This notice is over; objections are made while it runs."), code="notice_over")
    objection = Objection(notice=notice, region=notice.region, author=by, text=text, is_anonymous=is_anonymous)
    objection.begin(by=by)
    objection.files.set([uploads.store(file, by=by) for file in files])
    return objection


def dismiss(objection: Objection, *, by: User, reason: str) -> None:
    """Answer that the objection does not stand in the way."""
    _answer(objection, Objection.Status.DISMISSED, by=by, reason=reason)


@transaction.atomic
def uphold(objection: Objection, *, by: User, reason: str) -> None:
    """Answer that the objection is right: the notice stops, the project goes back to the team, the next moves up."""
    _answer(objection, Objection.Status.UPHELD, by=by, reason=reason)
    project = objection.notice.project
    # Also one posted after the notice that was objected to: what comes back to the team is shown anew.
    for notice in PublicNotice.objects.filter(project=project).exclude(status=PublicNotice.Status.STOPPED):
        notice.move(PublicNotice.Status.STOPPED, by=by, reason=reason)
    if project.status in {Project.Status.NOTICED, Project.Status.SHORTLISTED}:
        project.move(Project.Status.RETURNED, by=by, reason=reason)
        counting.give_place_on(project, outcome=PollResult.Outcome.WITHDRAWN, by=by, reason=reason)


def exchanged_for(project: Project) -> QuerySet[PollResult]:
    """Where this project's place changed hands: the results in its poll that fell out and moved up."""
    changed = Q(outcome__in=PollResult.LEFT) | Q(moved_up=True)
    touched = project.poll_results.filter(changed)
    there = PollResult.objects.filter(poll__in=touched.values("poll")).select_related("project")
    return there.filter(changed).order_by("rank", "project")


def _answer(objection: Objection, to: str, *, by: User, reason: str) -> None:
    if objection.author_id == by.pk or contacts_of(objection.notice.project.team).filter(pk=by.pk).exists():
        raise Refused(_("Nobody answers an objection of their own, or one to their own project."), code="own_objection")
    objection.move(to, by=by, reason=reason, answer=reason.strip(), answered_at=now())
