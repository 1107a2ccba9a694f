"""谁可以兑换: who may have what, and how many of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext as _

from communities.models import Refused
from volunteers.models import Partner, Redemption, Reward, Volunteer

from . import profiles


def check(reward: Reward, *, volunteer: Volunteer, at: datetime) -> None:
    """Refuse who may not have this reward now.

    The codes are `not_active`, `not_offered`, `elsewhere`, `limit_reached` and `month_limit_reached`.
    """
    profiles.must_be_active(volunteer)
    is_offered = reward.status == Reward.Status.OFFERED and reward.partner.status == Partner.Status.ACTIVE
    if not is_offered or reward.valid_until < localdate(at):
        raise Refused(_("This reward is no longer offered."), code="not_offered")
    if not reward.region.contains(volunteer.region):
        raise Refused(_("This reward is for volunteers of %(region)s.") % {"region": reward.region}, code="elsewhere")
    _check_limits(reward, volunteer, at)


def _check_limits(reward: Reward, volunteer: Volunteer, at: datetime) -> None:
    had = Redemption.objects.live().filter(volunteer=volunteer, reward=reward)
    if reward.limit_per_person is not None and had.count() >= reward.limit_per_person:
        raise Refused(_("You have had as many of these as one person may."), code="limit_reached")
    since = localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if reward.limit_per_month is not None and had.filter(redeemed_at__gte=since).count() >= reward.limit_per_month:
        raise Refused(
            _("You have had as many of these this month as one person may; there are more next month."),
            code="month_limit_reached",
        )
