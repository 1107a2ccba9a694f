"""The demo's certificates, stars and former records: taken over from a paper ledger, awarded and issued as usual."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from math import cos, pi, sin

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from communities import tables
from communities.models import Region, User
from volunteers.former_sheet import COLUMNS
from volunteers.models import ActivityKind, Certificate, Volunteer
from volunteers.services import certificates, former_imports, hours, seals, stars

from .cast import HOME, JIMINGSHAN, Cast
from .steps import DEMO_MARK

RED, SIZE, RING = (190, 30, 30, 255), 600, 24


def live(cast: Cast) -> None:
    """Each community keeps a seal and takes its paper records over; stars are awarded, and a certificate issued."""
    for code, staff, unit, unit_en in [
        (HOME, "community", "下王宅社区居民委员会", "Residents' Committee of Xiawangzhai Community"),
        (JIMINGSHAN, "jimingshan", "鸡鸣山社区居民委员会", "Residents' Committee of Jimingshan Community"),
    ]:
        with cast.clock.at(-20):
            seals.keep(cast.regions[code], unit=unit, unit_en=unit_en, file=_seal(), by=cast[staff])
            _take_over(cast.regions[code], by=cast[staff], until=cast.clock.day(-70))
    with cast.clock.at(-5):
        stars.award_due(on=cast.clock.day(-5), by=User.objects.system())
        for who in ("foreigner1", "resident"):
            stars.show(_volunteer(cast[who]), by=cast[who])
    with cast.clock.at(-2):
        _certificate(cast["foreigner1"], last=cast.clock.day(-2))
        _certificate(cast["resident"], last=cast.clock.day(-2))


def _volunteer(user: User) -> Volunteer:
    found: Volunteer = Volunteer.objects.select_related("region").get(user=user)
    return found


def _take_over(region: Region, *, by: User, until: date) -> None:
    """A paper ledger of the year before: 120 hours for one, 320 for another, and some points."""
    kind = ActivityKind.objects.get(code="patrol").name
    begins = until.replace(year=until.year - 1)
    rows = [
        [one.number, "", one.name, str(begins), str(until), kind, "", str(each), str(points or "")]
        for one, each, points in zip(
            Volunteer.objects.filter(region=region).order_by("pk"), (320, 120), (60, 0), strict=False
        )
    ]
    content, basis = tables.as_csv([COLUMNS, *rows]), f"{DEMO_MARK}社区纸质台账"
    taken = former_imports.preview(region, content=content, name="paper-ledger.csv", basis=basis, by=by)
    former_imports.confirm(taken, by=by)


def _certificate(user: User, *, last: date) -> Certificate:
    volunteer = _volunteer(user)
    return certificates.issue(volunteer, first_on=hours.first_day(volunteer) or last, last_on=last, by=user)


def _seal() -> SimpleUploadedFile:
    """A red ring with a star, on a clear ground."""
    image = Image.new("RGBA", (SIZE, SIZE), (255, 255, 255, 0))
    drawn, middle = ImageDraw.Draw(image), SIZE / 2
    drawn.ellipse((RING, RING, SIZE - RING, SIZE - RING), outline=RED, width=RING)
    radii = [middle * share for share in (0.42, 0.16)]
    points = [
        (middle + radii[turn % 2] * sin(pi * turn / 5), middle - radii[turn % 2] * cos(pi * turn / 5))
        for turn in range(10)
    ]
    drawn.polygon(points, fill=RED)
    out = BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile("seal.png", out.getvalue())
