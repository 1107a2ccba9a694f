"""The reviewer's pages: the appeals I look into, and my opinion on one."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.views.uploads import hand_out
from evaluations.appeal_forms import OpinionForm
from evaluations.explanation import explain
from evaluations.models import Reviewer
from evaluations.services import reviews

REVIEW = "evaluations.review_appeal"


@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """The appeals that I look into, what waits for me first."""
    rows = Reviewer.objects.for_user(request.user, REVIEW).sitting()
    found = rows.select_related("appeal__rating__project__team", "appeal__rating__round").order_by("given_at", "-id")
    return render(request, "evaluations/reviews.html", {"reviews": found})


@signed_in
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    """What the team says, how the grade came about, and my opinion; those of others are shown after it."""
    found = visible_or_404(Reviewer, request.user, REVIEW, pk=pk)
    sits = Reviewer.objects.sitting().filter(pk=found.pk).exists()
    form = OpinionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            reviews.opine(found, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your opinion is recorded. Thank you."))
            return redirect(found)
    context = {
        "review": found,
        "appeal": found.appeal,
        "rating": found.appeal.rating,
        "form": form,
        "is_recused": found.status != "excused" and not sits,
        "may_give": sits and found.status == "named" and found.appeal.status == "under_review",
        "others": found.appeal.reviewers.sitting().exclude(pk=found.pk) if sits and found.status == "given" else (),
        "explanation": explain(found.appeal.rating),
    }
    return render(request, "evaluations/review.html", context, status=422 if form.errors else 200)


@signed_in
def review_file(request: SignedInRequest, pk: int, file: int) -> FileResponse:
    """A file of the appeal, for who looks into it."""
    found = visible_or_404(Reviewer, request.user, REVIEW, pk=pk)
    return hand_out(get_object_or_404(found.appeal.files, pk=file))
