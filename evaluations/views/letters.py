"""调查信: a household answers by the code of its letter, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from communities.addresses import address_of
from communities.models import Refused
from communities.pages import refusals_on, tries_on
from evaluations.models import SurveyHousehold
from evaluations.services import letters, survey_answers
from evaluations.survey_forms import AnswerForm, LetterCodeForm


@never_cache
@sensitive_post_parameters()
def enter_code(request: HttpRequest) -> HttpResponse:
    """Type the digits of a letter."""
    form = LetterCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with tries_on(form):
            household = letters.find_by_code(form.cleaned_data["code"], address=address_of(request))
            return redirect("evaluations:survey-letter", letters.pass_for(household))
    return render(request, "evaluations/letter_code.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """The questionnaire of a household; the address is the secret, and is told to nobody."""
    try:
        household = letters.find(secret)
    except Refused as no:
        response = render(request, "evaluations/letter_refused.html", {"refusal": no}, status=409)
    else:
        response = _fill_in(request, household, secret)
    # With “no-referrer” browsers name no origin to a form either, and its protection would refuse the answer.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _fill_in(request: HttpRequest, household: SurveyHousehold, secret: str) -> HttpResponse:
    survey = household.survey
    form = AnswerForm(request.POST if request.method == "POST" else None, asked=survey_answers.questionnaire(survey))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            survey_answers.answer(household, given=form.given())
            return redirect("evaluations:survey-letter", secret)
    household.refresh_from_db(fields=["status"])
    context = {
        "survey": survey,
        "household": household,
        "form": form,
        "is_open": household.status == SurveyHousehold.Status.OPEN and survey.takes_answers(now()),
    }
    return render(request, "evaluations/letter.html", context, status=422 if form.errors else 200)
