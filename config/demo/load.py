"""The whole demo, or nothing of it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from communities.models import DemoPerson, Refused

from . import past, present, records, volunteering
from .cast import Cast, gather
from .clock import Clock

REGIONS = settings.BASE_DIR / "communities/fixtures/jinhua/regions.csv"


@transaction.atomic
def load(*, today: date) -> Cast | None:
    """Make the demo relative to this day; None when it is there already.

    Raises Refused outside demo mode: a platform with real people has no invented ones.
    """
    if not settings.DEMO:
        raise Refused("The demo is loaded in demo mode only (set DEMO=1).", code="no_demo")
    if DemoPerson.objects.exists():
        return None
    call_command("import_regions", str(REGIONS), verbosity=0)
    call_command("loaddata", "jinhua", verbosity=0)
    cast = gather(Clock(today))
    story = past.live(cast)
    present.live(cast, story)
    present.neighbour(cast)
    volunteering.live(cast)
    records.live(cast)
    return cast
