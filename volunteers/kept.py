"""What the volunteers' part keeps about a person: profile, service, certificates, every point."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.own_data import KEPT, NOT_HANDED_OUT, Kept
from volunteers.models import (
    Activity,
    Attendance,
    CalendarLink,
    Certificate,
    Clerk,
    Correction,
    CoursePlace,
    DeviceMark,
    FormerHours,
    Gift,
    KeptScan,
    Lot,
    Oddity,
    OfflineUse,
    PaidWork,
    PointEntry,
    Redemption,
    Reservation,
    Safeguard,
    Signup,
    StarAward,
    Volunteer,
)

KEPT += [
    Kept(
        Volunteer,
        lambda user: Volunteer.objects.filter(user=user),
        [
            *["number", "name", "sex", "nationality", "born", "guardian", "guardian_agreed_on"],
            *["document_type", "document_number", "region__name", "status"],
        ],
    ),
    Kept(
        Volunteer,
        lambda user: Volunteer.objects.filter(user=user).exclude(skills=None),
        ["skills__name", "skills__name_en"],
        Volunteer._meta.get_field("skills").verbose_name,
    ),
    Kept(
        Volunteer,
        lambda user: Volunteer.objects.filter(user=user).exclude(kinds=None),
        ["kinds__name", "kinds__name_en"],
        Volunteer._meta.get_field("kinds").verbose_name,
    ),
    Kept(
        Safeguard,
        lambda user: Safeguard.objects.filter(volunteer__user=user),
        ["kind", "for_kind__name", "title", "starts_on", "ends_on", "status"],
    ),
    Kept(
        PaidWork,
        lambda user: PaidWork.objects.filter(volunteer__user=user),
        ["started_at", "ended_at", "agreement", "by_team", "status"],
    ),
    Kept(CalendarLink, lambda user: CalendarLink.objects.filter(volunteer__user=user), ["made_at"]),
    Kept(
        Signup,
        lambda user: Signup.objects.filter(volunteer__user=user),
        ["activity__title", "activity__starts_at", "status", "queued_at"],
    ),
    Kept(
        Attendance,
        lambda user: Attendance.objects.filter(volunteer__user=user),
        [
            *["activity__title", "started_at", "ended_at", "minutes", "status", "means_in", "means_out"],
            *["evaluation", "points"],
        ],
    ),
    Kept(
        KeptScan,
        lambda user: KeptScan.objects.filter(volunteer__user=user),
        ["activity__title", "is_leaving", "means", "at", "phone_at", "arrived_at", "why"],
    ),
    Kept(
        Correction,
        lambda user: Correction.objects.filter(attendance__volunteer__user=user),
        [
            *["attendance__activity__title", "old_started_at", "old_ended_at", "started_at", "ended_at"],
            *["reason", "at"],
        ],
    ),
    Kept(
        DeviceMark,
        lambda user: DeviceMark.objects.filter(attendance__volunteer__user=user),
        ["attendance__activity__title", "is_leaving", "marker", "at"],
    ),
    Kept(
        Oddity,
        lambda user: Oddity.objects.filter(
            Q(pk__in=Attendance.objects.filter(volunteer__user=user).values("oddities")) | Q(volunteer__user=user)
        ),
        ["kind", "found_at", "status"],
    ),
    Kept(
        FormerHours,
        lambda user: FormerHours.objects.filter(volunteer__user=user),
        ["words", "kind__name", "first_on", "last_on", "minutes", "undone_at"],
    ),
    Kept(
        Certificate,
        lambda user: Certificate.objects.filter(volunteer__user=user),
        ["number", "name", "document", "first_on", "last_on", "minutes", "issued_at", "status"],
    ),
    Kept(
        StarAward,
        lambda user: StarAward.objects.filter(volunteer__user=user),
        ["level", "hours", "awarded_on", "status"],
    ),
    Kept(
        PointEntry,
        lambda user: PointEntry.objects.filter(account__volunteer__user=user),
        ["sequence", "journal__at", "journal__kind", "journal__reason", "amount", "balance_after"],
    ),
    Kept(Lot, lambda user: Lot.objects.filter(account__volunteer__user=user), ["expires_on", "left"]),
    Kept(
        Gift,
        lambda user: Gift.objects.filter(Q(giver__user=user) | Q(receiver__user=user)),
        ["at", "giver__number", "receiver__number", "points", "relation"],
    ),
    Kept(
        Redemption,
        lambda user: Redemption.objects.filter(volunteer__user=user),
        ["reward__title", "points", "code", "status", "redeemed_at", "valid_until", "used_at"],
    ),
    Kept(
        Reservation,
        lambda user: Reservation.objects.filter(volunteer__user=user),
        ["reward__title", "held_until", "status"],
    ),
    Kept(
        CoursePlace,
        lambda user: CoursePlace.objects.filter(volunteer__user=user),
        ["session__reward__title", "session__starts_at", "seat_number", "given_back_at"],
    ),
    Kept(
        OfflineUse,
        lambda user: OfflineUse.objects.filter(Q(clerk=user) | Q(redemption__volunteer__user=user)),
        ["partner__name", "presented_at", "received_at", "found", "status"],
    ),
    Kept(Clerk, lambda user: Clerk.objects.filter(user=user), ["partner__name"]),
    Kept(
        Activity,
        lambda user: Activity.objects.filter(leader=user),
        ["title", "starts_at", "ends_at", "status"],
        _("Activities I lead"),
    ),
]
NOT_HANDED_OUT |= {
    "volunteers.account": "is the sum of the point entries",
    "volunteers.openingbalance": "stands among the point entries",
    "volunteers.journal": "who posted it; whose points it moved stands among the point entries",
    "volunteers.settlement": "an act of staff for a partner, which says nothing of the person",
    "volunteers.stockchange": "an act of staff at a shelf, which says nothing of the person",
}
