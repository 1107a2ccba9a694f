"""工作日历: entering what the State Council's yearly notice says."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import CalendarDay, Refused, User

LONGEST = 31


@transaction.atomic
def declare(
    first: date,
    *,
    last: date | None = None,
    is_working: bool,
    note: str = "",
    completes_year: bool | None = None,
    by: User,
) -> list[CalendarDay]:
    """Say of a day, or of all from the first to the last, whether offices work; said again, the later word holds.

    `completes_year`: whether with the last day the year's notice is entered in full; `None` leaves what was said.
    """
    last = last or first
    if last < first:
        raise Refused(_("The last day is before the first."), code="dates_reversed")
    if (last - first).days >= LONGEST:
        raise Refused(_("That is more than a month; please check the dates."), code="too_many_days")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    values: dict[str, Any] = {"is_working": is_working, "note": note, "by": by}
    entered = [CalendarDay.objects.update_or_create(day=day, defaults=values)[0] for day in days]
    if completes_year is not None:
        entered[-1].completes_year = completes_year
        entered[-1].save(update_fields=["completes_year"])
    return entered
