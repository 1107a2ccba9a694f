"""What happens around accounts: sign-ins, refusals, roles, exports; append-only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.grants import Role, roles_granting

from .regions import Region, ScopedQuerySet

if TYPE_CHECKING:
    from .users import User


class AboutPeopleQuerySet(ScopedQuerySet):
    """Rows about people: seen where the person belongs; by an administrator also what belongs to no place at all,
    as a failed sign-in, or an account that holds no role yet."""

    def _reach(self, user: User | AnonymousUser, perm: str) -> models.Q:
        reach = super()._reach(user, perm)
        if user.is_authenticated and user.is_active and Role.ADMINISTRATOR in user.roles & roles_granting(perm):
            reach |= self._nowhere()
        return reach

    def _nowhere(self) -> models.Q:
        return models.Q(region=None)


class AuditEvent(models.Model):
    """审计事件: one thing that happened to an account. It holds no personal data beyond who it concerns.

    The database refuses to change or delete a row (migration `accounts_are_guarded`).
    """

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        REFUSED = "refused", _("sign-in failed")
        LOCKED = "locked", _("locked for a while")
        SIGNED_OUT = "signed_out", _("signed out")
        SESSION_ENDED = "session_ended", _("signed out another device")
        ENROLLED = "enrolled", _("account made")
        CHANGED = "changed", _("account changed")
        ROLE_GIVEN = "role_given", _("role given")
        ROLE_ENDED = "role_ended", _("role ended")
        DEACTIVATED = "deactivated", _("deactivated")
        REACTIVATED = "reactivated", _("reactivated")
        PASSWORD_LINK = "password_link", _("password link made")
        PASSWORD_CHANGED = "password_changed", _("password changed")
        PHONE_CHANGED = "phone_changed", _("phone number changed")
        FACTOR_ON = "factor_on", _("second factor switched on")
        FACTOR_OFF = "factor_off", _("second factor switched off")
        RECOVERY_CODES = "recovery_codes", _("recovery codes made")
        CONSENTED = "consented", _("consented")
        WITHDREW = "withdrew", _("withdrew consent")
        ERASED = "erased", _("personal data deleted")
        EXPORTED = "exported", _("exported data")

    kind = models.CharField(_("what"), max_length=32, choices=Kind)
    actor = models.ForeignKey(
        "communities.User", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by whom")
    )
    subject = models.ForeignKey(
        "communities.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="audit_events",
        verbose_name=_("about whom"),
    )
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    reason = models.TextField(_("reason"), blank=True)
    detail = models.JSONField(_("detail"), default=dict, blank=True)
    # Keyed fingerprints: attempts from one place or at one name can be seen together, and read by nobody.
    address_index = models.CharField(_("place (fingerprint)"), max_length=64, blank=True)
    account_index = models.CharField(_("account (fingerprint)"), max_length=64, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AboutPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit")
        indexes = [models.Index(fields=["subject", "-id"], name="audit_of_a_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.subject or '—'}"

    @property
    def actor_name(self) -> str:
        return self.actor.shown_name if self.actor else "—"

    @property
    def old_label(self) -> str:
        return ""

    @property
    def new_label(self) -> str:
        return self.get_kind_display()
