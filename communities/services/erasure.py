"""删除个人信息: a person is forgotten at their request (PIPL 47): what says who they are goes, sums and record stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils.translation import gettext as _

from communities.grants import PUBLIC_FUNCTIONS
from communities.models import (
    ChannelChoice,
    DemoPerson,
    KeptAnswer,
    PhoneCode,
    RecoveryCode,
    Refused,
    Resident,
    SecondFactor,
    User,
)
from communities.models.users import NAMELESS, made_up_username

from . import devices, failures, notices, roles
from .audit import Kind, write

# What is kept of an account for its person alone.
OWN: tuple[type[models.Model], ...] = (ChannelChoice, DemoPerson, KeptAnswer, RecoveryCode, SecondFactor)
# Why somebody cannot be forgotten yet, in words: an app adds `reasons(user)` in AppConfig.ready …
OBLIGATIONS: list[Callable[[User], Iterable[str]]] = []
# … and what it forgets: `forget(user, by=…)`, before the account goes.
ERASERS: list[Callable[..., None]] = []
# The same of somebody on the roll, who need not have an account: `forget(resident, by=…)`.
ROLL_ERASERS: list[Callable[..., None]] = []


def obligations(user: User) -> list[str]:
    """What must be over before this person can be forgotten; nothing for almost everybody."""
    running = user.role_assignments.active().filter(role__in=PUBLIC_FUNCTIONS).select_related("region")
    held = ", ".join(f"{one.get_role_display()} ({one.region})" for one in running.order_by("id"))
    ours = [_("A public function is held, which must end first: %(roles)s.") % {"roles": held}] if held else []
    return [*ours, *(reason for reasons in OBLIGATIONS for reason in reasons(user))]


@transaction.atomic
def erase(user: User, *, at: datetime, by: User, reason: str) -> None:
    """Forget a person: name, numbers and addresses go, the account is closed for good.

    What they did (votes cast, hours, points, what they signed) stays, of nobody. Raises Refused (obligations) while
    they owe something.
    """
    user.refresh_from_db(from_queryset=User.objects.select_for_update())
    if user.erased_at:
        raise Refused(_("This person's data was deleted already."), code="wrong_status")
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if still := obligations(user):
        raise Refused(" ".join(still), code="obligations")
    for forget in ERASERS:
        forget(user, by=by)
    for resident in user.residencies.exclude(status=Resident.Status.ERASED):
        _forget_resident(resident, by=by, reason=reason)
    for assignment in user.role_assignments.active().select_related("region", "user"):
        roles.end(assignment, by=by, reason=reason)
    _close(user, at=at, by=by, reason=reason)


@transaction.atomic
def erase_resident(resident: Resident, *, at: datetime, by: User, reason: str) -> None:
    """Forget somebody on the roll who asked for it at the office, and the account, if there is one."""
    if resident.user:
        erase(resident.user, at=at, by=by, reason=reason)
        resident.refresh_from_db()
    else:
        _forget_resident(resident, by=by, reason=reason)


def _forget_resident(resident: Resident, *, by: User, reason: str) -> None:
    for forget in ROLL_ERASERS:
        forget(resident, by=by)
    nobody = {"name": NAMELESS, "phone": "", "phone_index": "", "address": "", "household": ""}
    resident.move(Resident.Status.ERASED, by=by, reason=reason, is_representative=False, **nobody)


def _close(user: User, *, at: datetime, by: User, reason: str) -> None:
    phone, phone_index, username = user.phone, user.phone_index, user.username
    user.notices.all().delete()
    user.email = user.phone = ""
    if phone:
        about: dict[str, Any] = {"kind": "erased", "key": f"erased:{user.pk}", "region": user.home_region()}
        notices.tell([user], at=at, sms_to=phone, **about)
    user.name, user.username, user.is_active, user.erased_at = NAMELESS, made_up_username(), False, at
    user.set_unusable_password()
    user.save()
    devices.end_all(user, by=by)
    user.consents.running().update(withdrawn_at=at)
    for model in OWN:
        model._default_manager.filter(user=user).delete()
    PhoneCode.objects.filter(phone_index=phone_index).delete()
    failures.forgive(f"password:{username.casefold()}")
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=kind, object_id=str(user.pk)).update(object_repr=NAMELESS)
    write(Kind.ERASED, by=by, subject=user, reason=reason)
