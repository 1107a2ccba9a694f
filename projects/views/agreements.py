"""Where a team's contact reads, signs and prints an agreement."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.pages import SignedInRequest, signed_in, visible_or_404
from projects.models import Agreement
from projects.services import agreements, signatures


@signed_in
def agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """An agreement as both sides see it."""
    found = visible_or_404(Agreement, request.user, "projects.view_agreement", pk=pk)
    user: Any = request.user
    is_own = user.has_perm("projects.sign_agreement_for_team", found)
    no = agreements.refusal_to_renew(found)
    context = {
        "agreement": found,
        "project": found.project,
        "may_sign": is_own and found.status == Agreement.Status.DRAFT and not found.team_signed_at,
        "no_renewal": no[1] if no and found.status == Agreement.Status.RUNNING else "",
    }
    return render(request, "projects/agreement.html", context)


@signed_in
@require_POST
def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sign for the team."""
    found = visible_or_404(Agreement, request.user, "projects.sign_agreement_for_team", pk=pk)
    with transaction.atomic():
        signatures.sign_for_team(found, by=request.user)
    messages.success(request, _("Signed for your team."))
    return redirect(found)


@signed_in
def agreement_to_print(request: SignedInRequest, pk: int) -> HttpResponse:
    """The agreement as an A4 sheet with lines to sign on, for both parties."""
    found = visible_or_404(Agreement, request.user, "projects.view_agreement", pk=pk)
    return render(request, "projects/agreement_print.html", {"agreement": found, "project": found.project})
