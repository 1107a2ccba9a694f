"""What guards a sign-in: counted failures, second factors, and the devices that are signed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField

FAILURES = 5
LOCKED_FOR = timedelta(minutes=15)


class FailureCount(models.Model):
    """失败计数: tries at one account's password or second factor since the last success.

    The key is a fingerprint of the account's name, known or not; five tries lock it for fifteen minutes, wherever
    they come from.
    """

    key = models.CharField(max_length=64, unique=True)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    last_at = models.DateTimeField(_("last try"))

    class Meta:
        verbose_name = _("failure count")
        verbose_name_plural = _("failure counts")

    def __str__(self) -> str:
        return f"{self.tries}"

    def is_locked(self, *, at: datetime) -> bool:
        return self.tries >= FAILURES and at < self.last_at + LOCKED_FOR


class SecondFactor(models.Model):
    """动态口令: an authenticator app (TOTP, RFC 6238); counts once the first code from it was right."""

    user = models.OneToOneField(
        "communities.User", models.CASCADE, related_name="second_factor", verbose_name=_("person")
    )
    secret = EncryptedField(_("secret"))
    confirmed_at = models.DateTimeField(_("switched on at"), null=True, blank=True)
    # A code is good once: the time step of the last one that was accepted.
    last_step = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("second factor")
        verbose_name_plural = _("second factors")

    def __str__(self) -> str:
        return str(self.user)


class RecoveryCode(models.Model):
    """恢复码: signs in once in place of the authenticator app."""

    user = models.ForeignKey("communities.User", models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recovery code")
        verbose_name_plural = _("recovery codes")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "code_hash"],
                name="recovery_codes_differ",
                violation_error_message=_("This recovery code exists already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class SignedInDevice(models.Model):
    """登录设备: one browser in which a person is signed in; ending it deletes its session."""

    user = models.ForeignKey("communities.User", models.CASCADE, related_name="devices", verbose_name=_("person"))
    session_key = models.CharField(max_length=40, unique=True)
    agent = models.CharField(_("browser"), max_length=200, blank=True)
    started_at = models.DateTimeField(_("signed in at"))
    seen_at = models.DateTimeField(_("last seen"))

    class Meta:
        verbose_name = _("signed-in device")
        verbose_name_plural = _("signed-in devices")

    def __str__(self) -> str:
        return str(self.label)

    @property
    def label(self) -> Any:
        """What people call it: the system and the browser, as far as the browser says."""
        known = [*_first(self.agent, SYSTEMS), *_first(self.agent, BROWSERS)]
        return " · ".join(known) or _("unknown device")


SYSTEMS = {"HarmonyOS": "HarmonyOS", "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows",
           "Mac OS": "Mac", "Linux": "Linux"}  # fmt: skip
BROWSERS = {"MicroMessenger": "WeChat", "Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}


def _first(agent: str, names: dict[str, str]) -> list[str]:
    return [name for mark, name in names.items() if mark in agent][:1]
