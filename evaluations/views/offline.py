"""What lets a phone score without network: the web app's manifest, its service worker, and two pages around it."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities import keeping
from communities.pages import SignedInRequest, signed_in
from evaluations.models import ScoreSheet, SurveyHousehold

WORKER = "spot/worker.js"
SHELL = (
    *("site.css", "scoring.css", "survey.css", "site.js", "icon.svg", "icons.svg", "icon-192.png"),
    *(f"spot/{name}.js" for name in ("store", "total", "send", "photo", "ask", "sheet", "sheets", "visit", "leave")),
)


def stamp_of(sheet: ScoreSheet, request: Any, *, is_declared: bool) -> str:
    """Changes whenever the page of this sheet would look otherwise: its marks, the language, the type, the scripts."""
    return _stamp([sheet.pk, sheet.version, sheet.status, sheet.saved_at, is_declared], request)


def stamp_of_visit(household: SurveyHousehold, request: Any) -> str:
    """The same for the page of a household: what is known of it, and of its survey."""
    survey = household.survey
    parts = [household.pk, household.status, len(household.visits.all()), survey.title, survey.intro, survey.closes_at]
    return _stamp(parts, request)


def _stamp(parts: list[Any], request: Any) -> str:
    parts += [get_language(), request.elder, shell_version()]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def shell_version() -> str:
    """Which scripts and styles these are: another version replaces what devices keep."""
    found = (Path(str(finders.find(name))).read_bytes() for name in (WORKER, *_assets()))
    return hashlib.sha256(b"".join(found)).hexdigest()[:12]


def _assets() -> tuple[str, ...]:
    """What the pages kept need: those of scoring, and what other apps added."""
    return (*SHELL, *keeping.ASSETS)


def worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, from the root, so that it may see one signing out; a browser asks for it anew each day."""
    facts = {
        "version": shell_version(),
        "assets": [static(name) for name in _assets()],
        "offline": reverse("evaluations:offline"),
        "leave": reverse("evaluations:leave"),
        "signOut": [reverse("communities:sign-out"), "/admin/logout/"],
        "erase": reverse("communities:erase"),
        "left": f"{reverse('evaluations:offline')}?left=1",
        "sheets": reverse("evaluations:sheets"),
        "kept": keeping.PAGES,
        "instead": keeping.INSTEAD,
        "visits": reverse("evaluations:visits"),
    }
    code = Path(str(finders.find(WORKER))).read_text(encoding="utf-8")
    response = HttpResponse(f"const SHELL = {json.dumps(facts)};\n{code}", content_type="text/javascript")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


def manifest(_request: HttpRequest) -> JsonResponse:
    """What a phone needs to put on-the-spot scoring on its home screen."""
    icons: list[dict[str, Any]] = [
        {"src": static(f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size, purpose in ((192, "any"), (512, "any"), (512, "maskable"))
    ]
    return JsonResponse(
        {
            "id": "/scoring/",
            "name": _("Small-lane teams: scoring on the spot"),
            "short_name": _("Scoring"),
            "start_url": reverse("evaluations:sheets"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f2f4f1",
            "theme_color": "#084838",
            "icons": icons,
        },
        content_type="application/manifest+json",
    )


for _view in (worker, manifest):
    _view.without_session = True  # type: ignore[attr-defined]


def offline(request: HttpRequest) -> HttpResponse:
    """What is shown in place of a page that needs network, or to one who signed out without; it names nobody."""
    return render(request, "evaluations/offline.html", {"left": "left" in request.GET})


@never_cache
@signed_in
def leave(request: SignedInRequest) -> HttpResponse:
    """Asked before signing out while this device holds what was not sent."""
    return keeping.may_be_kept(render(request, "evaluations/leave.html"), request)
