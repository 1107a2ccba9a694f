"""走访: the interviewer's pages on the phone: my households, and one of them."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from communities.keeping import may_be_kept
from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in
from communities.services import reveals
from evaluations.models import SurveyHousehold
from evaluations.services import survey_answers
from evaluations.services import visits as service
from evaluations.survey_forms import AnswerForm
from evaluations.views.offline import stamp_of_visit

VISIT = "evaluations.visit_surveyhousehold"
Status = SurveyHousehold.Status


def _mine(request: SignedInRequest) -> Any:
    return SurveyHousehold.objects.for_user(request.user, VISIT).filter(interviewer=request.user)


@never_cache
@signed_in
def visits(request: SignedInRequest) -> HttpResponse:
    """My households, survey by survey, those still to visit first."""
    rows = _mine(request).approached().select_related("survey__region", "resident").prefetch_related("visits")
    rows = rows.order_by("survey", "grid", "number")
    ordered = sorted(rows, key=lambda one: (one.survey_id, one.status != Status.OPEN))
    for household in ordered:
        household.stamp = stamp_of_visit(household, request)
    surveys = [
        {"survey": survey, "households": (own := list(group)), "open": sum(one.status == Status.OPEN for one in own)}
        for survey, group in groupby(ordered, key=lambda one: one.survey)
    ]
    return may_be_kept(render(request, "evaluations/visits.html", {"surveys": surveys}), request)


@never_cache
@sensitive_post_parameters()
@signed_in
def visit(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """One household: its address for this visit, and what came of it."""
    parts = ["survey__region", "survey__round", "resident"]
    rows = _mine(request).approached().select_related(*parts).prefetch_related("visits")
    household: SurveyHousehold = get_object_or_404(rows, pk=pk)
    do = request.POST.get("do", "")
    if do in service.DONE:
        return _note(request, household, do)
    form = AnswerForm(request.POST if do == "answer" else None, asked=survey_answers.questionnaire(household.survey))
    if do == "answer" and form.is_valid():
        with refusals_on(form):
            service.answer(household, given=form.given(), by=request.user)
            messages.success(request, _("Thank you: the answers are in. Nobody sees which household gave them."))
            return redirect("evaluations:visits")
    return _show(request, household, form, address=_address(request, household) if do == "address" else "")


def _address(request: SignedInRequest, household: SurveyHousehold) -> str:
    purpose = _("To visit for the survey: %s") % household.survey
    return reveals.reveal(household, field="address", by=request.user, purpose=purpose)


def _note(request: SignedInRequest, household: SurveyHousehold, outcome: str) -> HttpResponse:
    try:
        following = service.note(household, outcome=outcome, by=request.user)
    except Refused as no:
        messages.error(request, str(no))
        return redirect("evaluations:visit", household.pk)
    messages.success(request, _("Written down."))
    if following is not None:
        messages.success(request, _("The next substitute is asked instead: %s") % following)
    return redirect("evaluations:visits")


def _show(request: SignedInRequest, household: SurveyHousehold, form: AnswerForm, *, address: str) -> HttpResponse:
    context = {
        "household": household,
        "survey": household.survey,
        "visits": household.visits.all(),
        "is_open": household.status == Status.OPEN,
        "form": form,
        "address": address,
    }
    response = render(request, "evaluations/visit.html", context, status=422 if form.errors else 200)
    is_plain = request.method == "GET"  # an address that was asked for is not kept
    return may_be_kept(response, request, stamp_of_visit(household, request)) if is_plain else response
