"""The team's pages of an appeal: filing it, following it, taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.views.uploads import hand_out
from evaluations.appeal_forms import AppealForm
from evaluations.models import Appeal, Rating
from evaluations.services import appeals
from evaluations.services.corrections import changed_marks


@signed_in
def file(request: SignedInRequest, pk: int) -> HttpResponse:
    """Appeal against an announced grade: what about it is wrong, whose marks, with evidence."""
    rating = visible_or_404(Rating, request.user, "evaluations.file_appeal", pk=pk)
    form = AppealForm(request.POST or None, request.FILES or None, rating=rating)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            appeal = appeals.file(rating, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your appeal is filed. You are told of every step."))
            return redirect(appeal)
    context = {"form": form, "rating": rating, "no": appeals.refusal_to_file(rating, at=now())}
    return render(request, "evaluations/file_appeal.html", context, status=422 if form.errors else 200)


@signed_in
def appeal(request: SignedInRequest, pk: int) -> HttpResponse:
    """An appeal, how far it is, and how it was decided; reviewers are counted, not named."""
    found = visible_or_404(Appeal, request.user, "evaluations.view_appeal", pk=pk)
    return render(request, "evaluations/appeal.html", _context(request, found))


def _context(request: SignedInRequest, found: Appeal) -> dict[str, Any]:
    corrections = found.corrections.select_related("sheet").order_by("number", "id")
    return {
        "appeal": found,
        "rating": found.rating,
        "may_withdraw": found.status == "filed" and request.user.has_perm("evaluations.withdraw_appeal", found),
        "opinions": found.opinions(),
        "corrections": [(each.number, each.recusal_id, changed_marks(each)) for each in corrections],
    }


@signed_in
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an appeal back before anybody looks into it."""
    found = visible_or_404(Appeal, request.user, "evaluations.withdraw_appeal", pk=pk)
    try:
        appeals.withdraw(found, by=request.user)
        messages.success(request, _("Your appeal is withdrawn."))
    except Refused as no:
        messages.error(request, str(no))
    return redirect(found)


@signed_in
def appeal_file(request: SignedInRequest, pk: int, file: int) -> FileResponse:
    """A file that came with an appeal, for the team and the staff."""
    found = visible_or_404(Appeal, request.user, "evaluations.view_appeal", pk=pk)
    return hand_out(get_object_or_404(found.files, pk=file))
