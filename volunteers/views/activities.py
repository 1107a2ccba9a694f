"""志愿活动: what there is to do, for everybody to read; signing up for those who registered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.keeping import may_be_kept
from communities.models import Region
from communities.pages import SignedInRequest, signed_in, visible_or_404
from volunteers.forms.attendance import ActivityFilterForm
from volunteers.models import Activity, ActivityKind, PointsRule, Safeguard, Signup, Skill, Volunteer
from volunteers.models.activities import ActivityQuerySet
from volunteers.models.safeguards import missing_for
from volunteers.services import activities, signups, spot_codes

from . import calendars
from .volunteers import volunteer_of

A_PAGE = 20


def listing(request: HttpRequest, code: str = "") -> HttpResponse:
    """Activities to come: of a community and what is above and below it, or everywhere."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code) if code else None
    rows = Activity.objects.for_user(request.user, "volunteers.view_activity").upcoming(at=now())
    rows, wanted = _narrowed(rows, region, request)
    context = {
        "region": region,
        "feed": calendars.feed_of(region) if region else "",
        "kinds": ActivityKind.objects.active(),
        "skills": Skill.objects.active().order_by("-is_language", "order", "code"),
        "kind": wanted.get("kind", ""),
        "skill": wanted.get("skill", ""),
        "page": Paginator(rows.select_related("kind", "region").with_taken(), A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "volunteers/activities.html", context)


def activity(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity: what, where, when, how many places are left, and what it earns."""
    shown = visible_or_404(Activity, request.user, "volunteers.view_activity", pk=pk)
    volunteer = volunteer_of(request)
    signup = shown.signups.filter(volunteer=volunteer).first() if volunteer else None
    is_on = shown.status == Activity.Status.PUBLISHED and shown.ends_at + spot_codes.MARGIN > now()
    at_place = is_on and bool(signup and signup.status == Signup.Status.SIGNED_UP)
    leads = request.user.is_authenticated and request.user.has_perm("volunteers.lead_activity", shown)
    kept = [*(["here"] if at_place else []), *(["people", "screen"] if leads and is_on else [])]
    context = {
        "activity": shown,
        "keep": _to_keep(shown, kept),
        "kept_scans": shown.kept_scans.filter(volunteer=volunteer).waiting() if volunteer else (),
        "free": max(0, shown.places - shown.signups.signed_up().count()),
        "rule": PointsRule.objects.for_activity(shown, on=localdate(shown.starts_at)).first(),
        "volunteer": volunteer,
        "signup": signup if signup and signup.status != Signup.Status.WITHDRAWN else None,
        "attendance": shown.attendances.filter(volunteer=volunteer).order_by("-id").first() if volunteer else None,
        "leads": leads,
        "at_place": at_place,
        "may_copy": request.user.is_authenticated and request.user.has_perm("volunteers.change_activity", shown),
        "skills": shown.skills.filter(is_active=True),
        "lacking": _lacking(shown, volunteer),
        "needs_guardian": bool(volunteer and volunteer.needs_guardian(on=localdate())),
        "may_withdraw": signup is not None and (signup.status == Signup.Status.WAITING or shown.withdraw_until > now()),
        "is_open": shown.status == Activity.Status.PUBLISHED and shown.ends_at > now(),
        "has_begun": shown.starts_at <= now(),
    }
    response = render(request, "volunteers/activity.html", context)
    return may_be_kept(response, request) if kept else response


def _to_keep(activity: Activity, pages: list[str]) -> str:
    """The addresses that the device of whoever comes or leads keeps for when there is no network."""
    addresses = [reverse(f"volunteers:{page}", args=[activity.pk]) for page in pages]
    return " ".join([activity.get_absolute_url(), reverse("volunteers:mine"), *addresses]) if pages else ""


@signed_in
@require_POST
def sign_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a place; who is no volunteer yet registers first."""
    shown = visible_or_404(Activity, request.user, "volunteers.view_activity", pk=pk)
    volunteer = volunteer_of(request)
    if volunteer is None:
        return redirect(reverse("volunteers:register", args=[shown.region.code]) + f"?activity={pk}")
    signup = signups.sign_up(shown, volunteer=volunteer, by=request.user)
    if signup.status == Signup.Status.WAITING:
        messages.warning(request, _("All places are taken: you are on the waiting list and will be told."))
    else:
        messages.success(request, _("You are signed up. Thank you!"))
    return redirect(shown)


@signed_in
@require_POST
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give one's place back."""
    signup = visible_or_404(
        Signup, request.user, "volunteers.withdraw_signup", activity=pk, volunteer__user=request.user
    )
    signups.withdraw(signup, by=request.user)
    messages.success(request, _("You are no longer signed up."))
    return redirect(signup.activity)


@signed_in
@require_POST
def copy(request: SignedInRequest, pk: int) -> HttpResponse:
    """One click and the same stands there again as a draft, in the console, where its time is looked over."""
    shown = visible_or_404(Activity, request.user, "volunteers.change_activity", pk=pk)
    again = activities.copy(shown, by=request.user)
    messages.success(request, _("This is the copy: a draft, on the next same weekday."))
    return redirect("admin:volunteers_activity_change", again.pk)


def _narrowed(rows: ActivityQuerySet, region: Region | None, request: HttpRequest) -> tuple[ActivityQuerySet, Any]:
    rows = rows.around(region) if region else rows
    form = ActivityFilterForm(request.GET)
    form.full_clean()
    wanted = form.cleaned_data
    rows = rows.filter(kind__code=wanted["kind"]) if wanted.get("kind") else rows
    return (rows.asking_for(wanted["skill"]) if wanted.get("skill") else rows), wanted


def _lacking(shown: Activity, volunteer: Volunteer | None) -> list[str]:
    """What this volunteer still lacks of what the activity asks for, in words."""
    kinds = missing_for(shown, volunteer, on=localdate(shown.starts_at)) if volunteer else []
    return [str(Safeguard.Kind(kind).label) for kind in kinds]
