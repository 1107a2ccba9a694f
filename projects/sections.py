"""What projects put on the pages of others: of a community, of a team, and on “Mine”."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils.timezone import now

from communities.home import MY_SECTIONS, SECTIONS, Section
from communities.models import Region, User
from projects.models import Agreement, Poll, Project, PublicNotice, Roadshow, VoterRollEntry
from teams.models import Team
from teams.sections import TEAM_SECTIONS

# Parts of a project's page that others add: content(project, user).
PROJECT_SECTIONS: list[Section] = []

MOST = 8
HALF_A_DAY = timedelta(hours=12)


def notices_in(region: Region, user: Any) -> list[PublicNotice]:
    """The public notices that run in a community, the first to end first."""
    running = PublicNotice.objects.running().within(region.code)
    return list(running.select_related("project").order_by("ends_on", "id")[:MOST])


def votes_in(region: Region, user: Any) -> dict[str, Any] | None:
    """The votes that are open in a community, and the roadshows ahead."""
    open_now = Poll.objects.open(at=now()).within(region.code).select_related("roadshow").order_by("closes_at")
    ahead = Roadshow.objects.upcoming().within(region.code).filter(starts_at__gt=now() - HALF_A_DAY)
    found = {"polls": list(open_now[:MOST]), "roadshows": list(ahead[:MOST]), "region": region}
    return found if found["polls"] or found["roadshows"] else None


def own_votes(user: User) -> list[Poll]:
    """The open polls in which one may vote and has not yet."""
    waiting = VoterRollEntry.objects.entitled().not_voted().filter(user=user)
    mine = Poll.objects.open(at=now()).filter(roll__in=waiting)
    return list(mine.select_related("roadshow").order_by("closes_at")[:MOST])


def projects_in(region: Region, user: Any) -> dict[str, Any] | None:
    """The latest projects of a community."""
    public = Project.objects.public().within(region.code)
    latest = list(public.select_related("team").order_by("-id")[:MOST])
    return {"projects": latest, "region": region} if latest else None


def projects_of(team: Team, user: Any) -> list[Project]:
    """A team's projects, as far as this person may see them."""
    return list(Project.objects.for_user(user, "projects.view_project").filter(team=team).order_by("-id"))


def own_projects(user: User) -> dict[str, Any] | None:
    """One's teams' latest projects, and the agreements that wait for one's signature."""
    own = Project.objects.owned_by(user)
    if not user.team_contacts.exists():
        return None
    waiting = Agreement.objects.unsigned_by("team").filter(project__in=own).select_related("project")
    return {"projects": list(own.order_by("-id")[:MOST]), "agreements": list(waiting)}


SECTIONS += [
    Section("projects/_home_votes.html", votes_in, order=20),
    Section("projects/_home_notices.html", notices_in, order=30),
    Section("projects/_home_projects.html", projects_in, order=40),
]
MY_SECTIONS.append(Section("projects/_my_votes.html", own_votes, order=5))
MY_SECTIONS.append(Section("projects/_my_projects.html", own_projects, order=20))
TEAM_SECTIONS.append(Section("projects/_of_team.html", projects_of, order=10))
