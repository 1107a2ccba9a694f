"""Where a team writes its proposals and sees what became of them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.services import kept_answers
from projects.forms.proposals import NewProposalForm, ProposalForm, ProposalSheet, calls_for, teams_of
from projects.forms.residents import WhyForm
from projects.models import Agreement, Project
from projects.services import projects, withdrawals


@signed_in
def propose(request: SignedInRequest) -> HttpResponse:
    """Write a new proposal, under a call (`?call=`) or without one."""
    user: Any = request.user
    teams, chosen = teams_of(user), request.GET.get("call", "")
    calls = calls_for(teams, chosen)
    call = calls.filter(pk=chosen).select_related("scene", "field").first() if chosen.isdecimal() else None
    initial = {"call": call, "scene": call.scene, "field": call.field} if call else {}
    initial |= {"team": request.GET["team"]} if request.GET.get("team", "").isdecimal() else {}
    sheet = ProposalSheet(request, partial(NewProposalForm, teams=teams, calls=calls, initial=initial))
    if sheet.is_valid():
        with refusals_on(sheet.form):
            return _proposed(request, sheet.written())
    context = {"sheet": sheet, "teams": teams, "call": call}
    return render(request, "projects/proposal.html", context)


def _proposed(request: HttpRequest, said: dict[str, Any]) -> HttpResponse:
    """A new proposal, or, if the form was sent before, what it says now in the proposal that it made."""
    user: Any = request.user
    team, key = said.pop("team"), said.pop("key")
    number, is_new = kept_answers.once(lambda: projects.propose(team, by=user, **said), key=key, by=user)
    project = visible_or_404(Project, user, "projects.write_project", pk=number)
    if not is_new and not project.is_editable:
        return redirect(project)
    if not is_new:
        projects.edit(project, by=user, **said)
    return _saved(request, project)


@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a proposal that is being written or was returned."""
    project = visible_or_404(Project, request.user, "projects.write_project", pk=pk)
    if not project.is_editable:
        return redirect(project)
    sheet = ProposalSheet(request, partial(ProposalForm, instance=project), project)
    if sheet.is_valid():
        with refusals_on(sheet.form):
            projects.edit(project, by=request.user, **sheet.written())
            return _saved(request, project)
    return render(request, "projects/proposal.html", {"sheet": sheet, "project": project})


def _saved(request: HttpRequest, project: Project) -> HttpResponse:
    """Saved; and handed in too, when that button was pressed."""
    user: Any = request.user
    if "submit" in request.POST:
        projects.submit(project, by=user)
        messages.success(request, _("Handed in. The community will check your proposal."))
    else:
        messages.success(request, _("Saved. Hand it in when it is ready."))
    return redirect(project)


@signed_in
@require_POST
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand a proposal to the community."""
    project = visible_or_404(Project, request.user, "projects.submit_project", pk=pk)
    with transaction.atomic():
        projects.submit(project, by=request.user)
    messages.success(request, _("Handed in. The community will check your proposal."))
    return redirect(project)


@signed_in
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a project up, saying why."""
    project = visible_or_404(Project, request.user, "projects.withdraw_project", pk=pk)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            withdrawals.withdraw(project, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your project is withdrawn."))
            return redirect("projects:mine")
    return render(request, "projects/withdraw.html", {"form": form, "project": project})


@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """The projects of one's teams, what is to be reported and what is to be signed."""
    own = Project.objects.owned_by(request.user).select_related("team", "region")
    context = {
        "projects": own.prefetch_related("milestones__reports").order_by("-id"),
        "agreements": Agreement.objects.unsigned_by("team").filter(project__in=own).select_related("project", "region"),
        "teams": teams_of(request.user),
        "today": localdate(),
    }
    return render(request, "projects/mine.html", context)
