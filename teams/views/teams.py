"""Teams for everybody; their page and contacts for those who speak for them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.home import filled
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from teams.filters import TeamFilter
from teams.forms import ContactForm, IntroductionForm
from teams.models import Team, TeamContact
from teams.sections import TEAM_SECTIONS
from teams.services import teams

from .calls import place_of

CHANGE = "teams.change_team"
PAGE = 20


def index(request: HttpRequest) -> HttpResponse:
    """The teams at work, of a community or of all."""
    found = TeamFilter(request.GET, Team.objects.active().select_related("region", "type"))
    context = {
        "filter": found,
        "page": Paginator(found.qs.order_by("-id"), PAGE).get_page(request.GET.get("page")),
        "place": place_of(request),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "type")),
    }
    return render(request, "teams/teams.html", context)


def show(request: HttpRequest, pk: int) -> HttpResponse:
    """One team: who they are and what they do."""
    user: Any = request.user
    team = visible_or_404(Team, user, "teams.view_team", pk=pk)
    context = {
        "team": team,
        "above": team.region.ancestors(),
        "may_change": user.is_authenticated and user.has_perm(CHANGE, team),
        "sections": filled(TEAM_SECTIONS, team, user),
    }
    return render(request, "teams/team.html", context)


@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write what the public reads about one's team."""
    user: Any = request.user
    team = visible_or_404(Team, user, CHANGE, pk=pk)
    form = IntroductionForm(request.POST or None, initial={"introduction": team.introduction})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            teams.describe(team, by=user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect(team)
    return render(request, "teams/team_edit.html", {"team": team, "form": form})


@signed_in
def contacts(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who speaks for one's team: add somebody, or take somebody off."""
    user: Any = request.user
    team = visible_or_404(Team, user, CHANGE, pk=pk)
    removing = request.POST.get("remove")
    form = ContactForm(None if removing else request.POST or None)
    if removing and removing.isdecimal():
        contact = visible_or_404(TeamContact, user, "teams.change_teamcontact", pk=removing, team=team)
        teams.remove_contact(contact, by=user)
        messages.success(request, _("This person no longer speaks for the team."))
        return redirect("teams:team-contacts", pk=team.pk) if contact.user_id != user.pk else redirect(team)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            teams.add_contact(team, by=user, **form.cleaned_data)
            messages.success(request, _("This person now speaks for the team."))
            return redirect("teams:team-contacts", pk=team.pk)
    people = team.contacts.select_related("user")
    return render(request, "teams/team_contacts.html", {"team": team, "form": form, "people": people})
