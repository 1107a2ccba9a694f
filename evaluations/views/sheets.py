"""The committee member's pages: my sheets, one sheet, correcting it, recusing oneself."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.keeping import may_be_kept
from communities.models import Refused, Upload
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.views.uploads import hand_out
from evaluations.forms import ReasonForm, SheetForm
from evaluations.models import Declaration, EvaluationRound, MarkPhoto, Recusal, ScoreSheet
from evaluations.services import changes, declarations, photos
from evaluations.services import sheets as service
from evaluations.sheet_page import context_of
from evaluations.views.offline import stamp_of

FILL = "evaluations.fill_scoresheet"
PUBLISHED = EvaluationRound.Status.PUBLISHED
DIGITS = 19  # of a number that the database keeps


@signed_in
def sheets(request: SignedInRequest) -> HttpResponse:
    """My score sheets, round by round, with what is still to do; of earlier rounds the one that is asked for."""
    mine = ScoreSheet.objects.for_user(request.user, FILL).filter(member__user=request.user)
    wanted = Q(rating__round__status__in=EvaluationRound.UNDER_WAY)
    asked = request.GET.get("round", "")
    if asked.isdecimal() and len(asked) < DIGITS:
        wanted = Q(rating__round=asked, rating__round__status=PUBLISHED)
    rows = mine.select_related("rating__round__region", "rating__project__team", "region").with_progress()
    newest = rows.filter(wanted).exclude(rating__status="left_out")
    recused = _recused(request)
    declared = set(Declaration.objects.filter(member__user=request.user).values_list("rating_id", flat=True))
    rounds = [
        _round_of(request, round_, list(group), recused, declared)
        for round_, group in groupby(
            newest.order_by("-rating__round_id", "rating_id", "-version"), key=lambda sheet: sheet.rating.round
        )
    ]
    earlier = EvaluationRound.objects.filter(status=PUBLISHED, ratings__sheets__in=mine).distinct()
    context = {"rounds": rounds, "earlier": earlier.select_related("region").order_by("-pk"), "asked": asked}
    response = render(request, "evaluations/sheets.html", context)
    return response if asked else may_be_kept(response, request)


def _recused(request: HttpRequest) -> set[int]:
    return set(Recusal.objects.filter(user=_me(request)).values_list("project_id", flat=True))


def _round_of(
    request: HttpRequest, round_: Any, versions: list[ScoreSheet], recused: set[int], declared: set[int]
) -> dict[str, Any]:
    """The newest version of each sheet of one round, and how far the member has come."""
    newest = [next(group) for _rating, group in groupby(versions, key=lambda sheet: sheet.rating_id)]
    is_open = round_.is_open(now())
    for sheet in newest:
        stamp = stamp_of(sheet, request, is_declared=sheet.rating_id in declared)
        sheet.stamp = stamp if is_open and not sheet.is_sealed else ""  # type: ignore[attr-defined]
    mine = [sheet for sheet in newest if sheet.rating.project_id not in recused]
    done = sum(sheet.is_sealed or sheet.version > 1 for sheet in mine)
    return {
        "round": round_,
        "sheets": mine,
        "done": done,
        "left": len(mine) - done,
        "recused": [sheet.rating.project for sheet in newest if sheet.rating.project_id in recused],
        "is_graded": round_.status in EvaluationRound.MARKS_ARE_SHOWN,
        "is_open": is_open,
        "undeclared": sum(not (each.is_sealed or each.version > 1 or each.rating_id in declared) for each in mine)
        if is_open
        else 0,
        "is_overdue": round_.is_overdue(now()),
    }


def _fetch(request: HttpRequest, pk: int) -> ScoreSheet:
    """One of my own sheets with all it stands in, in one query; anybody else's is 404."""
    mine = ScoreSheet.objects.for_user(request.user, FILL).filter(member__user=_me(request))
    parts = ["region", "rating__round__scheme", "rating__round__region", "rating__project__team", "member__user"]
    found: ScoreSheet = get_object_or_404(mine.select_related(*parts, "rating__project__region"), pk=pk)
    return found


@signed_in
def sheet(request: SignedInRequest, pk: int) -> HttpResponse:
    """One project, indicator by indicator; saved as often as one likes, then submitted."""
    found = _fetch(request, pk)
    if request.method == "POST":
        return _keep(request, found)
    form = SheetForm(asked=service.asked(found), marks=found.marks.all())
    return _show(request, found, form)


def _keep(request: SignedInRequest, found: ScoreSheet) -> HttpResponse:
    """Save, and on "submit" seal; whatever is wrong stands at its place with everything typed still there."""
    form = SheetForm(request.POST, request.FILES, asked=service.asked(found))
    if form.is_valid():
        try:
            return _kept(request, found, form)
        except Refused as no:
            form.add_error(None, str(no))
            form.go_on_from(found.marks.all(), conflicts=no.details.get("conflicts", []))
    form.know(found.marks.all())
    return _show(request, found, form, status=422)


def _kept(request: SignedInRequest, found: ScoreSheet, form: SheetForm) -> HttpResponse:
    changes.take(found, changes=form.changes(), by=request.user, whole_page=True)
    for indicator, file in form.photos():
        photos.add(found, indicator=indicator, file=file, key=uuid4(), by=request.user)
    if taken_back := request.POST.get("take-back", ""):
        photos.take_back(get_object_or_404(found.photos, pk=_number(taken_back)), by=request.user)
    if "submit" not in request.POST:
        messages.success(request, _("Saved. You can go on later."))
        return redirect("evaluations:sheet", found.pk)
    if "no_interest" in request.POST:
        declarations.declare_none(found, by=request.user)
    service.submit(found, by=request.user)
    messages.success(request, _("“%(title)s” is submitted. Thank you.") % {"title": found.rating.project})
    return redirect("evaluations:sheets")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < DIGITS else 0


def _show(request: SignedInRequest, found: ScoreSheet, form: SheetForm, status: int = 200) -> HttpResponse:
    context = context_of(found, form)
    response = render(request, "evaluations/sheet.html", context, status=status)
    return may_be_kept(response, request, stamp_of(found, request, is_declared=bool(context["declared"])))


def photo(request: HttpRequest, pk: int, photo: int) -> FileResponse:
    """A photo, for its member, and for those who read the sheet once the round is closed."""
    shown = visible_or_404(MarkPhoto, request.user, "evaluations.view_scoresheet", pk=photo, sheet=pk)
    return hand_out(get_object_or_404(Upload, mark_photos=shown))


@signed_in
def correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a new version of a submitted sheet, saying why."""
    found = _fetch(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            new = service.correct(found, by=_me(request), **form.cleaned_data)
            return redirect("evaluations:sheet", new.pk)
    return _ask(request, found, form, title=_("Correct a submitted score sheet"), button=_("Start the correction"))


@signed_in
def recuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Step back from a project, saying why."""
    found = _fetch(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            declarations.declare_interest(found, words=form.cleaned_data["reason"], by=_me(request))
            messages.success(request, _("You are recused from “%(title)s”.") % {"title": found.rating.project})
            return redirect("evaluations:sheets")
    return _ask(request, found, form, title=_("I have an interest in this project"), button=_("Recuse myself"))


def _me(request: HttpRequest) -> Any:
    return request.user


def _ask(request: HttpRequest, found: ScoreSheet, form: ReasonForm, **words: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "evaluations/ask.html", {"sheet": found, "form": form, **words}, status=status)
