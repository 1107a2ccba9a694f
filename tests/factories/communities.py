from datetime import date, timedelta

from django.utils.timezone import now
from factory import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from communities import models
from communities.grants import Role
from communities.notices import CHANGE

__all__ = [
    "CalendarDayFactory",
    "ChannelChoiceFactory",
    "DeliveryFactory",
    "KeptAnswerFactory",
    "NoticeFactory",
    "RegionFactory",
    "ResidentFactory",
    "RoleAssignmentFactory",
    "StatusChangeFactory",
    "UntoldFactory",
    "UserFactory",
]

Level = models.Region.Level


class RegionFactory(DjangoModelFactory):
    """A community of its own, without anything above it; `parent=` hangs it below another region."""

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
            f"{o.parent.code}{o.number % 1000:0{2 if len(o.parent.code) == 4 else 3}}"
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
    phone = Sequence("+8613{:09}".format)


class CalendarDayFactory(DjangoModelFactory):
    class Meta:
        model = models.CalendarDay

    day = Sequence(lambda n: date(2100, 1, 1) + timedelta(days=n))
    by = SubFactory(UserFactory)


class StatusChangeFactory(DjangoModelFactory):
    """Somebody began something: a role, unless another `target` is given."""

    class Meta:
        model = models.StatusChange

    target = SubFactory(RoleAssignmentFactory)
    region = SubFactory(RegionFactory)
    new = "active"
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
