from factory import LazyAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from communities import models
from communities.grants import Role

__all__ = ["RegionFactory", "ResidentFactory", "RoleAssignmentFactory", "UserFactory"]

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
