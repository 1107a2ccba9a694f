"""入户调查: how households were drawn, for everybody; results and letters, for those who work with them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from communities.models import StatusChange
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.qr import qr_to_fit
from evaluations.models import Survey
from evaluations.sampling import margin
from evaluations.services import draws, letters
from evaluations.survey_report import report_of
from projects.forms.ballots import is_id

VIEW, RUN, RESULTS = "evaluations.view_survey", "evaluations.run_survey", "evaluations.view_surveyresult"
# So many letters fill a good part of a ream.
AT_ONCE = 100


def survey_page(request: HttpRequest, pk: int) -> HttpResponse:
    """How the households of a survey were drawn, and how anybody draws again."""
    survey = visible_or_404(Survey, request.user, VIEW, pk=pk)
    told = StatusChange.objects.about(survey).filter(new__in=["listed", *Survey.IS_DRAWN])
    context = {
        "survey": survey,
        "grids": _grids(survey),
        "margin": margin(survey.size, survey.population) if survey.population else None,
        "report": report_of(survey),
        "record": told,
        "may_run": request.user.has_perm(RUN, survey),
        "may_read": _may_read(request, survey),
    }
    return render(request, "evaluations/survey.html", context)


def _may_read(request: HttpRequest, survey: Survey) -> bool:
    return Survey.objects.for_user(request.user, RESULTS).filter(pk=survey.pk).exists()


def _grids(survey: Survey) -> list[dict[str, Any]]:
    """Households, drawn and substitutes of each grid."""
    rows = [line.split(",") for line in draws.published(survey).households.splitlines()[1:]]
    there = Counter(row[0] for row in rows)
    drawn = Counter(survey.households.filter(is_drawn=True).order_by().values_list("grid", flat=True))
    spare = Counter(survey.households.filter(is_drawn=False).order_by().values_list("grid", flat=True))
    return [
        {"grid": grid, "households": there[grid], "drawn": drawn[grid], "substitutes": spare[grid]}
        for grid in sorted(there)
    ]


def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """The list of households as CSV; the file's SHA-256 is its fingerprint."""
    return _file(request, pk, "households")


def drawn(request: HttpRequest, pk: int) -> HttpResponse:
    """What was drawn, as CSV."""
    return _file(request, pk, "drawn")


def _file(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    survey = visible_or_404(Survey, request.user, VIEW, pk=pk)
    content = getattr(draws.published(survey), what)
    if not content:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{what}-{survey.pk}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@signed_in
def results(request: SignedInRequest, pk: int) -> HttpResponse:
    """Response rate and margin at any time; figures when the round is closed for marks."""
    survey = visible_or_404(Survey, request.user, RESULTS, pk=pk)
    if not survey.is_drawn:
        raise Http404
    return render(request, "evaluations/survey_results.html", {"survey": survey, "report": report_of(survey)})


@never_cache
@signed_in
def letter_desk(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Print letters for the households that have none, or one anew."""
    survey = visible_or_404(Survey, request.user, RUN, pk=pk)
    form = Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        number = request.POST.get("household", "")
        wanted = [int(number)] if is_id(number) else _without(survey)
        with refusals_on(form):
            printed = letters.print_for(survey, households=wanted, by=request.user)
            sheets = [{"letter": each, "qr": qr_to_fit(_address(request, each))} for each in printed]
            return render(request, "evaluations/letters_printed.html", {"survey": survey, "letters": sheets})
    context = {
        "survey": survey,
        "form": form,
        "households": survey.households.open().select_related("resident").order_by("grid", "number"),
        "without": len(list(letters.without(survey))),
        "at_once": AT_ONCE,
    }
    return render(request, "evaluations/letter_desk.html", context)


def _without(survey: Survey) -> list[int]:
    return [household.pk for household in letters.without(survey)][:AT_ONCE]


def _address(request: HttpRequest, letter: letters.Letter) -> str:
    return request.build_absolute_uri(reverse("evaluations:survey-letter", args=[letter.secret]))
