"""Applications as their applicant sees them: begun, filled in, handed in, corrected."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import Refused, Region, StatusChange
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.views.uploads import hand_out
from teams.forms import AdmissionForm
from teams.models import Admission, AdmissionDocument, RecruitmentCall
from teams.services import admissions

VIEW, CHANGE = "teams.view_admission", "teams.change_admission"
PAGE, MOST_FOUND = 20, 50


@signed_in
def index(request: SignedInRequest) -> HttpResponse:
    """My applications."""
    mine = Admission.objects.owned_by(request.user).select_related("region", "team_type").order_by("-id")
    page = Paginator(mine, PAGE).get_page(request.GET.get("page"))
    return render(request, "teams/admissions.html", {"page": page})


@signed_in
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One application: where it stands, what comes next, and what happened so far."""
    user = request.user
    admission = visible_or_404(Admission, user, VIEW, pk=pk)
    is_mine = admission.applicant_id == user.pk
    context = {
        "admission": admission,
        "is_mine": is_mine,
        "may_open_documents": user.has_perm("teams.view_admissiondocument", admission),
        "documents": admission.documents.select_related("upload"),
        "record": StatusChange.objects.about(admission).select_related("content_type"),
        "last": StatusChange.objects.about(admission).last(),
    }
    return render(request, "teams/admission.html", context)


@signed_in
def apply(request: SignedInRequest) -> HttpResponse:
    """Begin an application: choose the community first, unless a call or a link has done so."""
    call, region = _asked_for(request)
    if region is None:
        return _choose_community(request)
    begun = Admission.objects.owned_by(request.user).filter(region=region, status=Admission.Status.DRAFT).first()
    if request.method == "POST":
        begun = admissions.start(region, by=request.user, call=call)
        return _write(request, begun)
    if begun:
        return redirect("teams:admission-edit", pk=begun.pk)
    user = request.user
    form = AdmissionForm(initial={"contact_name": user.name, "contact_phone": user.phone})
    return _form_page(request, form, Admission(region=region, call=call))


@signed_in
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Go on with an application, or correct it."""
    admission = visible_or_404(Admission, request.user, CHANGE, pk=pk)
    if not admission.is_editable:
        return redirect(admission)
    if request.method == "POST":
        return _write(request, admission)
    return _form_page(request, AdmissionForm(instance=admission), admission)


@signed_in
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an application back, after a second thought."""
    admission = visible_or_404(Admission, request.user, "teams.withdraw_admission", pk=pk)
    if request.method == "POST":
        admissions.withdraw(admission, by=request.user)
        messages.success(request, _("The application is withdrawn."))
        return redirect(admission)
    return render(request, "teams/admission_withdraw.html", {"admission": admission})


@signed_in
def document(request: SignedInRequest, pk: int) -> FileResponse:
    """A document, for the applicant and the staff who check and decide."""
    return hand_out(visible_or_404(AdmissionDocument, request.user, "teams.view_admissiondocument", pk=pk).upload)


def _asked_for(request: SignedInRequest) -> tuple[RecruitmentCall | None, Region | None]:
    number, code = request.GET.get("call", ""), request.GET.get("region", "")
    if number.isdecimal():
        call = visible_or_404(RecruitmentCall, request.user, "teams.view_recruitmentcall", pk=number)
        return call, call.region
    if code:
        return None, visible_or_404(Region, request.user, "communities.view_region", code=code, level="community")
    return None, None


def _choose_community(request: SignedInRequest) -> HttpResponse:
    search = request.GET.get("q", "").strip()
    found = Region.objects.communities().filter(name__icontains=search).select_related("parent__parent")
    context = {"search": search, "found": found[:MOST_FOUND] if search else []}
    return render(request, "teams/apply_where.html", context)


def _write(request: SignedInRequest, admission: Admission) -> HttpResponse:
    """Keep all that is in order, whatever else is wrong; then hand in, if that is what was asked."""
    handing_in = "submit" in request.POST
    form = AdmissionForm(request.POST, request.FILES, instance=admission, handing_in=handing_in)
    form.is_valid()
    with refusals_on(form):
        admissions.fill(admission, by=request.user, **form.sound)
    _keep_documents(request, form, admission)
    if not form.errors and handing_in:
        with refusals_on(form):
            admissions.submit(admission, by=request.user)
            messages.success(request, _("Handed in. The community will check it; you will be told here."))
            return redirect(admission)
    if form.errors:
        return _form_page(request, form, admission)
    messages.success(request, _("Saved. You can go on later."))
    return redirect("teams:admission-edit", pk=admission.pk)


def _keep_documents(request: SignedInRequest, form: AdmissionForm, admission: Admission) -> None:
    for file in request.FILES.getlist("documents"):
        try:
            admissions.attach(admission, by=request.user, file=file)
        except Refused as no:
            form.add_error("documents", f"{file.name}: {no}")
    for pk in request.POST.getlist("remove"):
        found = admission.documents.filter(pk=pk).first() if pk.isdecimal() else None
        if found:
            admissions.detach(found, by=request.user)


def _form_page(request: SignedInRequest, form: AdmissionForm, admission: Admission) -> HttpResponse:
    context = {
        "form": form,
        "admission": admission,
        "documents": admission.documents.select_related("upload") if admission.pk else [],
        "returned": StatusChange.objects.about(admission).filter(new="returned").last() if admission.pk else None,
        "address": reverse("teams:admission-edit", args=[admission.pk]) if admission.pk else request.get_full_path(),
    }
    return render(request, "teams/admission_form.html", context)
