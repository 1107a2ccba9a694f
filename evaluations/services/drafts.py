"""What may be written in a score sheet, by whichever way it comes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.models import Refused
from evaluations.models import Indicator, Mark, MarkChange, ScoreSheet
from evaluations.models.committees import SEAT_HAS_PASSED

SEALED = gettext_lazy("This score sheet is already submitted; correct it by a new version.")


def check_ranges(values: Mapping[Indicator, Decimal | None]) -> None:
    """Refuse a mark that is not between 0 and the indicator's full marks."""
    for indicator, value in values.items():
        if value is not None and not 0 <= value <= (indicator.full or 0):
            raise Refused(
                _("%(indicator)s: a mark lies between 0 and %(full)s.")
                % {"indicator": indicator, "full": indicator.full},
                code="mark_out_of_range",
            )


def carry_over(
    old: ScoreSheet, new: ScoreSheet, *, at: datetime, instead: Mapping[Indicator, Decimal] | None = None
) -> None:
    """Write a sealed sheet's marks into its next version, each still of the change that made it.

    `instead` are marks that are right for some of them: each is a change of its own, on record as one from a device.
    """
    right = {indicator.pk: (value, uuid4()) for indicator, value in (instead or {}).items()}
    new.marks.all().delete()  # of a version that was begun and never handed in
    notes = {mark.indicator_id: mark.note for mark in old.marks.all()}
    stand = {mark.indicator_id: (mark.value, mark.change) for mark in old.marks.all()}
    Mark.objects.bulk_create(
        Mark(sheet=new, indicator_id=indicator, value=value, note=notes[indicator], change=change)
        for indicator, (value, change) in {**stand, **right}.items()
    )
    MarkChange.objects.bulk_create(
        MarkChange(sheet=new, indicator_id=indicator, key=key, value=value, note=notes[indicator], at=at)
        for indicator, (value, key) in right.items()
    )


def check_open(sheet: ScoreSheet, at: datetime) -> None:
    """Refuse what comes after the round was closed, or from a seat that has passed on, by the platform's clock."""
    if not sheet.rating.round.is_open(at):
        raise Refused(
            _("“%(round)s” is closed for marks. What you saved is kept but not counted; please talk to the street.")
            % {"round": sheet.rating.round},
            code="round_is_closed",
        )
    if not sheet.member.serves(localdate(at)):
        raise Refused(SEAT_HAS_PASSED, code="seat_has_passed")
