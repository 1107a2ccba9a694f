"""通知: telling people, once each, and what they then do with what they were told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from communities.models import ChannelChoice, Delivery, Notice, Refused, Region, StatusChange, User
from communities.models.record import record
from communities.notices import CHANGE, KINDS, is_urgent

Channel = Delivery.Channel
NIGHT_FROM, NIGHT_TO = time(22, 0), time(7, 30)


def tell(
    users: Iterable[User],
    *,
    kind: str,
    key: str,
    region: Region | None,
    params: dict[str, Any] | None = None,
    url: str = "",
    at: datetime | None = None,
    sms_to: str = "",
) -> None:
    """Remind these people of something; the same key tells nobody a second time.

    `kind` is declared in KINDS, `params` are what its words name. With `sms_to` an SMS goes to that number, whatever
    they chose, and none to their own.
    """
    if kind not in KINDS:
        raise LookupError(kind)
    about = {"kind": kind, "region": region, "params": params or {}, "url": url}
    _tell(users, key=key, at=at or now(), sms_to=sms_to, **about)


def tell_of(change: StatusChange, *, at: datetime) -> None:
    """Tell a change of status to those whom the thing names, except to the one who made it."""
    target: Any = change.target
    if not hasattr(target, "audience"):
        return
    users = [user for user in target.audience(change) if user.pk != change.actor_id]
    key, url = f"{CHANGE}:{change.pk}", target.notice_url()
    _tell(users, key=key, at=at, kind=CHANGE, region=change.region, change=change, url=url)


@transaction.atomic
def _tell(users: Iterable[User], *, key: str, at: datetime, sms_to: str = "", **fields: Any) -> None:
    people = {user.pk: user for user in users if user.is_active}
    told = set(Notice.objects.filter(key=key, user__in=people).values_list("user_id", flat=True))
    new = [Notice(user=user, key=key, at=at, **fields) for user in people.values() if user.pk not in told]
    # Two workers may tell the same at the same moment: the later one's rows are dropped by the constraint …
    Notice.objects.bulk_create(new, ignore_conflicts=True, batch_size=500)
    notices = Notice.objects.filter(key=key, user__in=[notice.user_id for notice in new])
    choices = ChannelChoice.objects.in_bulk(list(people), field_name="user_id")
    urgent = is_urgent(fields["kind"], fields.get("change"))
    deliveries = [
        Delivery(notice=notice, channel=channel, due_at=awake(at), to=sms_to if channel == Channel.SMS else "")
        for notice in notices
        for channel in _channels(people[notice.user_id], choices.get(notice.user_id, ChannelChoice()), urgent, sms_to)
    ]
    # … and so are its deliveries.
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True, batch_size=500)


def _channels(user: User, choice: ChannelChoice, urgent: bool, sms_to: str) -> list[str]:
    wanted = {
        Channel.SMS: sms_to or (user.phone and choice.wants_sms(is_urgent=urgent)),
        Channel.EMAIL: user.email and choice.by_email,
    }
    return [channel for channel, is_wanted in wanted.items() if is_wanted]


def awake(at: datetime) -> datetime:
    """This moment, or at night (22:00 to 7:30 in China) the end of the night."""
    local = localtime(at)
    if NIGHT_TO <= local.time() < NIGHT_FROM:
        return at
    morning = local.replace(hour=NIGHT_TO.hour, minute=NIGHT_TO.minute, second=0, microsecond=0)
    return morning if local.time() < NIGHT_TO else morning + timedelta(days=1)


def read(notice: Notice, *, by: User, at: datetime | None = None) -> None:
    """Mark a notice as read; its first reading counts."""
    Notice.objects.to(by).unread().filter(pk=notice.pk).update(read_at=at or now())


def read_all(user: User, *, by: User, at: datetime | None = None) -> int:
    """Mark everything a person was told as read."""
    return Notice.objects.to(user).to(by).unread().update(read_at=at or now())


def choose_channels(user: User, *, sms: str, by_email: bool, by: User) -> ChannelChoice:
    """Be told by SMS of what is urgent, of everything or of nothing, by e-mail or not; the inbox has everything."""
    if user.pk != by.pk:
        raise Refused(_("Everybody chooses this for themselves."), code="not_yours")
    values = {"sms": sms, "by_email": by_email}
    return ChannelChoice.objects.update_or_create(user=user, defaults=values)[0]


@transaction.atomic
def retry(delivery: Delivery, *, by: User, at: datetime | None = None) -> None:
    """Try a delivery again that had failed for good."""
    fields = {"status": Delivery.Status.WAITING, "tries": 0, "due_at": awake(at or now())}
    if not Delivery.objects.failed().filter(pk=delivery.pk).update(**fields):
        raise Refused(_("This delivery has not failed."), code="wrong_status")
    if region := delivery.notice.region:
        record(delivery, region=region, old=Delivery.Status.FAILED, new=Delivery.Status.WAITING, by=by)
