"""星级: one's own, and a community's wall of thanks."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from communities.models import Region
from communities.pages import SignedInRequest, signed_in, visible_or_404
from volunteers.models import StarRule, Volunteer
from volunteers.services import hours, stars

SHOW = "volunteers.show_volunteer"


@never_cache
@signed_in
def mine(request: SignedInRequest) -> HttpResponse:
    """My stars, what the next one takes, and whether my name stands on the wall of thanks."""
    volunteer = visible_or_404(Volunteer, request.user, SHOW, user_id=request.user.pk)
    minutes, needed = hours.total_minutes(volunteer), StarRule.objects.hours_on(localdate())
    context = {
        "volunteer": volunteer,
        "awards": volunteer.stars.standing().order_by("level"),
        "have": stars.standing_of(volunteer),
        "hours": minutes // 60,
        "levels": [{"level": level, "stars": "★" * level, "hours": each} for level, each in needed.items()],
        "next": next((each for each in needed.values() if each * 60 > minutes), None),
        "is_shown": stars.is_shown(volunteer),
    }
    return render(request, "volunteers/stars.html", context)


@require_POST
@signed_in
def name(request: SignedInRequest) -> HttpResponse:
    """Agree to be named on walls of thanks, or take that back."""
    volunteer = visible_or_404(Volunteer, request.user, SHOW, user_id=request.user.pk)
    if request.POST.get("shown") == "yes":
        stars.show(volunteer, by=request.user)
        messages.success(request, _("Thank you. Your name stands on the wall of thanks once you have a star."))
    else:
        stars.hide(volunteer, by=request.user)
        messages.success(request, _("Your name is taken off the wall of thanks."))
    return redirect("volunteers:stars")


def wall(request: HttpRequest, code: str) -> HttpResponse:
    """The star volunteers of a community who agreed to be named."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code, level=Region.Level.COMMUNITY)
    context = {"region": region, "rows": stars.wall(region), "levels": StarRule.objects.hours_on(localdate()).items()}
    return render(request, "volunteers/thanks.html", context)
