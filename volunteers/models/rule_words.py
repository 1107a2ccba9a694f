"""What else a points rule says, in words for those who earn by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from .worth import WHOLE

if TYPE_CHECKING:
    from .rules import PointsRule


def terms_of(rule: PointsRule) -> list[str]:
    """Factors, caps, last day and gifts, as far as the rule has them."""
    hot = {"percent": rule.heat_percent, "first": rule.heat_from, "last": rule.heat_until}
    said = [
        (rule.night_percent != WHOLE, _("by night (22:00 to 06:00) %(n)d %%") % {"n": rule.night_percent}),
        (
            rule.heat_percent != WHOLE and rule.heat_from,
            _("in the hot months %(first)s to %(last)s %(percent)d %%") % hot,
        ),
        (rule.cap_a_day is not None, _("at most %(cap)s a day") % {"cap": rule.cap_a_day}),
        (rule.cap_a_month is not None, _("at most %(cap)s a month") % {"cap": rule.cap_a_month}),
        (rule.months_valid, _("valid for %(months)s months") % {"months": rule.months_valid}),
        (rule.gifts_a_month, _("at most %(points)s a month may be given away") % {"points": rule.gifts_a_month}),
    ]
    return [words for holds, words in said if holds]
