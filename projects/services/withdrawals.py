"""撤回: a team gives its project up, and with it what the project had been given."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from communities.models import User
from projects.models import PollResult, Project
from projects.services import counting


@transaction.atomic
def withdraw(project: Project, *, by: User, reason: str) -> None:
    """The team gives its project up: a running notice stops with it; a place won by vote goes to the next in line."""
    project.move(Project.Status.WITHDRAWN, by=by, reason=reason)
    for notice in project.notices.running():
        notice.move(notice.Status.STOPPED, by=by, reason=reason)
    for agreement in project.agreements.unsigned():
        agreement.move(agreement.Status.CANCELLED, by=by, reason=reason)
    with override(settings.LANGUAGE_CODE):
        # Of a withdrawn project nobody outside reads why; what becomes of its place stands on everybody's page.
        said = _("The team of “%s” has given it up.") % project
    counting.give_place_on(project, outcome=PollResult.Outcome.GIVEN_UP, by=by, reason=said)
