"""有偿服务: a team's contact enters paid time of its people and sees what was entered; the person may object to it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.models import StatusChange
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from volunteers.forms.paid_work import ObjectionForm, PaidWorkForm
from volunteers.models import PaidWork
from volunteers.services import paid_work, volunteers

SHOWN = 50


@signed_in
def listing(request: SignedInRequest) -> HttpResponse:
    """What one entered, the newest first, and the form for more."""
    if not request.user.has_perm("volunteers.add_paidwork"):
        raise PermissionDenied
    form = PaidWorkForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        wanted = dict(form.cleaned_data)
        with refusals_on(form):
            volunteer = volunteers.with_number(wanted.pop("number"))
            paid_work.enter(volunteer, by=request.user, **wanted)
            messages.success(request, _("Entered. The person is told."))
            return redirect("volunteers:paid-work")
    entered = PaidWork.objects.filter(entered_by=request.user).select_related("volunteer").order_by("-id")[:SHOWN]
    return render(request, "volunteers/paid_work.html", {"form": form, "entered": entered})


@signed_in
def entry(request: SignedInRequest, pk: int) -> HttpResponse:
    """One entry and what became of it, for whom it concerns, who entered it, and staff; the person may object."""
    work = visible_or_404(PaidWork, request.user, "volunteers.view_paidwork", pk=pk)
    is_mine = work.volunteer.user_id == request.user.pk
    may_object = is_mine and work.by_team and work.can_move(PaidWork.Status.OBJECTED)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            paid_work.object_to(work, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your objection is noted: the entry does not count until it is decided."))
            return redirect(work)
    context = {
        "work": work,
        "is_mine": is_mine,
        "form": form if may_object else None,
        "refused": form.non_field_errors() if form.is_bound and not may_object else [],
        "record": StatusChange.objects.about(work).with_names(),
    }
    return render(request, "volunteers/paid_work_entry.html", context)
