"""Certificates, stars and what was taken over from before."""

from datetime import date, timedelta
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory
from PIL import Image

from volunteers import models
from volunteers.models.certificates import hash_of

from .communities import RegionFactory
from .uploads import UploadFactory
from .volunteers import START, ActivityKindFactory, JournalFactory, VolunteerFactory

__all__ = [
    "CertificateFactory",
    "FormerHoursFactory",
    "FormerImportFactory",
    "OpeningBalanceFactory",
    "SealFactory",
    "StarAwardFactory",
    "StarRuleFactory",
    "picture",
]


def picture(name="seal.png", colour="red", form="PNG"):
    """A small picture as somebody uploads it."""
    out = BytesIO()
    Image.new("RGB", (60, 60), colour).save(out, form)
    return SimpleUploadedFile(name, out.getvalue())


class SealFactory(DjangoModelFactory):
    class Meta:
        model = models.Seal

    region = SubFactory(RegionFactory)
    status = models.Seal.Status.IN_USE
    unit = Sequence("某社区居民委员会{}".format)
    unit_en = Sequence("Residents' Committee {}".format)
    picture = SubFactory(UploadFactory, name="seal.png", kind="png")


class CertificateFactory(DjangoModelFactory):
    """Two hours of one service in May."""

    class Meta:
        model = models.Certificate

    volunteer = SubFactory(VolunteerFactory)
    region = SelfAttribute("volunteer.region")
    status = models.Certificate.Status.VALID
    number = Sequence(lambda n: "".join("23456789"[int(digit)] for digit in f"{n:012o}"))
    name = SelfAttribute("volunteer.name")
    first_on = date(2026, 5, 1)
    last_on = date(2026, 5, 31)
    minutes = 120
    issued_at = START
    content = LazyAttribute(
        lambda o: {
            "volunteer": o.volunteer.number,
            "unit": {"zh": "某社区", "en": ""},
            "first_on": o.first_on.isoformat(),
            "last_on": o.last_on.isoformat(),
            "services": [{"kind": "patrol", "zh": "巡逻", "en": "patrol", "times": 1, "minutes": o.minutes}],
            "former": [],
            "minutes": o.minutes,
        }
    )
    content_hash = LazyAttribute(
        lambda o: hash_of({**o.content, "number": o.number, "issued_at": o.issued_at.timestamp()})
    )


class StarRuleFactory(DjangoModelFactory):
    class Meta:
        model = models.StarRule

    level = 1
    hours = 100
    starts_on = Sequence(lambda n: date(2001, 1, 1) + timedelta(days=n))


class StarAwardFactory(DjangoModelFactory):
    class Meta:
        model = models.StarAward

    volunteer = SubFactory(VolunteerFactory)
    region = SelfAttribute("volunteer.region")
    status = models.StarAward.Status.AWARDED
    level = 1
    hours = 100
    awarded_on = date(2026, 5, 1)


class FormerImportFactory(DjangoModelFactory):
    class Meta:
        model = models.FormerImport

    region = SubFactory(RegionFactory)
    status = models.FormerImport.Status.PREVIEWED
    file_name = "台账.xlsx"
    basis = "社区纸质台账"
    good_count = 0
    known_count = 0
    bad_count = 0
    expires_at = LazyFunction(lambda: now() + timedelta(days=1))


class FormerHoursFactory(DjangoModelFactory):
    class Meta:
        model = models.FormerHours

    volunteer = SubFactory(VolunteerFactory)
    region = SelfAttribute("volunteer.region")
    source = SubFactory(FormerImportFactory, region=SelfAttribute("..region"), status="confirmed")
    kind = SubFactory(ActivityKindFactory)
    words = "夜间巡逻"
    first_on = date(2024, 3, 1)
    last_on = date(2024, 12, 31)
    minutes = 600


class OpeningBalanceFactory(DjangoModelFactory):
    """Ten points that were taken over; posted before, as the database takes them no other way."""

    class Meta:
        model = models.OpeningBalance

    region = SubFactory(RegionFactory)
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    source = SubFactory(FormerImportFactory, region=SelfAttribute("..region"), status="confirmed")
    points = 10
    journal = LazyAttribute(lambda o: JournalFactory(volunteer=o.volunteer, points=o.points, kind="opening"))
