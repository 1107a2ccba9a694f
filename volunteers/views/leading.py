"""What is left to the leader after an activity: hours to confirm, and check-ins that were sent later."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from volunteers.forms.attendance import HoursForm, WhyNotForm
from volunteers.models import Activity, Attendance, KeptScan, Volunteer
from volunteers.models.attendance import last_day_to_record
from volunteers.services import attendances, kept_scans

LEAD = "volunteers.lead_activity"


@signed_in
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    """Confirm the hours of those who have gone, several at once, with a word on how it was done."""
    activity = visible_or_404(Activity, request.user, LEAD, pk=pk)
    unrecorded = activity.attendances.unrecorded().select_related("volunteer").order_by("started_at", "id")
    others = [stay for stay in unrecorded if stay.volunteer.user_id != request.user.pk]
    form = HoursForm(request.POST or None, stays=[stay for stay in others if stay.status == Attendance.Status.LEFT])
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            chosen = form.chosen()
            evaluation = form.cleaned_data["evaluation"]
            attendances.confirm_all(chosen, by=request.user, evaluation=evaluation, minutes=form.minutes())
            said = ngettext("Hours of %(n)d person confirmed.", "Hours of %(n)d people confirmed.", len(chosen))
            messages.success(request, said % {"n": len(chosen)})
            return redirect("volunteers:people", pk=pk)
    due = last_day_to_record(activity.ends_at)
    context = {
        "activity": activity,
        "form": form,
        "forgotten": [stay for stay in others if stay.status == Attendance.Status.FORGOTTEN],
        "own": len(unrecorded) - len(others),
        "waiting": activity.kept_scans.waiting().count(),
        "due": due,
        "is_late": localdate() > due,
    }
    return render(request, "volunteers/confirm.html", context)


@signed_in
def not_accepted(request: SignedInRequest, pk: int) -> HttpResponse:
    """Do not accept somebody's hours, with the reason that they will read."""
    attendance = led(request, pk)
    form = WhyNotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            attendances.reject(attendance, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Not accepted: %(name)s") % {"name": attendance.volunteer})
            return redirect("volunteers:people", pk=attendance.activity_id)
    return render(request, "volunteers/not_accepted.html", {"attendance": attendance, "form": form})


@signed_in
def kept_scan(request: SignedInRequest, pk: int) -> HttpResponse:
    """A check-in that was sent later and waits: note it as it says, or not, with a reason."""
    scan = visible_or_404(KeptScan, request.user, "volunteers.decide_keptscan", pk=pk)
    _not_ones_own(request, scan.volunteer)
    accepts = request.POST.get("do") == "accept"
    form = WhyNotForm(request.POST if request.method == "POST" and not accepts else None)
    if request.method == "POST" and accepts:
        kept_scans.accept(scan, by=request.user)
        messages.success(request, _("Noted: %(name)s") % {"name": scan.volunteer})
        return redirect("volunteers:people", pk=scan.activity_id)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            kept_scans.reject(scan, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, _("Not noted: %(name)s") % {"name": scan.volunteer})
            return redirect("volunteers:people", pk=scan.activity_id)
    return render(request, "volunteers/kept_scan.html", {"scan": scan, "form": form})


def led(request: HttpRequest, pk: int) -> Attendance:
    """An attendance on which this person decides; one's own is somebody else's to decide, and unknown here."""
    attendance = visible_or_404(Attendance, request.user, "volunteers.confirm_attendance", pk=pk)
    _not_ones_own(request, attendance.volunteer)
    return attendance


def _not_ones_own(request: HttpRequest, volunteer: Volunteer) -> None:
    if volunteer.user_id == request.user.pk:
        raise Http404
