"""利益关系: who is kept from a project: those recused, those who speak for its team, and those who work in it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from communities.models import User
from evaluations.models import Recusal
from teams.models import TeamContact, TeamMember

Pairs = set[tuple[int, int]]  # of (person, project)


def of(projects: Iterable[int]) -> Pairs:
    """(person, project) of everybody with an interest, whether or not anybody said so."""
    projects = list(projects)
    recused = Recusal.objects.filter(project__in=projects).values_list("user_id", "project_id")
    return {*recused, *of_teams(projects)}


def of_teams(projects: Iterable[int]) -> Pairs:
    """The same of those alone who belong to a project's team: its contacts, and its members by account or phone."""
    projects = list(projects)
    speak = TeamContact.objects.filter(team__projects__in=projects).values_list("user_id", "team__projects")
    work = TeamMember.objects.current().filter(team__projects__in=projects)
    rows = list(work.values_list("user_id", "phone_index", "team__projects"))
    phones = {phone for _user, phone, _project in rows if phone}
    known = dict(User.objects.filter(phone_index__in=phones).values_list("phone_index", "pk")) if phones else {}
    by_account = {(user, project) for user, _phone, project in rows if user}
    return {*speak, *by_account, *((known[phone], project) for _user, phone, project in rows if phone in known)}


def belongs(user: User, *, project: int) -> bool:
    """Whether this person belongs to the project's team."""
    return (user.pk, project) in of_teams([project])


def apart_from(project: int) -> Q:
    """Which committee members are kept from a project."""
    return Q(user__in=[user for user, _project in of([project])])
