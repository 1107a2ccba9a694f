"""里程碑报告: teams report what was done, the community confirms it or sends it back."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, Upload, User
from communities.services import uploads
from projects.models import Milestone, MilestoneReport, Project


@transaction.atomic
def report(
    milestone: Milestone,
    *,
    by: User,
    text: str,
    people_served: int = 0,
    events_held: int = 0,
    money_spent: Decimal = Decimal(0),
    photos: Iterable[UploadedFile] = (),
) -> MilestoneReport:
    """Say that a milestone of a running project is reached, with figures and photos."""
    project = milestone.project
    if project.status != Project.Status.RUNNING:
        raise Refused(_("Milestones are reported while the project runs."), code="not_running")
    made = MilestoneReport(
        milestone=milestone,
        region=project.region,
        text=text,
        people_served=people_served,
        events_held=events_held,
        money_spent=money_spent,
    )
    made.begin(by=by)
    made.photos.set([_photo(file, by=by) for file in photos])
    return made


def confirm(report: MilestoneReport, *, by: User) -> None:
    """The community has seen that it is so; residents can read the report."""
    report.move(MilestoneReport.Status.CONFIRMED, by=by)


def return_(report: MilestoneReport, *, by: User, reason: str) -> None:
    """Send a report back, saying what is missing; the team writes a new one."""
    report.move(MilestoneReport.Status.RETURNED, by=by, reason=reason)


def _photo(file: UploadedFile, *, by: User) -> Upload:
    upload = uploads.store(file, by=by)
    if upload.kind == Upload.Kind.PDF:
        raise Refused(
            _("“%(name)s” is not a picture; photos are JPEG or PNG.") % {"name": upload.name}, code="bad_file"
        )
    return upload
