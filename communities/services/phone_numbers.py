"""手机号: the number a person signs in with, changed by themselves with a number that they have just proven."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from communities.models import Refused, User

from . import devices, notices, residents
from .audit import Kind, write


@transaction.atomic
def change(user: User, *, phone: str, at: datetime, by: User, but: str = "") -> None:
    """Sign in by another number from now on; everywhere else (`but` is the session that stays) one is signed out.

    That the new number is theirs was proven by a code. The old one is told, the rolls follow.
    """
    if user.pk != by.pk:
        raise Refused(_("Everybody changes their own number."), code="not_yours")
    User.objects.select_for_update().get(pk=user.pk)
    if user.phone == phone:
        raise Refused(_("You already sign in with this number."), code="same_phone")
    if User.objects.with_phone(phone).exclude(pk=user.pk).exists():
        raise Refused(_("Another account signs in with this number."), code="phone_taken")
    old, old_index = user.phone, user.phone_index
    user.phone = phone
    user.save(update_fields=["phone", "phone_index"])
    residents.follow_phone(user, old_index=old_index, by=by)
    devices.end_all(user, by=by, but=but)
    event = write(Kind.PHONE_CHANGED, by=by, subject=user)
    notices.tell(
        [user],
        kind="phone_changed",
        key=f"phone_changed:{event.pk}",
        region=user.home_region(),
        params={"phone": user.masked_phone},
        url=reverse("communities:me"),
        at=at,
        sms_to=old,
    )
