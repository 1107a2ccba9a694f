"""What of the projects ends or begins in the next days."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from communities.coming import COMING, Coming
from projects.models import Agreement, Poll, PublicNotice, Roadshow


def _now(model: Any, status: str, *related: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = model.objects.filter(status=status).select_related(*related)
    return rows


POLL, NOTICE = "projects.view_poll", "projects.view_publicnotice"
COMING += [
    Coming(_("Roadshow"), partial(_now, Roadshow, "announced"), at="starts_at", perm="projects.view_roadshow"),
    Coming(_("Voting begins"), partial(_now, Poll, "announced", "roadshow"), at="opens_at", perm=POLL),
    Coming(_("Voting ends"), partial(_now, Poll, "open", "roadshow"), at="closes_at", perm=POLL),
    Coming(_("Notice ends"), partial(_now, PublicNotice, "running", "project"), at="ends_on", perm=NOTICE),
    Coming(_("Agreement ends"), partial(_now, Agreement, "running"), at="ends_on", perm="projects.view_agreement"),
]
