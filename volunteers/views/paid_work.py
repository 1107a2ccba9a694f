"""有偿服务: a team's contact enters paid time of its people, and sees what was entered."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.pages import SignedInRequest, refusals_on, signed_in
from volunteers.forms.paid_work import PaidWorkForm
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
