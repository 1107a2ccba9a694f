from datetime import date, timedelta

from django.utils.timezone import now
from factory import LazyAttribute, LazyAttributeSequence, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from communities import models
from communities.grants import Role
from communities.notices import CHANGE

__all__ = [
    "AuditEventFactory",
    "CalendarDayFactory",
    "ChannelChoiceFactory",
    "ConsentFactory",
    "DeliveryFactory",
    "DemoPersonFactory",
    "FailureCountFactory",
    "KeptAnswerFactory",
    "NoticeFactory",
    "PhoneCodeFactory",
    "RecoveryCodeFactory",
    "RegionFactory",
    "ResidentFactory",
    "RevealFactory",
    "RoleAssignmentFactory",
    "RollImportFactory",
    "SecondFactorFactory",
    "SignedInDeviceFactory",
    "StatusChangeFactory",
    "UntoldFactory",
    "UserFactory",
]

Level = models.Region.Level


class RegionFactory(DjangoModelFactory):
    """A community of its own, without anything above it; `parent=` hangs it below another region.

    Its codes stay clear of the low numbers that the fixtures of conftest.py have.
    """

    class Meta:
        model = models.Region

    class Params:
        number = Sequence(lambda n: n)

    parent = None
    level = LazyAttribute(
        lambda o: Level.values[Level.values.index(o.parent.level) + 1] if o.parent else Level.COMMUNITY
    )
    code = LazyAttribute(
        lambda o: (
            f"{o.parent.code}{10 + o.number % 90 if len(o.parent.code) == 4 else 100 + o.number % 900}"
            if o.parent
            else f"99{o.number:010}"
        )
    )
    name = Sequence("社区{}".format)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = models.User

    username = Sequence("user{}".format)
    name = Sequence("某人{}".format)
    password = "!"


class RoleAssignmentFactory(DjangoModelFactory):
    class Meta:
        model = models.RoleAssignment

    user = SubFactory(UserFactory)
    region = SubFactory(RegionFactory)
    role = Role.COMMUNITY_STAFF


class ResidentFactory(DjangoModelFactory):
    class Meta:
        model = models.Resident

    region = SubFactory(RegionFactory)
    status = models.Resident.Status.VERIFIED
    name = Sequence("居民{}".format)
    phone = LazyAttributeSequence(lambda o, n: "" if o.status == "erased" else f"+8613{n:09}")


class CalendarDayFactory(DjangoModelFactory):
    class Meta:
        model = models.CalendarDay

    day = Sequence(lambda n: date(2100, 1, 1) + timedelta(days=n))
    by = SubFactory(UserFactory)


class StatusChangeFactory(DjangoModelFactory):
    """Something happened to a resident, unless another `target` is given."""

    class Meta:
        model = models.StatusChange

    target = SubFactory(ResidentFactory)
    region = SelfAttribute("target.region")
    new = "verified"
    actor = SubFactory(UserFactory)


class UntoldFactory(DjangoModelFactory):
    class Meta:
        model = models.Untold

    change = SubFactory(StatusChangeFactory)


class KeptAnswerFactory(DjangoModelFactory):
    class Meta:
        model = models.KeptAnswer

    user = SubFactory(UserFactory)
    key = Sequence("key{}".format)
    status = 200
    body = Sequence(lambda n: {"id": n})


class NoticeFactory(DjangoModelFactory):
    class Meta:
        model = models.Notice

    user = SubFactory(UserFactory)
    region = SubFactory(RegionFactory)
    kind = CHANGE
    change = SubFactory(StatusChangeFactory)
    key = Sequence("key{}".format)
    at = LazyFunction(now)


class DeliveryFactory(DjangoModelFactory):
    class Meta:
        model = models.Delivery

    notice = SubFactory(NoticeFactory)
    channel = models.Delivery.Channel.EMAIL
    due_at = LazyFunction(now)


class ChannelChoiceFactory(DjangoModelFactory):
    class Meta:
        model = models.ChannelChoice

    user = SubFactory(UserFactory)


class AuditEventFactory(DjangoModelFactory):
    class Meta:
        model = models.AuditEvent

    kind = models.AuditEvent.Kind.SIGNED_IN
    subject = SubFactory(UserFactory)
    actor = SelfAttribute("subject")


class RevealFactory(DjangoModelFactory):
    """Somebody was shown a resident's phone number."""

    class Meta:
        model = models.Reveal

    target = SubFactory(ResidentFactory)
    region = SelfAttribute("target.region")
    field = "phone"
    by = SubFactory(UserFactory)
    purpose = "电话核实"


class ConsentFactory(DjangoModelFactory):
    class Meta:
        model = models.Consent

    user = SubFactory(UserFactory)
    kind = models.Consent.Kind.PRIVACY
    version = "1"


class PhoneCodeFactory(DjangoModelFactory):
    """A code nobody can know; tests that type one ask the service to send it."""

    class Meta:
        model = models.PhoneCode

    phone_index = Sequence("{:064}".format)
    salt = "salt"
    code_hash = "0" * 64
    at = LazyFunction(now)
    expires_at = LazyAttribute(lambda o: o.at + timedelta(minutes=10))


class FailureCountFactory(DjangoModelFactory):
    class Meta:
        model = models.FailureCount

    key = Sequence("{:064}".format)
    last_at = LazyFunction(now)


class SecondFactorFactory(DjangoModelFactory):
    class Meta:
        model = models.SecondFactor

    user = SubFactory(UserFactory)
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    confirmed_at = LazyFunction(now)


class RecoveryCodeFactory(DjangoModelFactory):
    class Meta:
        model = models.RecoveryCode

    user = SubFactory(UserFactory)
    code_hash = Sequence("{:064}".format)


class SignedInDeviceFactory(DjangoModelFactory):
    class Meta:
        model = models.SignedInDevice

    user = SubFactory(UserFactory)
    session_key = Sequence("session{}".format)
    started_at = LazyFunction(now)
    seen_at = LazyFunction(now)


class DemoPersonFactory(DjangoModelFactory):
    class Meta:
        model = models.DemoPerson

    user = SubFactory(UserFactory)
    label_zh = Sequence("演示人员{}".format)
    label_en = Sequence("Demo person {}".format)


class RollImportFactory(DjangoModelFactory):
    class Meta:
        model = models.RollImport

    region = SubFactory(RegionFactory)
    status = models.RollImport.Status.PREVIEWED
    file_name = "名册.xlsx"
    good_count = 1
    bad_count = 0
    payload = '{"good": [], "bad": []}'
    expires_at = LazyFunction(lambda: now() + timedelta(days=1))
