"""What the teams' part forgets of a person who asked for it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from communities.models import User
from communities.models.users import NAMELESS
from communities.services import uploads
from teams.models import Admission, Team

from . import admissions

Status = Admission.Status


def obligations(user: User) -> Iterable[str]:
    """An application that is looked at is decided or withdrawn first."""
    for admission in user.admissions.filter(status__in=Admission.LIVE):
        yield _("The application “%(name)s” is still under way; withdraw it first.") % {"name": admission}


def forget(user: User, *, by: User) -> None:
    """Forget whom an application named, and the documents of those that are no team's now."""
    for admission in user.admissions.select_related("region"):
        if admission.status == Status.DRAFT:
            admissions.withdraw(admission, by=by)
        if admission.contact_name or admission.contact_phone:
            admission.contact_name = admission.contact_phone = NAMELESS
            admission.save(update_fields=["contact_name", "contact_phone"])
        if not Team.objects.filter(admission=admission).exclude(status=Team.Status.RETIRED).exists():
            _forget_documents(admission)


def _forget_documents(admission: Admission) -> None:
    for document in admission.documents.select_related("upload"):
        upload = document.upload
        document.delete()
        uploads.forget(upload)
