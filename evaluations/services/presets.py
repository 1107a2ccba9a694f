"""等级分数线: the three usual sets of thresholds, and the seeded scheme to begin with."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Refused, Region, User
from evaluations.models import Scheme
from evaluations.services import schemes

CENT = Decimal("0.01")


class Thresholds(TextChoices):
    """From which total on each grade is given."""

    HUNDRED = "100", gettext_lazy("of 100 points: 90, 80, 70, 60")
    THOUSAND = "1000", gettext_lazy("of 1000 points: 900, 800, 700, 600")
    THOUSAND_CLOSE = "1000-close", gettext_lazy("of 1000 points: 950, 900, 850, 800")


NAMES = ("full_points", "at_5a", "at_4a", "at_3a", "at_2a")
POINTS = {
    Thresholds.HUNDRED: (100, 90, 80, 70, 60),
    Thresholds.THOUSAND: (1000, 900, 800, 700, 600),
    Thresholds.THOUSAND_CLOSE: (1000, 950, 900, 850, 800),
}


@transaction.atomic
def begin(region: Region, *, by: User, thresholds: str = Thresholds.HUNDRED) -> Scheme:
    """Give a street the seeded scheme as a draft to adapt, with one of the usual sets of thresholds."""
    scheme = schemes.from_preset(region, by=by)
    set_thresholds(scheme, thresholds=thresholds, by=by)
    return scheme


@transaction.atomic
def set_thresholds(scheme: Scheme, *, thresholds: str, by: User) -> None:
    """Give a draft one of the usual sets of thresholds; all points in it change with the points at full marks."""
    fields = dict(zip(NAMES, map(Decimal, POINTS[Thresholds(thresholds)]), strict=True))
    factor = fields["full_points"] / scheme.full_points
    if factor != 1:
        _scale(scheme.indicators.all(), "weight", factor)
        _scale(scheme.gates.all(), "at_least", factor)
        if scheme.bonus_cap is not None:
            fields["bonus_cap"] = _scaled(scheme.bonus_cap, factor)
    schemes.edit(scheme, by=by, **fields)


def _scale(rows: Iterable[Any], field: str, factor: Decimal) -> None:
    for row in rows:
        setattr(row, field, _scaled(getattr(row, field), factor))
        row.save(update_fields=[field])


def _scaled(points: Decimal, factor: Decimal) -> Decimal:
    exact = points * factor
    if exact != exact.quantize(CENT):
        raise Refused(
            _("%(points)s points become %(exact)s: more than two decimal places. Change that first.")
            % {"points": points, "exact": f"{exact.normalize():f}"},
            code="not_exact",
        )
    return exact
