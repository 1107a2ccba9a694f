"""Where residents read a public notice and object."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from communities.calendar import computed_years
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.qr import qr_of
from communities.views.uploads import hand_out
from projects.forms.residents import ObjectionForm
from projects.models import Objection, PublicNotice
from projects.services import objections


def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """A project in public notice: what it is, until when one may object, and what was answered."""
    return render(request, "projects/notice.html", _context(request, pk))


def notice_to_print(request: HttpRequest, pk: int) -> HttpResponse:
    """公示单: the notice as a sheet for the notice board."""
    context = _context(request, pk)
    address = request.build_absolute_uri(context["notice"].get_absolute_url())
    context |= {"address": address, "qr": qr_of(address)}
    return render(request, "projects/notice_print.html", context)


def _context(request: HttpRequest, pk: int) -> dict[str, Any]:
    notice = visible_or_404(PublicNotice, request.user, "projects.view_publicnotice", pk=pk)
    answered = notice.objections.public().select_related("author", "region").order_by("id")
    return {
        "notice": notice,
        "computed_years": computed_years(notice.starts_on, notice.ends_on),
        "results": objections.exchanged_for(notice.project),
        "project": notice.project,
        "answered": [(one, one.author_for(request.user)) for one in answered],
        "open_count": notice.objections.open().count(),
        "own": notice.objections.open().filter(author_id=request.user.pk).first(),
    }


@signed_in
def object_to(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say what is wrong with a project while its notice runs."""
    notice = visible_or_404(PublicNotice, request.user, "projects.object_to_publicnotice", pk=pk)
    form = ObjectionForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            objections.object_to(notice, by=request.user, **form.cleaned_data)
            messages.success(request, _("Thank you. The community will answer your objection."))
            return redirect(notice)
    return render(request, "projects/object.html", {"form": form, "notice": notice})


@signed_in
def objection_file(request: SignedInRequest, pk: int, file: int) -> FileResponse:
    """A file of an objection, for its author and those who answer it."""
    objection = visible_or_404(Objection, request.user, "projects.view_objection_file", pk=pk)
    return hand_out(get_object_or_404(objection.files, pk=file))
