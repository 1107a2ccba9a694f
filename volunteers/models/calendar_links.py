"""日历订阅: the secret address under which a volunteer's own calendar reads what they signed up for."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.encryption import fingerprint
from communities.models import ScopedQuerySet


class CalendarLinkQuerySet(ScopedQuerySet):
    region_lookup = "volunteer__region"
    owner_lookups = ("volunteer__user",)

    def with_secret(self, secret: str) -> Self:
        """The link that this secret opens; nothing when it was ended, or its person left or was closed out."""
        return self.filter(secret_hash=fingerprint(secret), volunteer__user__is_active=True).exclude(
            volunteer__status="left"
        )


class CalendarLink(models.Model):
    """日历订阅链接: one a volunteer at most; a new one ends the old. Only the fingerprint of its secret is stored."""

    volunteer = models.OneToOneField(
        "Volunteer", models.PROTECT, related_name="calendar_link", verbose_name=_("volunteer")
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))

    objects = CalendarLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar link")
        verbose_name_plural = _("calendar links")

    def __str__(self) -> str:
        return str(self.volunteer)
