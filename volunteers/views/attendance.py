"""签到签退: the screen at the place, what a scan leads to, and the leader's list."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.keeping import may_be_kept
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.services import place_codes
from volunteers.forms.attendance import ArrivalForm, CodeForm, LeavingForm
from volunteers.models import Activity, Attendance, Volunteer
from volunteers.models.attendance import last_day_to_record
from volunteers.services import attendances, spot_codes

from . import qr
from .leading import LEAD, led

# The cookie with a random number for the device.
DEVICE, A_YEAR = "device", 365 * 24 * 3600
# The screen asks for the next code well before the shown one ends.
REFRESH_SECONDS = 10


@signed_in
def screen(request: SignedInRequest, pk: int) -> HttpResponse:
    """The code at the place, for a tablet or the leader's phone; without a script it renews itself, without network
    the script shows the codes that came with the page."""
    activity = visible_or_404(Activity, request.user, LEAD, pk=pk)
    moment = now()
    code = spot_codes.show(activity, at=moment)
    first, codes = spot_codes.list_all(activity)
    context = {
        "activity": activity,
        "code": code,
        "qr": qr.draw(request.build_absolute_uri(reverse("volunteers:scan", args=[pk, code]))),
        "refresh": REFRESH_SECONDS,
        "keep": request.path,
        "scan": request.build_absolute_uri(reverse("volunteers:scan", args=[pk, "CODE"])),
        "codes": {"first": first, "seconds": spot_codes.SECONDS, "codes": codes},
        "present": activity.attendances.open().count(),
    }
    response = render(request, "volunteers/screen.html", context)
    response["Cache-Control"] = "no-store"
    return may_be_kept(response, request)


def scan(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Where a scanned code leads: the half minute becomes a ticket, of whom is signed in or to sign in with."""
    activity = visible_or_404(Activity, request.user, "volunteers.join_activity", pk=pk)
    at = now()
    spot_codes.check_fresh(code, activity=activity, at=at)
    ticket = place_codes.ticket(activity, at=at, by=request.user.pk)
    return redirect(f"{reverse('volunteers:here', args=[pk])}?{urlencode({'ticket': ticket})}")


@signed_in
def here(request: SignedInRequest, pk: int) -> HttpResponse:
    """Check in or out at the place: at the moment of the scan, or by the code as it is typed."""
    activity = visible_or_404(Activity, request.user, "volunteers.join_activity", pk=pk)
    volunteer = Volunteer.objects.filter(user=request.user).first()
    if volunteer is None:
        return redirect("volunteers:register", code=activity.region.code)
    ticket = request.POST.get("ticket") or request.GET.get("ticket", "")
    form = CodeForm(request.POST if request.method == "POST" and not ticket else None)
    at = place_codes.redeem(ticket, thing=activity, by=request.user.pk) if ticket else None
    if request.method == "POST" and at:
        return _checked(request, activity, volunteer, at)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            spot_codes.check_fresh(form.cleaned_data["code"], activity=activity, at=now())
            return _checked(request, activity, volunteer, now())
    present = activity.attendances.open().filter(volunteer=volunteer).first()
    context = {"activity": activity, "ticket": ticket, "at": at, "present": present, "form": form, "keep": request.path}
    response = _known_again(request, render(request, "volunteers/here.html", context))
    return response if ticket else may_be_kept(response, request)


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
    due = last_day_to_record(activity.ends_at)
    awaited = activity.signups.signed_up().select_related("volunteer").order_by("place_number")
    context = {
        "activity": activity,
        "keep": request.path,
        "form": form,
        "attendances": seen,
        "awaited": [signup for signup in awaited if signup.volunteer_id not in came],
        "waiting": activity.signups.waiting().count(),
        "kept_scans": activity.kept_scans.waiting().select_related("volunteer"),
        "to_confirm": sum(attendance.status == Attendance.Status.LEFT for attendance in seen),
        "due": due,
        "is_late": localdate() > due and any(attendance.is_unrecorded for attendance in seen),
    }
    return may_be_kept(render(request, "volunteers/people.html", context), request)


@signed_in
def leaving(request: SignedInRequest, pk: int) -> HttpResponse:
    """The leader says when somebody went: now, or when they forgot to check out."""
    attendance = led(request, pk)
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
    attendance = led(request, pk)
    if attendances.send_off(attendance, by=request.user):
        messages.success(request, _("Checked out: %(name)s") % {"name": attendance.volunteer})
    else:
        messages.info(request, _("The check-out of %(name)s is noted already.") % {"name": attendance.volunteer})
    return redirect("volunteers:people", pk=attendance.activity_id)


def _checked(request: HttpRequest, activity: Activity, volunteer: Volunteer, at: datetime) -> HttpResponse:
    """Which button was pressed is said by the form, so that a second tap does not check out again."""
    leaves = request.POST.get("do") == "out"
    act = attendances.leave if leaves else attendances.check_in
    device = request.COOKIES.get(DEVICE, "")
    act(activity, volunteer=volunteer, by=request.user, means=Attendance.Means.CODE, at=at, device=device)  # type: ignore[arg-type]
    messages.success(request, _("You are checked out. Thank you!") if leaves else _("You are checked in. Welcome!"))
    return redirect(activity)


def _known_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Give the browser a random number, by which one device is known again within one activity, and only there."""
    if DEVICE not in request.COOKIES:
        response.set_cookie(
            DEVICE, token_hex(16), max_age=A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response
