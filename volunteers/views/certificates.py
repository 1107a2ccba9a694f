"""志愿服务记录证明: one's own, to issue and print; and the page where anybody checks one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.addresses import address_of
from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in, tries_on, visible_or_404
from communities.qr import qr_to_fit
from communities.views.uploads import hand_out
from volunteers import pdf
from volunteers.forms.certificates import LONGEST_TYPED, NumberForm, PeriodForm
from volunteers.models import Certificate, Volunteer
from volunteers.services import certificates as service
from volunteers.services import hours

VIEW = "volunteers.view_certificate"


@never_cache
@signed_in
def certificates(request: SignedInRequest) -> HttpResponse:
    """One's certificates, and another for the period one chooses."""
    volunteer = visible_or_404(Volunteer, request.user, "volunteers.issue_certificate", user_id=request.user.pk)
    begins = hours.first_day(volunteer)
    form = PeriodForm(request.POST or None, begins=begins, has_document=bool(volunteer.document_number))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            made = service.issue(volunteer, by=request.user, **form.cleaned_data)
            messages.success(request, _("Here is your certificate. Print it or show its QR code."))
            return redirect(made)
    made_before = volunteer.certificates.order_by("-id")
    context = {"form": form, "begins": begins, "certificates": made_before}
    return render(request, "volunteers/certificates.html", context, status=422 if form.errors else 200)


@never_cache
@signed_in
def certificate(request: SignedInRequest, pk: int) -> HttpResponse:
    """A certificate as an A4 sheet in Chinese and English; staff see the name masked."""
    found = _found(request, pk)
    context = {**_sheet(request, found), "has_pdf": pdf.is_there(), "is_own": _is_own(request, found)}
    return render(request, "volunteers/certificate.html", context)


@never_cache
@signed_in
def seal(request: SignedInRequest, pk: int) -> FileResponse:
    """The picture of the seal on a certificate."""
    found = _found(request, pk)
    if found.seal is None:
        raise Http404
    return hand_out(found.seal.picture)


@never_cache
@signed_in
def as_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same sheet as a file, where the server can write one."""
    found = _found(request, pk)
    if not pdf.is_there():
        raise Http404
    page = render_to_string("volunteers/certificate_pdf.html", _sheet(request, found))
    files = {}
    if found.seal:
        with found.seal.picture.file.open("rb") as picture:
            address = reverse("volunteers:certificate-seal", args=[found.pk])
            files[address] = (picture.read(), found.seal.picture.content_type)
    headers = {"Content-Disposition": f'attachment; filename="{found.shown_number}.pdf"'}
    return HttpResponse(pdf.write(page, files=files), content_type="application/pdf", headers=headers)


@never_cache
def check(request: HttpRequest) -> HttpResponse:
    """Type the number of a certificate."""
    form = NumberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with tries_on(form):
            return _told(request, form.cleaned_data["number"])
    return render(request, "volunteers/check.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
def checked(request: HttpRequest, number: str) -> HttpResponse:
    """What the QR code of a certificate leads to: whether it holds, and what it says."""
    try:
        return _told(request, number)
    except Refused as no:
        form = NumberForm(initial={"number": number[:LONGEST_TYPED]})
        return render(request, "volunteers/check.html", {"form": form, "refusal": no}, status=404)


def _told(request: HttpRequest, number: str) -> HttpResponse:
    found = service.find(number, address=address_of(request))
    closed = None if found.status == Certificate.Status.VALID else found.last_change()
    return render(request, "volunteers/checked.html", {"certificate": found, "closed_at": closed and closed.at})


def _found(request: SignedInRequest, pk: int) -> Certificate:
    return visible_or_404(Certificate, request.user, VIEW, pk=pk)


def _is_own(request: SignedInRequest, found: Certificate) -> bool:
    return found.volunteer.user_id == request.user.pk


def _sheet(request: SignedInRequest, found: Certificate) -> dict[str, Any]:
    address = f"{settings.SITE_URL}{reverse('volunteers:checked', args=[found.shown_number])}"
    return {
        "certificate": found,
        "name": found.name if _is_own(request, found) else found.volunteer.masked_name,
        "shows_document": _is_own(request, found),
        "languages": ["zh-hans", "en"],
        "qr": qr_to_fit(address),
        "check_at": address,
    }
