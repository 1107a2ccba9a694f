"""What this app puts on the pages that everybody shares: a community's home, “Mine”, the console's front page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.coming import COMING, Coming
from communities.home import MY_SECTIONS, SECTIONS, Section
from communities.models import Region, User
from communities.notices import BY_SMS
from communities.services import erasure
from communities.todo import CARDS, TODO, Card, Todo
from teams import desk
from teams.models import Admission, RecruitmentCall, Team
from teams.review import DESKS
from teams.services import forgetting, members

MOST = 10


def open_calls(region: Region, _user: Any) -> dict[str, Any] | None:
    """What this community is looking for today."""
    today = localdate()
    calls = RecruitmentCall.objects.open(on=today).filter(region=region).select_related("region", "scene", "field")
    found = list(calls.order_by("closes_on")[:MOST])
    return {"calls": found, "today": today, "region": region} if found else None


def teams_here(region: Region, _user: Any) -> dict[str, Any] | None:
    """The teams that work in this community."""
    found = list(Team.objects.active().filter(region=region).select_related("type").order_by("-id")[:MOST])
    return {"teams": found, "region": region} if found else None


def mine(user: Any) -> dict[str, Any] | None:
    """One's teams, and applications that are not over."""
    teams = list(Team.objects.owned_by(user).select_related("region"))
    under_way = Admission.objects.owned_by(user).filter(status__in=[Admission.Status.DRAFT, *Admission.LIVE])
    admissions = list(under_way.select_related("region").order_by("-id"))
    return {"teams": teams, "admissions": admissions} if teams or admissions else None


def unpublished_calls(user: User) -> QuerySet[RecruitmentCall]:
    """Drafts that somebody began and nobody published."""
    drafts = RecruitmentCall.objects.filter(status=RecruitmentCall.Status.DRAFT)
    return drafts.for_user(user, "teams.publish_recruitmentcall")


def published_calls() -> QuerySet[RecruitmentCall]:
    return RecruitmentCall.objects.filter(status=RecruitmentCall.Status.PUBLISHED)


def register() -> None:
    """Take our places on the shared pages."""
    DESKS[desk.ADMISSIONS.resource] = desk.ADMISSIONS
    SECTIONS.extend(
        [
            Section("teams/_open_calls.html", open_calls, order=20),
            Section("teams/_teams_here.html", teams_here, order=80),
        ]
    )
    MY_SECTIONS.append(Section("teams/_mine.html", mine, order=40))
    review = "/admin/teams/admission/review/"
    TODO.extend(
        [
            Todo(_("Applications to check"), desk.to_check, url=review, since="submitted_at"),
            Todo(_("Applications to decide"), desk.to_decide, url=review, since="submitted_at"),
            Todo(
                _("Calls not yet published"),
                unpublished_calls,
                url="/admin/teams/recruitmentcall/?status__exact=draft",
                since="created_at",
            ),
        ]
    )
    COMING.append(Coming(_("Call closes"), published_calls, at="closes_on", perm="teams.view_recruitmentcall"))
    link = "/admin/teams/team/?status__exact=active"
    erasure.OBLIGATIONS.append(forgetting.obligations)
    erasure.ERASERS.extend([forgetting.forget, members.forget])
    erasure.ROLL_ERASERS.append(members.forget_resident)
    BY_SMS.add("teams.admission:admitted")
    CARDS.append(Card(_("Active teams"), "/api/v1/teams/?status=active", perm="teams.view_team", link=link))
