"""Who works in a team, kept by those who speak for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from teams.forms import MemberForm, MembersFileForm
from teams.models import Team, TeamMember
from teams.services import members

from .teams import CHANGE


@signed_in
def of_team(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Enter somebody, or everybody from a spreadsheet; or write down that somebody left."""
    user: Any = request.user
    team = visible_or_404(Team, user, CHANGE, pk=pk)
    do = request.POST.get("do", "")
    form = MemberForm(request.POST if do == "add" else None)
    sheet = MembersFileForm(*(request.POST, request.FILES) if do == "upload" else ())
    if leaving := request.POST.get("leave", ""):
        return _leave(request, team, leaving)
    if form.is_bound and form.is_valid():
        with refusals_on(form):
            member = members.add(team, by=user, **form.cleaned_data)
            messages.success(request, _("Entered: %s") % member.name)
            return redirect("teams:team-members", pk=team.pk)
    if sheet.is_bound and sheet.is_valid():
        with refusals_on(sheet):
            number = members.upload(team, by=user, **sheet.cleaned_data)
            words = ngettext("%(number)d member was entered.", "%(number)d members were entered.", number)
            messages.success(request, words % {"number": number})
            return redirect("teams:team-members", pk=team.pk)
    context = {"team": team, "form": form, "sheet": sheet, "people": team.members.current()}
    return render(request, "teams/team_members.html", context)


def _leave(request: SignedInRequest, team: Team, number: str) -> HttpResponse:
    pk = number if number.isdecimal() else 0
    member = visible_or_404(TeamMember, request.user, "teams.change_teammember", pk=pk, team=team)
    members.leave(member, by=request.user)
    messages.success(request, _("This person is no longer a member."))
    return redirect("teams:team-members", pk=team.pk)
