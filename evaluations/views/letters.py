"""调查信: a household answers by the code of its letter, without an account."""

from __future__ import annotations

from django.core import signing
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

# Who typed the right digits has so long to answer.
PASS, TWO_HOURS = "survey-letter", 2 * 60 * 60


@never_cache
@sensitive_post_parameters()
def enter_code(request: HttpRequest) -> HttpResponse:
    """Type the digits of a letter."""
    form = LetterCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with tries_on(form):
            household = letters.find_by_code(form.cleaned_data["code"], address=address_of(request))
            return redirect("evaluations:survey-letter", signing.dumps(household.pk, salt=PASS))
    return render(request, "evaluations/letter_code.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters()
def answer(request: HttpRequest, secret: str) -> HttpResponse:
    """The questionnaire of a household; the address is the secret, and is told to nobody."""
    try:
        household = _household(secret)
    except Refused as no:
        response = render(request, "evaluations/letter_refused.html", {"refusal": no}, status=409)
    else:
        response = _fill_in(request, household, secret)
    # With “no-referrer” browsers name no origin to a form either, and its protection would refuse the answer.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _household(secret: str) -> SurveyHousehold:
    """By the letter's secret, or by the pass that right digits gave."""
    try:
        pk = signing.loads(secret, salt=PASS, max_age=TWO_HOURS)
    except signing.BadSignature:
        return letters.find(secret)
    rows = SurveyHousehold.objects.select_related("survey__region", "survey__round")
    household: SurveyHousehold = rows.get(pk=pk)
    return household


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
