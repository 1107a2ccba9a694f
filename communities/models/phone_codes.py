"""One-time codes by SMS."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

TRIES = 5
LIFETIME = timedelta(minutes=10)


class PhoneCodeQuerySet(models.QuerySet["PhoneCode"]):
    def to(self, phone_index: str) -> Self:
        return self.filter(phone_index=phone_index)

    def open(self) -> Self:
        """Neither used nor replaced (it may have expired)."""
        return self.filter(closed_at=None)

    def usable(self, *, at: datetime) -> Self:
        return self.open().filter(expires_at__gt=at, tries__lt=TRIES)

    def since(self, moment: datetime) -> Self:
        return self.filter(at__gt=moment)

    def sent(self) -> Self:
        """Those that count against the limits: all but the ones the gateway would not take."""
        return self.filter(failed=False)


class PhoneCode(models.Model):
    """验证码: six digits sent to a phone, kept as a salted keyed hash, good once and for ten minutes."""

    phone_index = models.CharField(max_length=64)
    address_index = models.CharField(max_length=64, blank=True)
    salt = models.CharField(max_length=32)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)
    failed = models.BooleanField(_("not sent"), default=False)
    at = models.DateTimeField(_("at"))
    expires_at = models.DateTimeField(_("good until"))
    closed_at = models.DateTimeField(_("used or replaced at"), null=True, blank=True)

    objects = PhoneCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("one-time code")
        verbose_name_plural = _("one-time codes")
        indexes = [
            models.Index(fields=["phone_index", "at"], name="codes_of_a_phone"),
            models.Index(fields=["address_index", "at"], name="codes_of_a_place"),
        ]
        constraints = [
            # Two requests at once for one phone: the second finds the first one's code open.
            models.UniqueConstraint(
                fields=["phone_index"],
                condition=models.Q(closed_at=None),
                name="one_open_code_per_phone",
                violation_error_message=_("A code was just sent to this phone."),
            ),
            models.CheckConstraint(
                condition=models.Q(tries__lte=TRIES),
                name="a_code_is_tried_five_times",
                violation_error_message=_("Too many wrong tries. Please ask for a new code."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("at") + LIFETIME),
                name="a_code_lives_ten_minutes_at_most",
                violation_error_message=_("A code is good for ten minutes at most."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    @property
    def tries_left(self) -> int:
        return max(TRIES - self.tries, 0)
