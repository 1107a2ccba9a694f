"""What volunteering puts on the ground's pages: a community's activities, “Mine”, and what waits for staff."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate, now
from django.utils.translation import gettext_lazy as _

from communities.coming import COMING, Coming
from communities.home import MY_SECTIONS, SECTIONS, Section
from communities.models import Region, User
from communities.todo import CARDS, TODO, Card, Todo
from volunteers.models import Activity, Attendance, Clerk, Reward, Volunteer

SHOWN = 3


def _community(region: Region, _user: Any) -> dict[str, Any]:
    coming = Activity.objects.within(region.code).upcoming(at=now()).select_related("kind").with_taken()
    found = {
        "activities": list(coming[:SHOWN]),
        "has_rewards": Reward.objects.offered(on=localdate()).around(region).exists(),
    }
    return found | {"region": region} if any(found.values()) else {}


def _mine(user: User) -> dict[str, Any]:
    return {
        "volunteer": Volunteer.objects.filter(user=user).select_related("region").first(),
        "is_clerk": Clerk.objects.filter(user=user).exists(),
        "led": Activity.objects.filter(leader=user).upcoming(at=now())[:SHOWN],
    }


def _to_confirm(user: User) -> QuerySet[Attendance]:
    return Attendance.objects.for_user(user, "volunteers.confirm_attendance").to_confirm()


def _forgotten(user: User) -> QuerySet[Attendance]:
    return Attendance.objects.for_user(user, "volunteers.confirm_attendance").forgotten()


def _published() -> QuerySet[Activity]:
    return Activity.objects.filter(status=Activity.Status.PUBLISHED)


SECTIONS.append(Section("volunteers/_community.html", _community, order=60))
MY_SECTIONS.append(Section("volunteers/_mine.html", _mine, order=60))
ATTENDANCES = "/admin/volunteers/attendance/?status__exact="
TODO += [
    Todo(_("Hours to confirm"), _to_confirm, url=f"{ATTENDANCES}left", since="ended_at"),
    Todo(_("Forgotten check-outs"), _forgotten, url=f"{ATTENDANCES}forgotten", since="started_at"),
]
COMING.append(Coming(_("Activity begins"), _published, at="starts_at", perm="volunteers.view_activity"))
CARDS.append(
    Card(
        _("Active volunteers"),
        "/api/v1/volunteers/?status=active",
        perm="volunteers.view_volunteer",
        link="/admin/volunteers/volunteer/",
    )
)
