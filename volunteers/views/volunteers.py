"""志愿者: registering, and one's own page with hours and points, which are two figures."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.keeping import may_be_kept
from communities.models import Region, Resident, User
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.services import consents
from volunteers.forms.volunteers import ProfileForm, RegisterForm
from volunteers.models import (
    Account,
    Activity,
    Attendance,
    FormerHours,
    PaidWork,
    PointEntry,
    Reservation,
    Volunteer,
)
from volunteers.services import gifts, volunteers
from volunteers.services import hours as service_hours

A_PAGE = 20
LONGEST_ID = 19


@signed_in
def register(request: SignedInRequest, code: str) -> HttpResponse:
    """Become a volunteer of one's community."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code, level=Region.Level.COMMUNITY)
    if Volunteer.objects.filter(user=request.user).exclude(status=Volunteer.Status.LEFT).exists():
        return redirect("volunteers:mine")
    form = RegisterForm(request.POST or None, initial=_guess(request.user))
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            volunteer = volunteers.register(request.user, region=region, by=request.user, **form.profile())
            messages.success(request, _("Welcome! Your volunteer number is %(number)s.") % {"number": volunteer.number})
            return redirect(_wanted_activity(request) or "volunteers:mine")
    return render(request, "volunteers/register.html", {"form": form, "region": region})


def _wanted_activity(request: SignedInRequest) -> Activity | None:
    """The activity from whose page somebody came to register."""
    number = request.GET.get("activity", "")
    seen = Activity.objects.for_user(request.user, "volunteers.view_activity")
    return seen.filter(pk=number).first() if number.isdecimal() and len(number) < LONGEST_ID else None


@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """Hours, points, what I signed up for and my vouchers; who is no volunteer yet finds where to become one."""
    volunteer = Volunteer.objects.filter(user=request.user).select_related("region").first()
    if volunteer is None:
        here = Resident.objects.verified().filter(user=request.user).select_related("region")
        return render(request, "volunteers/not_yet.html", {"communities": [resident.region for resident in here]})
    context = {
        "volunteer": volunteer,
        **figures(volunteer),
        "signups": volunteer.signups.live()
        .filter(activity__status="published", activity__ends_at__gt=now())
        .select_related("activity")
        .order_by("activity__starts_at"),
        "safeguards": volunteer.safeguards.filter(status="valid", ends_on__gte=localdate())
        .select_related("for_kind")
        .order_by("ends_on"),
        "needs_guardian": volunteer.needs_guardian(on=localdate()),
        "vouchers": volunteer.redemptions.filter(status="issued")
        .select_related("reward", "place__session")
        .order_by("-id"),
        "held": Reservation.objects.live(at=now()).filter(volunteer=volunteer).select_related("reward"),
    }
    return may_be_kept(render(request, "volunteers/mine.html", context), request)


@signed_in
def edit(request: SignedInRequest) -> HttpResponse:
    """Change one's profile."""
    volunteer = visible_or_404(Volunteer, request.user, "volunteers.edit_volunteer", user_id=request.user.pk)
    agreed = [kind for kind in consents.Kinds.values if not consents.is_missing(request.user, kind=kind)]
    initial = _as_typed(volunteer) | {"is_named": consents.Kinds.PUBLICATION in agreed}
    form = ProfileForm(request.POST or None, initial=initial, agreed=agreed)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            volunteers.edit(volunteer, by=request.user, **form.profile())
            messages.success(request, _("Saved."))
            return redirect("volunteers:mine")
    return render(request, "volunteers/edit.html", {"form": form})


@signed_in
def points(request: SignedInRequest) -> HttpResponse:
    """The statement of one's points, the newest first, page by page at the same speed however long it is."""
    before = request.GET.get("before", "")
    account = Account.objects.filter(volunteer__user=request.user).select_related("volunteer__region").first()
    # By the account's number itself: a page is then a stretch of one index.
    rows = PointEntry.objects.filter(account_id=account.pk if account else 0).statement()
    if before.isdecimal() and len(before) < LONGEST_ID:
        rows = rows.filter(sequence__lt=int(before))
    entries = list(rows[: A_PAGE + 1])
    context = {
        "entries": entries[:A_PAGE],
        "account": account,
        "lots": account.lots.with_points() if account and account.expiring else [],
        "may_give": bool(account and account.volunteer and gifts.rule_for(account.volunteer, at=now())),
        "older": entries[A_PAGE - 1].sequence if len(entries) > A_PAGE else None,
        "is_first": not before,
    }
    return render(request, "volunteers/points.html", context)


@signed_in
def hours(request: SignedInRequest) -> HttpResponse:
    """Every stay of mine, confirmed or not, and what was taken over from before."""
    before = request.GET.get("before", "")
    rows = Attendance.objects.filter(volunteer__user=request.user).select_related("activity").order_by("-id")
    if before.isdecimal() and len(before) < LONGEST_ID:
        rows = rows.filter(pk__lt=int(before))
    stays = list(rows[: A_PAGE + 1])
    former = FormerHours.objects.filter(volunteer__user=request.user)
    total = Attendance.objects.filter(volunteer__user=request.user).total_minutes() + former.total_minutes()
    context = {
        "former": [] if before else former.standing().select_related("kind").order_by("-last_on", "-id"),
        "paid": PaidWork.objects.standing()
        .filter(volunteer__user=request.user)
        .order_by("-started_at")[: A_PAGE if not before else 0],
        "stays": stays[:A_PAGE],
        "hours": total // 60,
        "minutes": total % 60,
        "older": stays[A_PAGE - 1].pk if len(stays) > A_PAGE else None,
        "is_first": not before,
    }
    return render(request, "volunteers/hours.html", context)


def figures(volunteer: Volunteer) -> dict[str, int]:
    """Service hours and points: two figures that never mix."""
    minutes = service_hours.total_minutes(volunteer)
    account = Account.objects.filter(volunteer=volunteer).first()
    return {"hours": minutes // 60, "minutes": minutes % 60, "points": account.balance or 0 if account else 0}


def _guess(user: User) -> dict[str, str]:
    """What most likely goes into the form; of somebody with a number from abroad nothing is assumed."""
    return {"name": user.name, "nationality": "CN" if user.phone.startswith("+86") else ""}


def _as_typed(volunteer: Volunteer) -> dict[str, object]:
    skills = list(volunteer.skills.all())
    return {
        "name": volunteer.name,
        "sex": volunteer.sex,
        "nationality": volunteer.nationality.code,
        "document_type": volunteer.document_type,
        "document_number": volunteer.document_number,
        "kinds": list(volunteer.kinds.all()),
        "born": volunteer.born,
        "guardian": volunteer.guardian,
        "languages": [skill for skill in skills if skill.is_language],
        "abilities": [skill for skill in skills if not skill.is_language],
    }


def volunteer_of(request: HttpRequest) -> Volunteer | None:
    """The volunteer who asks, if it is one."""
    if not request.user.is_authenticated:
        return None
    return Volunteer.objects.filter(user=request.user).select_related("region", "user").first()
