"""离线核销: what a till accepted without network is taken once; double use is found and put before staff."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from volunteers.models import Journal, OfflineUse, Redemption

from . import accounts, journals, redemptions

Status, Found = OfflineUse.Status, OfflineUse.Found
FOUND = {
    Redemption.Status.ISSUED: Found.GOOD,
    Redemption.Status.USED: Found.USED,
    Redemption.Status.CANCELLED: Found.CANCELLED,
    Redemption.Status.LAPSED: Found.LAPSED,
}


def take(code: str, *, key: UUID, presented_at: datetime, by: User, at: datetime | None = None) -> OfflineUse:
    """Take a voucher that a till accepted without network; the same key again changes nothing.

    The first for a voucher uses it, at this moment; one for a voucher that is no longer good is a double use. The
    device's clock only helps where a voucher's last day has passed on its way here.
    """
    at = at or now()
    redemption = redemptions.find(code, by=by)
    try:
        with transaction.atomic():
            return _take(redemption, key, min(presented_at, at), by=by, at=at)
    except IntegrityError:  # the same key was sent twice at the same moment
        return _same(OfflineUse.objects.get(key=key), redemption, by)


def _take(redemption: Redemption, key: UUID, presented_at: datetime, *, by: User, at: datetime) -> OfflineUse:
    locked = redemption.locked()
    if known := OfflineUse.objects.filter(key=key).first():
        return _same(known, redemption, by)
    use = OfflineUse(redemption=redemption, partner=redemption.reward.partner, clerk=by, key=key)
    use.region_id = redemption.region_id
    use.presented_at, use.received_at, use.found = presented_at, at, _found(locked, presented_at)
    use.begin(by=by)
    if use.found == Found.GOOD:
        redemption.move(Redemption.Status.USED, by=by, used_at=at, accepted_by=by)
    use.move(Status.ACCEPTED if use.found == Found.GOOD else Status.DOUBLE, by=by)
    return use


def _found(redemption: Redemption, presented_at: datetime) -> str:
    if redemption.status == Redemption.Status.ISSUED:
        try:
            redemptions.check_day(redemption, at=presented_at)
        except Refused as no:
            return Found.OTHER_DAY if no.code == "class_not_today" else Found.LAPSED
    return FOUND[Redemption.Status(redemption.status)]


def _same(known: OfflineUse, redemption: Redemption, by: User) -> OfflineUse:
    if (known.redemption_id, known.clerk_id) != (redemption.pk, by.pk):
        raise Refused(_("This key was already used for another request."), code="key_reused")
    return known


@transaction.atomic
def honour(use: OfflineUse, *, reason: str, by: User, at: datetime | None = None) -> None:
    """Pay the partner for a double use, with a reason: the points come out of the place's pool."""
    at = at or now()
    use.move(Status.HONOURED, by=by, reason=reason, decided_at=at)
    reward, points = use.redemption.reward, use.redemption.points
    journals.post(
        {accounts.pool_of(use.region): -points, accounts.of_partner(use.partner): points},
        kind=Journal.Kind.GRANT,
        region=use.region,
        reason=f"{reward.title}：重复使用由社区承担",
        reason_en=f"{reward.title_en or reward.title}: used twice, borne by the community",
        source=f"offline use {use.pk}",
        key=f"offline-use:{use.pk}",
        by=by,
        at=at,
    )


def refuse(use: OfflineUse, *, reason: str, by: User, at: datetime | None = None) -> None:
    """Let the partner bear a double use, with a reason."""
    use.move(Status.REFUSED, by=by, reason=reason, decided_at=at or now())
