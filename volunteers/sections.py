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
from volunteers.models import Activity, Attendance, Clerk, KeptScan, Oddity, OfflineUse, PaidWork, Reward, Volunteer
from volunteers.models.attendance import last_day_to_record

SHOWN = 3
CONFIRM = "volunteers.confirm_attendance"


def _community(region: Region, user: Any) -> dict[str, Any]:
    coming = Activity.objects.within(region.code).upcoming(at=now()).select_related("kind").with_taken()
    found = {
        "activities": list(coming[:SHOWN]),
        "has_rewards": Reward.objects.offered(on=localdate()).around(region).exists(),
    }
    serves = user.is_authenticated and Volunteer.objects.filter(user=user).exclude(status="left").exists()
    return found | {"region": region, "serves": serves} if any(found.values()) else {}


def _mine(user: User) -> dict[str, Any]:
    return {
        "volunteer": Volunteer.objects.filter(user=user).select_related("region").first(),
        "enters_paid_work": user.has_perm("volunteers.add_paidwork") and not user.is_staff,
        "is_clerk": Clerk.objects.filter(user=user).exists(),
        "led": Activity.objects.filter(leader=user).upcoming(at=now())[:SHOWN],
        "to_record": _to_record(user),
    }


def _to_record(user: User) -> list[dict[str, Any]]:
    """Activities that this person led, with hours that still wait; late ones are red."""
    at = now()
    waiting = list(Activity.objects.filter(leader=user).unrecorded(at=at)[:SHOWN])
    return [
        {"activity": one, "due": (due := last_day_to_record(one.ends_at)), "is_late": localdate(at) > due}
        for one in waiting
    ]


def _overdue(user: User) -> QuerySet[Attendance]:
    return Attendance.objects.for_user(user, CONFIRM).overdue(at=now())


def _kept(user: User) -> QuerySet[KeptScan]:
    return KeptScan.objects.for_user(user, "volunteers.decide_keptscan").waiting()


def _odd(user: User) -> QuerySet[Oddity]:
    return Oddity.objects.for_user(user, "volunteers.decide_oddity").open()


def _to_confirm(user: User) -> QuerySet[Attendance]:
    return Attendance.objects.for_user(user, CONFIRM).to_confirm()


def _forgotten(user: User) -> QuerySet[Attendance]:
    return Attendance.objects.for_user(user, CONFIRM).forgotten()


def _double_uses(user: User) -> QuerySet[OfflineUse]:
    return OfflineUse.objects.for_user(user, "volunteers.decide_offlineuse").to_decide()


def _objections(user: User) -> QuerySet[PaidWork]:
    return PaidWork.objects.for_user(user, "volunteers.confirm_paidwork").objected()


def _published() -> QuerySet[Activity]:
    return Activity.objects.filter(status=Activity.Status.PUBLISHED)


SECTIONS.append(Section("volunteers/_community.html", _community, order=60))
MY_SECTIONS.append(Section("volunteers/_mine.html", _mine, order=60))
ATTENDANCES = "/admin/volunteers/attendance/?status__exact="
TODO += [
    Todo(_("Hours to confirm"), _to_confirm, url=f"{ATTENDANCES}left", since="ended_at"),
    Todo(
        _("Vouchers used twice"),
        _double_uses,
        url="/admin/volunteers/offlineuse/?status__exact=double",
        since="received_at",
    ),
    Todo(_("Forgotten check-outs"), _forgotten, url=f"{ATTENDANCES}forgotten", since="started_at"),
    Todo(
        _("Hours over the limit for recording (ten working days)"),
        _overdue,
        url="/admin/volunteers/attendance/?overdue=1",
        since="started_at",
    ),
    Todo(
        _("Check-ins sent later, to look at"),
        _kept,
        url="/admin/volunteers/keptscan/?status__exact=waiting",
        since="arrived_at",
    ),
    Todo(
        _("Objections to paid work that a team entered"),
        _objections,
        url="/admin/volunteers/paidwork/?status__exact=objected",
    ),
    Todo(_("Odd patterns in attendance"), _odd, url="/admin/volunteers/oddity/?status__exact=open", since="found_at"),
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
