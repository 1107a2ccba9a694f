"""How the rules of a scheme read in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from evaluations.models import EvaluatorGroup, Scheme


def plain(value: Decimal | None) -> str:
    """A number without the zeros at its end; nothing for none."""
    return "" if value is None else f"{value.normalize():f}"


def together(parts: Iterable[object]) -> str:
    """Several names one after the other, as the reader's language writes them."""
    return pgettext("between names", ", ").join(map(str, parts))


def rounding_of(scheme: Scheme) -> str:
    """The rounding step in words."""
    levels = [_("the total")]
    if scheme.round_indicators:
        levels.insert(0, _("the points of each indicator"))
    if scheme.round_groups:
        levels.insert(0, _("the figure of each group"))
    where = {"levels": together(levels), "places": scheme.places}
    return _("Rounded half up to %(places)s decimal places: %(levels)s.") % where


def method_of(group: EvaluatorGroup) -> str:
    """How a group's marks become one figure, in words."""
    if group.method != EvaluatorGroup.Method.TRIMMED_MEAN:
        return str(group.get_method_display())
    dropped = {"high": group.drop_high, "low": group.drop_low}
    return _("mean without the %(high)s highest and the %(low)s lowest") % dropped
