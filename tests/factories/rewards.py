from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from volunteers import models
from volunteers.services import accounts, journals, statements

from .communities import RegionFactory, UserFactory
from .uploads import UploadFactory
from .volunteers import START, JournalFactory, VolunteerFactory, WordFactory

__all__ = [
    "ClerkFactory",
    "CoursePlaceFactory",
    "CourseSessionFactory",
    "OfflineUseFactory",
    "PartnerFactory",
    "PartnerPriceFactory",
    "RedemptionFactory",
    "ReservationFactory",
    "RewardFactory",
    "RewardKindFactory",
    "RewardPhotoFactory",
    "SettlementFactory",
    "StockChangeFactory",
]


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = models.Partner

    region = SubFactory(RegionFactory)
    status = models.Partner.Status.ACTIVE
    name = Sequence("商户{}".format)


class ClerkFactory(DjangoModelFactory):
    class Meta:
        model = models.Clerk

    partner = SubFactory(PartnerFactory)
    user = SubFactory(UserFactory)


class PartnerPriceFactory(DjangoModelFactory):
    """Five fen a point, from before everything on."""

    class Meta:
        model = models.PartnerPrice

    partner = SubFactory(PartnerFactory)
    region = SelfAttribute("partner.region")
    status = models.PartnerPrice.Status.AGREED
    yuan = Decimal("0.0500")
    starts_on = date(2026, 1, 1)


class RewardFactory(DjangoModelFactory):
    """An unlimited coupon for 10 points."""

    class Meta:
        model = models.Reward

    partner = SubFactory(PartnerFactory)
    region = SelfAttribute("partner.region")
    status = models.Reward.Status.OFFERED
    title = Sequence("洗车券{}".format)
    points = 10
    valid_until = date(2099, 12, 31)


class StockChangeFactory(DjangoModelFactory):
    class Meta:
        model = models.StockChange

    reward = SubFactory(RewardFactory, stock=5)
    pieces = 5
    reason = "到货"
    actor = SubFactory(UserFactory)


class RedemptionFactory(DjangoModelFactory):
    """A voucher in hand; its volunteer earned the points just before."""

    class Meta:
        model = models.Redemption

    reward = SubFactory(RewardFactory)
    region = SelfAttribute("reward.region")
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    status = models.Redemption.Status.ISSUED
    points = SelfAttribute("reward.points")
    code = Sequence("VCHR{:06}".format)
    key = Sequence("key{}".format)
    valid_until = SelfAttribute("reward.valid_until")
    redeemed_at = START

    @classmethod
    def _create(cls, model_class, *args, **fields):
        volunteer, reward = fields["volunteer"], fields["reward"]
        earned = JournalFactory(volunteer=volunteer, points=fields["points"])
        spent = {
            accounts.of_volunteer(volunteer): -fields["points"],
            accounts.of_partner(reward.partner): fields["points"],
        }
        fields["journal"] = journals.post(
            spent,
            kind="redeem",
            region=reward.region,
            reason=reward.title,
            source="factory",
            key=f"factory:{fields['code']}",
            by=earned.actor,
        )
        return super()._create(model_class, *args, **fields)


class RewardKindFactory(WordFactory):
    class Meta:
        model = models.RewardKind


class RewardPhotoFactory(DjangoModelFactory):
    class Meta:
        model = models.RewardPhoto

    reward = SubFactory(RewardFactory)
    upload = SubFactory(UploadFactory)


class ReservationFactory(DjangoModelFactory):
    """A piece held for long."""

    class Meta:
        model = models.Reservation

    reward = SubFactory(RewardFactory, stock=5, hold_hours=24)
    region = SelfAttribute("reward.region")
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    status = models.Reservation.Status.HELD
    held_until = datetime(2098, 12, 31, tzinfo=UTC)


class CourseSessionFactory(DjangoModelFactory):
    """A class of two hours with seats for all, far ahead."""

    class Meta:
        model = models.CourseSession

    reward = SubFactory(RewardFactory, lesson_minutes=120)
    region = SelfAttribute("reward.region")
    status = models.CourseSession.Status.PLANNED
    starts_at = Sequence(lambda n: datetime(2090, 1, 1, 1, tzinfo=UTC) + timedelta(days=n))
    ends_at = LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))
    seats = 100


class CoursePlaceFactory(DjangoModelFactory):
    """A seat in a class, with its voucher."""

    class Meta:
        model = models.CoursePlace

    session = SubFactory(CourseSessionFactory)
    redemption = SubFactory(RedemptionFactory, reward=SelfAttribute("..session.reward"))
    volunteer = SelfAttribute("redemption.volunteer")
    seat_number = LazyAttribute(lambda o: o.session.places.count() + 1)


def called_off(voucher):
    """Make it the voucher of a place in a class that does not take place."""
    place = CoursePlaceFactory(redemption=voucher, session__reward=voucher.reward, session__region=voucher.region)
    models.CourseSession.objects.filter(pk=place.session_id).update(status="cancelled")


class OfflineUseFactory(DjangoModelFactory):
    """A voucher that was used before, accepted again without network."""

    class Meta:
        model = models.OfflineUse

    redemption = SubFactory(RedemptionFactory)
    region = SelfAttribute("redemption.region")
    partner = SelfAttribute("redemption.reward.partner")
    clerk = SubFactory(UserFactory)
    key = LazyFunction(uuid4)
    status = models.OfflineUse.Status.DOUBLE
    found = LazyAttribute(lambda o: "good" if o.status == "accepted" else "used")
    decided_at = LazyAttribute(lambda o: START if o.status in {"honoured", "refused"} else None)
    presented_at = START
    received_at = START


class SettlementFactory(DjangoModelFactory):
    """A month without vouchers, settled."""

    class Meta:
        model = models.Settlement

    partner = SubFactory(PartnerFactory)
    region = SelfAttribute("partner.region")
    month = date(2026, 5, 1)
    vouchers = points = 0
    content = LazyFunction(list)
    content_hash = statements.fingerprint([])
    by = SubFactory(UserFactory)
    at = START
