"""利益关系申报 on the phone: one page for all projects of a round."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext

from communities.pages import SignedInRequest, refusals_on, signed_in
from evaluations.forms import DeclareForm
from evaluations.models import EvaluationRound
from evaluations.services import declarations


@signed_in
def declare(request: SignedInRequest, pk: int) -> HttpResponse:
    """Name the projects in which I have an interest, and declare that I have none in the others."""
    mine = EvaluationRound.objects.filter(ratings__sheets__member__user=request.user).distinct()
    round_ = get_object_or_404(mine.open().select_related("region"), pk=pk)
    form = DeclareForm(request.POST or None, sheets=declarations.waiting(request.user, round_))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            count = declarations.declare_all(round_, interests=form.interests(), by=request.user)
            messages.success(
                request, ngettext("Declared for %(n)s project.", "Declared for %(n)s projects.", count) % {"n": count}
            )
            return redirect("evaluations:sheets")
    context = {"round": round_, "form": form, "rows": form.rows()}
    return render(request, "evaluations/declare.html", context, status=422 if form.errors else 200)
