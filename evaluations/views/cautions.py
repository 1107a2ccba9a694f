"""What the committee looks at before it confirms the grades of a round."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from communities.pages import SignedInRequest, signed_in, visible_or_404
from evaluations.models import EvaluationRound
from evaluations.services import cautions as service


@signed_in
def cautions(request: SignedInRequest, pk: int) -> HttpResponse:
    """Sheets that decide a grade, members far from all others, groups with few marks: shown, never acted upon."""
    round_ = visible_or_404(EvaluationRound, request.user, "evaluations.review_evaluationround", pk=pk)
    found = service.of_round(round_)
    context = {
        "round": round_,
        "is_closed": round_.status in EvaluationRound.MARKS_ARE_SHOWN,
        "counts": service.counted(found),
        "found": found,
    }
    return render(request, "evaluations/cautions.html", context)
