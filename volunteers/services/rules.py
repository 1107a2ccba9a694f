"""积分规则: a rule in force is ended and followed by another, never changed."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, User
from communities.models.record import record
from volunteers.models import PointsRule


@transaction.atomic
def add(rule: PointsRule, *, by: User) -> PointsRule:
    """Set what service is worth from a day on."""
    rule.full_clean()
    rule.save(force_insert=True)
    record(rule, region=rule.region, new="added", by=by)
    return rule


@transaction.atomic
def end(rule: PointsRule, *, ends_on: date, by: User, reason: str = "") -> None:
    """Let a rule hold until this day."""
    locked = PointsRule.objects.select_for_update().get(pk=rule.pk)
    if locked.ends_on:
        raise Refused(_("This rule already ends on %(day)s.") % {"day": locked.ends_on}, code="wrong_status")
    rule.ends_on = ends_on
    rule.full_clean()
    rule.save(update_fields=["ends_on"])
    record(rule, region=rule.region, old="added", new="ended", by=by, reason=reason)
