"""Who: people, and the roles they hold in a region."""

from __future__ import annotations

import re
import secrets
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.functional import cached_property
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from communities.encryption import EncryptedField, index_of, mask_name, mask_phone
from communities.grants import ANYONE, CONSOLE_ROLES, OWNER, PUBLIC_FUNCTIONS, Role, roles_granting

from .audit import AboutPeopleQuerySet
from .record import record
from .regions import Region, ScopedQuerySet

SYSTEM = "system"
# What stands in the place of a name that was forgotten, in every language.
NAMELESS = "***"
MADE_UP = re.compile(r"u[0-9a-f]{16}")


def made_up_username() -> str:
    """For somebody who has none of their own."""
    return f"u{secrets.token_hex(8)}"


class UserQuerySet(AboutPeopleQuerySet):
    """A person is seen where they hold a role or are on the roll."""

    owner_lookups = ("pk",)

    def _below(self, codes: tuple[str, ...] | list[str]) -> Any:
        roles = RoleAssignment.objects.active().within(*codes)
        residencies = self.model._meta.get_field("residencies").related_model.objects.within(*codes)
        return models.Q(pk__in=roles.values("user")) | models.Q(pk__in=residencies.values("user"))

    def _nowhere(self) -> models.Q:
        roles = RoleAssignment.objects.active().filter(user=models.OuterRef("pk"))
        residencies = self.model._meta.get_field("residencies").related_model.objects.filter(user=models.OuterRef("pk"))
        return ~models.Exists(roles) & ~models.Exists(residencies)

    def owned_by(self, user: User) -> Self:
        return self.filter(pk=user.pk)

    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_phone(self, phone: str) -> Self:
        """The person with this number in its international form."""
        return self.filter(phone_index=index_of(phone))


PeopleManager = BaseUserManager.from_queryset(UserQuerySet)


class UserManager(PeopleManager):
    def create_user(self, username: str = "", password: str | None = None, **fields: Any) -> User:
        """Add a person. Without a password they can sign in by phone code only."""
        user: User = self.model(username=username or made_up_username(), **fields)
        user.set_password(password)
        user.save()
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> User:
        """The first administrator, of the city; the regions must be there, or the account could do nothing.

        Raises ValidationError without a city.
        """
        city = Region.objects.filter(level=Region.Level.CITY).order_by("code").first()
        if not city:
            raise ValidationError(_("Import the regions first: an administrator is one of a city."), code="no_city")
        user: User = self.create_user(username, password, **fields)
        held = RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, region=city)
        record(held, region=city, new="active", by=self.system())
        return user

    def system(self) -> User:
        """The actor of what happens by the clock."""
        user: User = self.get_or_create(username=SYSTEM, defaults={"name": "系统", "password": "!"})[0]
        return user

    def by_phone(self, phone: str) -> User | None:
        """The person with this phone number in its international form (+86…), if there is one."""
        return self.filter(phone_index=index_of(phone)).first()

    def holding(self, role: str, *, region: Region) -> models.QuerySet[User]:
        """The people who hold this role in this region or in one above it."""
        codes = [region.code[:length] for length in (4, 6, 9, 12) if length <= len(region.code)]
        held = RoleAssignment.objects.active().filter(role=role, region__code__in=codes)
        return self.filter(is_active=True, pk__in=held.values("user"))


class User(AbstractBaseUser):
    """人员: anybody who signs in. What they may do comes from their roles alone; nobody is above the matrix."""

    username = models.CharField(_("user name"), max_length=64, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=64)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = EncryptedField(_("phone"), blank=True)
    phone_index = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001 (unique only where given)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined at"), default=now, editable=False)
    # Forgotten at their own request: what they did stays, who they are does not (communities/services/erasure.py).
    erased_at = models.DateTimeField(_("forgotten at"), null=True, blank=True, editable=False)

    objects = UserManager()

    PERSONAL = ("name", "phone", "email")

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(erased_at=None)
                | models.Q(is_active=False, phone="", phone_index=None, email="", name=NAMELESS),
                name="who_is_forgotten_stays_so",
                violation_error_message=_("This person's data was deleted at their request; the account stays closed."),
            )
        ]

    # Lists of people switch this on; the name is then shown to those alone who may see it.
    is_masked = False

    def __str__(self) -> str:
        return self.shown_name if self.is_masked else self.name or self.username

    @property
    def shown_name(self) -> str:
        """The name of somebody who acts in a public function; masked for everybody else."""
        if self.username == SYSTEM:
            return self.name
        running = {held.role for held in self.role_assignments.all() if held.ended_at is None}
        return mask_name(self.name) if running.isdisjoint(PUBLIC_FUNCTIONS) else self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.phone_index = index_of(self.phone) if self.phone else None
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)

    @property
    def has_made_up_username(self) -> bool:
        """Whether the platform chose the user name, for somebody who signs in by phone or not at all."""
        return self.username == SYSTEM or bool(MADE_UP.fullmatch(self.username))

    def home_region(self) -> Region | None:
        """Where this person belongs: the region of their first running role, else of the roll they are on."""
        assignment = self.role_assignments.active().select_related("region").order_by("id").first()
        residency = None if assignment else self.residencies.select_related("region").order_by("id").first()
        return assignment.region if assignment else residency and residency.region

    @cached_property
    def reach(self) -> list[tuple[str, str]]:
        """Every (role, division code) this person holds; read once a request."""
        return list(self.role_assignments.active().values_list("role", "region__code"))

    @property
    def roles(self) -> set[str]:
        return {role for role, _code in self.reach}

    def codes_granting(self, perm: str) -> list[str]:
        """The division codes below which this person holds the permission by a role."""
        roles = roles_granting(perm) - {OWNER, ANYONE}
        return sorted({code for role, code in self.reach if role in roles}) if roles else []

    @property
    def is_staff(self) -> bool:
        """Whether the staff console opens for this person."""
        return self.is_active and not CONSOLE_ROLES.isdisjoint(self.roles)

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: models.Model | None = None) -> bool:
        """Whether this person holds a permission: on this thing, or, without one, anywhere at all."""
        if not self.is_active:
            return False
        if obj is None:
            roles = roles_granting(perm)
            return any(role in roles for role, _code in self.reach)
        manager: Any = type(obj)._default_manager
        return bool(manager.for_user(self, perm).filter(pk=obj.pk).exists())

    def has_perms(self, perms: list[str], obj: models.Model | None = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff


class RoleAssignmentQuerySet(ScopedQuerySet):
    owner_lookups = ("user",)

    def active(self) -> Self:
        return self.filter(ended_at=None)


class RoleAssignment(models.Model):
    """任职: this person holds this role in this region and everything below it, until it ends."""

    user = models.ForeignKey(User, models.PROTECT, related_name="role_assignments", verbose_name=_("person"))
    region = models.ForeignKey(Region, models.PROTECT, related_name="role_assignments", verbose_name=_("region"))
    role = models.CharField(_("role"), max_length=32, choices=Role.choices)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    EVENTS = {
        "active": _("role given"),
        "ended": _("role ended"),
    }

    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "region", "role"],
                condition=models.Q(ended_at=None),
                name="one_running_assignment_each",
                violation_error_message=_("This person already holds this role there."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.region}"
