"""What the committee looks at before it confirms the grades of a round."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from communities.pages import SignedInRequest, signed_in, visible_or_404
from evaluations.models import EvaluationRound
from evaluations.services import cautions as service

PAGE = 50


@signed_in
def cautions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sheets that decide a grade, members far from all others, groups with few marks: shown, never acted upon."""
    round_ = visible_or_404(EvaluationRound, request.user, "evaluations.review_evaluationround", pk=pk)
    everything = service.of_round(round_)
    counts, kind = service.counted(everything), request.GET.get("kind", "")
    chosen = [one for one in everything if one.kind == kind] if kind in {each.kind for each in counts} else everything
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    context = {
        "round": round_,
        "is_closed": round_.status in EvaluationRound.MARKS_ARE_SHOWN,
        "counts": counts,
        "kind": kind,
        "page": page,
        "found": service.named(page),
    }
    return render(request, "evaluations/cautions.html", context)
