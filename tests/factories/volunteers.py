from datetime import UTC, date, datetime, timedelta

from django.utils.timezone import localdate, now
from factory import LazyAttribute, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from volunteers import models
from volunteers.services import accounts, gifts, journals, pools

from .communities import RegionFactory, UserFactory

__all__ = [
    "AccountFactory",
    "ActivityFactory",
    "ActivityKindFactory",
    "AttendanceFactory",
    "CalendarLinkFactory",
    "CorrectionFactory",
    "DeviceMarkFactory",
    "FundingFactory",
    "GiftFactory",
    "JournalFactory",
    "KeptScanFactory",
    "LotFactory",
    "LotMoveFactory",
    "OddityFactory",
    "PaidWorkFactory",
    "PointEntryFactory",
    "PointsRuleFactory",
    "RepetitionFactory",
    "SafeguardFactory",
    "SignupFactory",
    "SkillFactory",
    "VolunteerFactory",
]

START = datetime(2026, 6, 1, 1, tzinfo=UTC)  # nine in the morning in Shanghai


class WordFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    code = Sequence("word-{}".format)
    name = Sequence("词{}".format)
    name_en = Sequence("word {}".format)


class ActivityKindFactory(WordFactory):
    class Meta:
        model = models.ActivityKind


class SkillFactory(WordFactory):
    class Meta:
        model = models.Skill


class VolunteerFactory(DjangoModelFactory):
    class Meta:
        model = models.Volunteer

    region = SubFactory(RegionFactory)
    status = models.Volunteer.Status.ACTIVE
    user = SubFactory(UserFactory)
    number = Sequence("{:08}".format)
    name = Sequence("志愿者{}".format)


class ActivityFactory(DjangoModelFactory):
    """A published activity of three hours."""

    class Meta:
        model = models.Activity

    region = SubFactory(RegionFactory)
    status = models.Activity.Status.PUBLISHED
    published_at = LazyAttribute(lambda o: None if o.status == "draft" else START)
    kind = SubFactory(ActivityKindFactory)
    title = Sequence("活动{}".format)
    place = "小广场"
    starts_at = START
    ends_at = LazyAttribute(lambda o: o.starts_at + timedelta(hours=3))
    places = 1000


class RepetitionFactory(DjangoModelFactory):
    """Every week from the first activity on, for a year; nothing is made yet."""

    class Meta:
        model = models.Repetition

    region = SubFactory(RegionFactory)
    status = models.Repetition.Status.RUNNING
    pattern = SubFactory(ActivityFactory, region=SelfAttribute("..region"))
    until = LazyAttribute(lambda o: o.made_until + timedelta(days=365))
    made_until = LazyAttribute(lambda o: localdate(o.pattern.starts_at))


class SafeguardFactory(DjangoModelFactory):
    """Insurance of this year."""

    class Meta:
        model = models.Safeguard

    region = SubFactory(RegionFactory)
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    status = models.Safeguard.Status.VALID
    kind = models.Safeguard.Kind.INSURANCE
    title = "某保险公司 保单1号"
    starts_on = date(2026, 1, 1)
    ends_on = date(2026, 12, 31)


class PaidWorkFactory(DjangoModelFactory):
    """Two hours, an hour after the activities begin; a team's contact entered them."""

    class Meta:
        model = models.PaidWork

    region = SubFactory(RegionFactory)
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    status = models.PaidWork.Status.ENTERED
    started_at = START + timedelta(hours=1)
    ended_at = LazyAttribute(lambda o: o.started_at + timedelta(hours=2))
    agreement = "某队 990102003004-2026-001"
    entered_by = SubFactory(UserFactory)
    by_team = True


class CalendarLinkFactory(DjangoModelFactory):
    class Meta:
        model = models.CalendarLink

    volunteer = SubFactory(VolunteerFactory)
    secret_hash = Sequence("{:064}".format)
    made_at = START


class SignupFactory(DjangoModelFactory):
    class Meta:
        model = models.Signup

    activity = SubFactory(ActivityFactory)
    region = SelfAttribute("activity.region")
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    status = models.Signup.Status.SIGNED_UP
    place_number = LazyAttribute(lambda o: o.activity.signups.count() + 1)
    queued_at = START


class AttendanceFactory(DjangoModelFactory):
    """Two hours there, from the activity's beginning; still there (or forgotten) has no end."""

    class Meta:
        model = models.Attendance

    activity = SubFactory(ActivityFactory)
    region = SelfAttribute("activity.region")
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    status = models.Attendance.Status.LEFT
    means_in = models.Attendance.Means.CODE
    started_at = SelfAttribute("activity.starts_at")
    ended_at = LazyAttribute(lambda o: o.started_at + timedelta(hours=2))
    minutes = LazyAttribute(lambda o: o.ended_at and (o.ended_at - o.started_at).seconds // 60)


class DeviceMarkFactory(DjangoModelFactory):
    class Meta:
        model = models.DeviceMark

    attendance = SubFactory(AttendanceFactory)
    is_leaving = False
    marker = Sequence("{:016x}".format)
    at = SelfAttribute("attendance.started_at")


class KeptScanFactory(DjangoModelFactory):
    """A check-in that came three days late and waits for the leader."""

    class Meta:
        model = models.KeptScan

    activity = SubFactory(ActivityFactory)
    region = SelfAttribute("activity.region")
    volunteer = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    status = models.KeptScan.Status.WAITING
    is_leaving = False
    means = models.Attendance.Means.LATE_CODE
    at = SelfAttribute("activity.starts_at")
    phone_at = SelfAttribute("at")
    arrived_at = LazyAttribute(lambda o: o.at + timedelta(days=3))
    why = models.KeptScan.Why.TOO_OLD
    attendance = LazyAttribute(lambda o: AttendanceFactory(activity=o.activity) if o.status == "noted" else None)
    sender = SelfAttribute("volunteer.user")
    key = Sequence("kept{}".format)


class OddityFactory(DjangoModelFactory):
    """Three people on one device."""

    class Meta:
        model = models.Oddity

    region = SubFactory(RegionFactory)
    status = models.Oddity.Status.OPEN
    kind = models.Oddity.Kind.DEVICE
    key = Sequence("device:{}".format)
    figures = {"people": 3}
    found_at = START


class CorrectionFactory(DjangoModelFactory):
    class Meta:
        model = models.Correction

    attendance = SubFactory(AttendanceFactory)
    old_started_at = SelfAttribute("attendance.started_at")
    started_at = SelfAttribute("attendance.started_at")
    ended_at = SelfAttribute("attendance.ended_at")
    reason = "记错了"
    actor = SubFactory(UserFactory)


class PointsRuleFactory(DjangoModelFactory):
    class Meta:
        model = models.PointsRule

    region = SubFactory(RegionFactory)
    points_per_hour = 10
    starts_on = date(2026, 1, 1)


class AccountFactory(DjangoModelFactory):
    """A volunteer's empty account."""

    class Meta:
        model = models.Account

    kind = models.Account.Kind.PERSON
    volunteer = SubFactory(VolunteerFactory)
    region = SelfAttribute("volunteer.region")
    balance = 0
    sequence = 0


class FundingFactory(DjangoModelFactory):
    """A thousand points that a sponsor gave."""

    class Meta:
        model = models.Funding

    region = SubFactory(RegionFactory)
    sponsor = "某银行"
    points = 1000
    basis = "合作协议第1号"
    key = Sequence("factory{}".format)
    by = SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, **fields):
        return pools.fund(fields.pop("region"), **fields)


class JournalFactory(DjangoModelFactory):
    """Points that a volunteer earned; written with its entries, for the database takes it no other way."""

    class Meta:
        model = models.Journal

    volunteer = SubFactory(VolunteerFactory)
    points = 10
    last_day = None
    kind = models.Journal.Kind.EARN
    region = SelfAttribute("volunteer.region")
    reason = "巡逻"
    source = "factory"
    key = Sequence("factory:{}".format)
    by = SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class, *args, volunteer, points, last_day, **fields):
        account = accounts.of_volunteer(volunteer)
        legs = {account: points, accounts.pool_of(volunteer.region): -points}
        return journals.post(legs, days={account: {last_day: points}} if last_day else {}, **fields)


class PointEntryFactory(DjangoModelFactory):
    """The volunteer's side of a journal."""

    class Meta:
        model = models.PointEntry

    journal = SubFactory(JournalFactory)

    @classmethod
    def _create(cls, model_class, *args, journal, **fields):
        return journal.entries.get(account__kind="person")


class LotFactory(DjangoModelFactory):
    """Ten points that are valid for long."""

    class Meta:
        model = models.Lot

    account = SubFactory(AccountFactory)
    expires_on = date(2098, 12, 31)

    @classmethod
    def _create(cls, model_class, *args, account, expires_on, **fields):
        JournalFactory(volunteer=account.volunteer, last_day=expires_on, **fields)
        return account.lots.get(expires_on=expires_on)


class LotMoveFactory(DjangoModelFactory):
    """The points as they went into their lot."""

    class Meta:
        model = models.LotMove

    lot = SubFactory(LotFactory)

    @classmethod
    def _create(cls, model_class, *args, lot, **fields):
        return lot.moves.get()


class GiftFactory(DjangoModelFactory):
    """Five points to a family member nearby, where a rule allows gifts; the giver earned them just before."""

    class Meta:
        model = models.Gift

    region = SubFactory(RegionFactory)
    giver = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    receiver = SubFactory(VolunteerFactory, region=SelfAttribute("..region"))
    points = 5
    relation = models.Gift.Relation.FAMILY
    key = Sequence("gift{}".format)

    @classmethod
    def _create(cls, model_class, *args, **fields):
        region, giver = fields.pop("region"), fields.pop("giver")
        if not gifts.rule_for(giver, at=now()):
            PointsRuleFactory(region=region, gifts_a_month=100)
        JournalFactory(volunteer=giver, points=fields["points"])
        return gifts.give(giver, by=giver.user, **fields)
