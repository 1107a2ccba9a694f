"""日历订阅: a community's activities for everybody, one's own by a secret link, and a single one as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from communities.models import Region
from communities.pages import SignedInRequest, signed_in, visible_or_404
from volunteers import ics
from volunteers.models import Activity, CalendarLink, Signup, Volunteer
from volunteers.services import calendars

KEPT = timedelta(days=30)  # how long what is over, or called off, still stands in a calendar
MOST = 500
STATUSES = {Activity.Status.CANCELLED: "CANCELLED"}


def community_feed(request: HttpRequest, code: str) -> HttpResponse:
    """What a community, what is above and what is below it have to do, for everybody's calendar."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code)
    rows = Activity.objects.public().around(region).filter(ends_at__gt=now() - KEPT)
    with _language(request):
        name = _("Volunteering · %(region)s") % {"region": region}
        found = rows.select_related("kind", "region").order_by("starts_at", "id")[:MOST]
        response = _file(name, (event_of(activity) for activity in found))
    response["Cache-Control"] = "public, max-age=900"
    return response


def activity_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One activity, to be put into a calendar."""
    activity = visible_or_404(Activity, request.user, "volunteers.view_activity", pk=pk)
    with _language(request):
        return _file(str(activity), [event_of(activity)])


@never_cache
def personal_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """What the person of this secret link signed up for; an ended or made-up link is unknown."""
    link = CalendarLink.objects.with_secret(secret).first()
    if link is None:
        raise Http404
    signups = (
        Signup.objects.live()
        .filter(volunteer=link.volunteer_id, activity__ends_at__gt=now() - KEPT)
        .select_related("activity__kind", "activity__region")
        .order_by("activity__starts_at", "id")
    )
    with _language(request):
        return _file(_("My volunteering"), (_event_of_signup(signup) for signup in signups[:MOST]))


@never_cache
@signed_in
def link(request: SignedInRequest) -> HttpResponse:
    """Make a secret link for one's own calendar (shown this once), or end it."""
    volunteer = visible_or_404(Volunteer, request.user, "volunteers.edit_volunteer", user_id=request.user.pk)
    address = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        calendars.end_link(volunteer, by=request.user)
        messages.success(request, _("The link opens nothing any more."))
        return redirect("volunteers:calendar-link")
    if request.method == "POST":
        secret = calendars.make_link(volunteer, by=request.user, at=now())
        address = _absolute(reverse("volunteers:calendar", args=[secret])) + f"?lang={translation.get_language()}"
    context: dict[str, Any] = {
        "address": address,
        "webcal": webcal(address),
        "running": CalendarLink.objects.filter(volunteer=volunteer).first(),
    }
    return render(request, "volunteers/calendar.html", context)


def feed_of(region: Region) -> str:
    """The address by which a calendar subscribes to a community's activities, in the reader's language."""
    path = reverse("volunteers:community-calendar", args=[region.code])
    return webcal(_absolute(path) + f"?lang={translation.get_language()}")


def webcal(address: str) -> str:
    """The same address, as calendars on phones open it by themselves."""
    return address and urlsplit(address)._replace(scheme="webcal").geturl()


def event_of(activity: Activity, *, status: str = "CONFIRMED") -> ics.Event:
    """An activity as an entry of a calendar, in the language of the moment."""
    texts = [activity.text, activity.risk and _("Risk: %(note)s") % {"note": activity.risk}, str(activity.region)]
    revised: datetime = activity.revised_at or activity.published_at or activity.starts_at
    return ics.Event(
        uid=f"activity-{activity.pk}@{urlsplit(settings.SITE_URL).hostname}",
        sequence=activity.revision,
        status=STATUSES.get(activity.status, status),
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        revised_at=revised,
        summary=str(activity),
        location=activity.where,
        description="\n".join(text for text in texts if text),
        category=str(activity.kind),
        url=_absolute(activity.get_absolute_url()),
    )


def _event_of_signup(signup: Signup) -> ics.Event:
    """On the waiting list nothing is certain yet."""
    return event_of(signup.activity, status="CONFIRMED" if signup.status == Signup.Status.SIGNED_UP else "TENTATIVE")


def _file(name: str, events: Iterable[ics.Event]) -> HttpResponse:
    response = HttpResponse(ics.calendar(name, events), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="activities.ics"'
    return response


def _absolute(path: str) -> str:
    return f"{settings.SITE_URL}{path}"


def _language(request: HttpRequest) -> Any:
    """Calendars send no cookies: the language stands in the address, else it is what the request asks for."""
    asked = request.GET.get("lang", "")
    known = asked in dict(settings.LANGUAGES)
    return translation.override(asked if known else translation.get_language())
