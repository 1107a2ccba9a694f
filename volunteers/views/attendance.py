"""签到签退: the screen at the place, what a scan leads to, and the leader's list."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.services import place_codes
from volunteers.forms.attendance import ArrivalForm, LeavingForm
from volunteers.models import Activity, Attendance, Volunteer
from volunteers.services import attendances

from . import qr

LEAD = "volunteers.lead_activity"
# The screen asks for the next code well before the shown one ends.
REFRESH_SECONDS = 10


@signed_in
def screen(request: SignedInRequest, pk: int) -> HttpResponse:
    """The code at the place, for a tablet or the leader's phone; it renews itself without a script."""
    activity = visible_or_404(Activity, request.user, LEAD, pk=pk)
    path = reverse("volunteers:scan", args=[pk, place_codes.show(activity)])
    context = {
        "activity": activity,
        "qr": qr.draw(request.build_absolute_uri(path)),
        "present": activity.attendances.open().count(),
    }
    response = render(request, "volunteers/screen.html", context)
    response["Refresh"] = str(REFRESH_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def scan(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Where a scanned code leads: the half minute becomes a ticket that leaves time to sign in."""
    activity = visible_or_404(Activity, request.user, "volunteers.join_activity", pk=pk)
    ticket = place_codes.scan(code, thing=activity)
    return redirect(f"{reverse('volunteers:here', args=[pk])}?{urlencode({'ticket': ticket})}")


@signed_in
def here(request: SignedInRequest, pk: int) -> HttpResponse:
    """Check in or out at the place, at the moment of the scan."""
    activity = visible_or_404(Activity, request.user, "volunteers.join_activity", pk=pk)
    volunteer = Volunteer.objects.filter(user=request.user).first()
    if volunteer is None:
        return redirect("volunteers:register", code=activity.region.code)
    ticket = request.POST.get("ticket") or request.GET.get("ticket", "")
    at = place_codes.redeem(ticket, thing=activity)
    if request.method == "POST":
        return _checked(request, activity, volunteer, at)
    present = activity.attendances.open().filter(volunteer=volunteer).first()
    context = {"activity": activity, "ticket": ticket, "at": at, "present": present}
    return render(request, "volunteers/here.html", context)


@signed_in
def people(request: SignedInRequest, pk: int) -> HttpResponse:
    """The leader's list: who signed up, who is there, who forgot to check out."""
    activity = visible_or_404(Activity, request.user, LEAD, pk=pk)
    form = ArrivalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        volunteer = Volunteer.objects.filter(number=form.cleaned_data["number"].strip()).first()
        if volunteer is None:
            form.add_error("number", _("No volunteer has this number."))
        else:
            with refusals_on(form):
                attendances.check_in(activity, volunteer=volunteer, by=request.user)
                messages.success(request, _("Checked in: %(name)s") % {"name": volunteer})
                return redirect("volunteers:people", pk=pk)
    seen = activity.attendances.select_related("volunteer").order_by("started_at", "id")
    came = {attendance.volunteer_id for attendance in seen}
    awaited = activity.signups.signed_up().select_related("volunteer").order_by("place_number")
    context = {
        "activity": activity,
        "form": form,
        "attendances": seen,
        "awaited": [signup for signup in awaited if signup.volunteer_id not in came],
        "waiting": activity.signups.waiting().count(),
    }
    return render(request, "volunteers/people.html", context)


@signed_in
def leaving(request: SignedInRequest, pk: int) -> HttpResponse:
    """The leader says when somebody went: now, or when they forgot to check out."""
    attendance = _led(request, pk)
    form = LeavingForm(request.POST or None, initial={"at": min(now(), attendance.activity.ends_at)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            attendances.check_out(attendance, by=request.user, at=form.cleaned_data["at"])
            messages.success(request, _("Checked out: %(name)s") % {"name": attendance.volunteer})
            return redirect("volunteers:people", pk=attendance.activity_id)
    return render(request, "volunteers/leaving.html", {"attendance": attendance, "form": form})


@signed_in
@require_POST
def leave_now(request: SignedInRequest, pk: int) -> HttpResponse:
    """The leader sends somebody off now."""
    attendance = _led(request, pk)
    attendances.check_out(attendance, by=request.user)
    messages.success(request, _("Checked out: %(name)s") % {"name": attendance.volunteer})
    return redirect("volunteers:people", pk=attendance.activity_id)


def _led(request: HttpRequest, pk: int) -> Attendance:
    led = Activity.objects.for_user(request.user, LEAD)
    attendance: Attendance | None = (
        Attendance.objects.filter(pk=pk, activity__in=led).select_related("activity", "volunteer").first()
    )
    return attendance or visible_or_404(Attendance, request.user, "volunteers.confirm_attendance", pk=pk)


def _checked(request: HttpRequest, activity: Activity, volunteer: Volunteer, at: object) -> HttpResponse:
    """Which button was pressed is said by the form, so that a second tap does not check out again."""
    leaves = request.POST.get("do") == "out"
    act = attendances.leave if leaves else attendances.check_in
    act(activity, volunteer=volunteer, by=request.user, means=Attendance.Means.CODE, at=at)  # type: ignore[arg-type]
    messages.success(request, _("You are checked out. Thank you!") if leaves else _("You are checked in. Welcome!"))
    return redirect(activity)
