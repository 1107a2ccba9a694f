"""赠送积分: to a family member or a neighbour in need, where the place's rule allows it."""

from __future__ import annotations

from datetime import datetime, time

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.services.notices import tell
from volunteers.models import Account, Gift, Journal, PointsRule, Volunteer

from . import accounts, expiries, journals, lots, profiles

Relation = Gift.Relation


def rule_for(giver: Volunteer, *, at: datetime) -> PointsRule | None:
    """The rule by which a volunteer may give points away now, if one allows it."""
    rule: PointsRule | None = PointsRule.objects.general_in(giver.region, on=localdate(at)).first()
    return rule if rule and rule.gifts_a_month else None


def left_this_month(giver: Volunteer, *, at: datetime) -> int:
    """How many points a volunteer may still give away this month."""
    rule = rule_for(giver, at=at)
    first = datetime.combine(localdate(at).replace(day=1), time(), localtime(at).tzinfo)
    given = Gift.objects.filter(giver=giver).points_since(first)
    return max(0, (rule.gifts_a_month or 0) - given) if rule else 0


@transaction.atomic
def give(
    giver: Volunteer,
    *,
    receiver: Volunteer,
    points: int,
    relation: str,
    key: str,
    by: User,
    at: datetime | None = None,
) -> Gift:
    """Give points to another volunteer, with the last day they have; the same key gives once. Both are told."""
    at = at or now()
    theirs = [accounts.of_volunteer(giver), accounts.of_volunteer(receiver)]
    # In the order of their keys, so that two who give to each other do not wait for each other.
    keys = [account.pk for account in theirs]
    locked = {each.pk: each for each in Account.objects.select_for_update().filter(pk__in=keys).order_by("pk")}
    if known := Gift.objects.filter(giver=giver, key=key).first():
        return _same(known, receiver, points, relation)
    check(giver, receiver=receiver, relation=relation, at=at)
    if not 1 <= points <= left_this_month(giver, at=at):
        left = left_this_month(giver, at=at)
        raise Refused(_("You may give away %(left)d more points this month.") % {"left": left}, code="gift_limit")
    expiries.catch_up(locked[theirs[0].pk], on=localdate(at))
    journal = _post(theirs, points, key=f"gift:{giver.pk}:{key}", region=giver.region, by=by, at=at)
    gift = Gift(region=giver.region, giver=giver, receiver=receiver, points=points, relation=relation)
    gift.key, gift.journal, gift.at = key, journal, at
    gift.save(force_insert=True)
    _tell(gift, "gift_made", giver.user, receiver)
    _tell(gift, "gift_received", receiver.user, giver)
    return gift


def check(giver: Volunteer, *, receiver: Volunteer, relation: str, at: datetime) -> None:
    """Refuse gifts that no rule allows, or to somebody outside its reach."""
    for one in (giver, receiver):
        profiles.must_be_active(one)
    rule = rule_for(giver, at=at)
    if rule is None:
        raise Refused(_("Points are not given away here."), code="no_gifts")
    if giver == receiver:
        raise Refused(_("A gift is for somebody else."), code="gift_is_for_another")
    if not rule.region.contains(receiver.region):
        raise Refused(_("Points stay within the area of the rule: %(region)s.") % {"region": rule.region}, code="far")
    if relation == Relation.NEIGHBOUR and giver.region_id != receiver.region_id:
        raise Refused(_("A neighbour lives in your own community."), code="far")


def take_back(gift: Gift, *, reason: str, by: User) -> None:
    """Take a gift back by a reversing journal, with the reason; refused when it was already spent. Both are told."""
    with transaction.atomic():
        journals.reverse(gift.journal, reason=reason, by=by)
        for user, other in [(gift.giver.user, gift.receiver), (gift.receiver.user, gift.giver)]:
            _tell(gift, "gift_taken_back", user, other, reason=reason)


def _post(theirs: list[Account], points: int, *, key: str, region: object, by: User, at: datetime) -> Journal:
    giver, receiver = theirs
    days = lots.fits(giver, points)
    return journals.post(
        {giver: -points, receiver: points},
        days={receiver: days},
        kind=Journal.Kind.GIFT,
        region=region,
        reason="赠送积分",
        reason_en="gift of points",
        source=f"volunteer {giver.volunteer_id}",
        key=key,
        by=by,
        at=at,
    )


def _tell(gift: Gift, kind: str, user: User, other: Volunteer, reason: str = "") -> None:
    params = {"points": gift.points, "name": other.masked_name, "reason": reason}
    url = reverse("volunteers:points")
    tell([user], kind=kind, key=f"{kind}:{gift.pk}", region=gift.region, params=params, url=url)


def _same(known: Gift, receiver: Volunteer, points: int, relation: str) -> Gift:
    if (known.receiver_id, known.points, known.relation) != (receiver.pk, points, relation):
        raise Refused(_("This key was already used for another request."), code="key_reused")
    return known
