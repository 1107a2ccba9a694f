"""What the volunteers' part forgets of a person who asked for it: hours and points stay, of a number without a name."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import User
from communities.models.users import NAMELESS
from volunteers.models import Activity, Attendance, Redemption, Volunteer

from . import calendars, certificates, volunteers

Status = Volunteer.Status
PERSONAL = ("born", "guardian", "sex", "document_type", "document_number", "minor_index")


def obligations(user: User) -> Iterable[str]:
    """Vouchers are used or given back, stays are ended, activities led by another first."""
    for voucher in Redemption.objects.filter(volunteer__user=user, status=Redemption.Status.ISSUED):
        yield _("The voucher “%(reward)s” is not used yet; use it or give it back first.") % {"reward": voucher.reward}
    for stay in Attendance.objects.open().filter(volunteer__user=user).select_related("activity"):
        yield _("Still checked in at “%(title)s”; check out first.") % {"title": stay.activity.title}
    for activity in Activity.objects.upcoming(at=now()).filter(leader=user):
        yield _("Leader of the activity “%(title)s”; let the community name another first.") % {"title": activity.title}


def forget(user: User, *, by: User) -> None:
    """Leave, give places back, forget all that is personal, on certificates and policies too, end the calendar link."""
    for volunteer in Volunteer.objects.filter(user=user).select_related("user", "region"):
        if volunteer.status != Status.LEFT:
            volunteers.leave(volunteer, by=by)
        volunteers.give_back(volunteer, by=by)
        volunteer.name = NAMELESS
        for field in PERSONAL:
            setattr(volunteer, field, "")
        volunteer.guardian_agreed_on = None
        volunteer.save(update_fields=["name", *PERSONAL, "guardian_agreed_on"])
        volunteer.skills.clear()
        volunteer.safeguards.update(title=NAMELESS)
        certificates.forget(volunteer)
        volunteer.kinds.clear()
        calendars.end_link(volunteer, by=by)
