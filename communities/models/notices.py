"""通知: what people are told, and how it reaches them."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField, mask_name
from communities.notices import CHANGE, words, words_of_change

from .record import StatusChange
from .regions import Region, ScopedQuerySet


class NoticeQuerySet(ScopedQuerySet):
    owner_lookups = ("user",)

    def to(self, user: Any) -> Self:
        """What this person was told."""
        return self.filter(user=user)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def with_words(self) -> Self:
        """Fetch what the words are made of, in as many queries whatever the number of notices."""
        return self.select_related("region", "change__content_type").prefetch_related("change__target")


class Notice(models.Model):
    """通知: one thing told to one person, once; its words are made when it is read, in the reader's language."""

    user = models.ForeignKey("communities.User", models.CASCADE, related_name="notices", verbose_name=_("recipient"))
    # None for somebody who belongs nowhere yet.
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    kind = models.CharField(_("kind"), max_length=64)
    change = models.ForeignKey(StatusChange, models.PROTECT, null=True, blank=True, related_name="notices")
    params = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    url = models.CharField(max_length=255, blank=True)
    key = models.CharField(max_length=128)
    at = models.DateTimeField(_("at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="told_once")]
        indexes = [
            models.Index(fields=["key"], name="notices_by_key"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="unread_notices"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """What it says, in the language of the moment."""
        if self.kind == CHANGE:
            return words_of_change(self.change)
        return words(self.kind, self.params)


class DeliveryQuerySet(ScopedQuerySet):
    region_lookup = "notice__region"

    def failed(self) -> Self:
        return self.filter(status=Delivery.Status.FAILED)

    def due(self, *, at: datetime) -> Self:
        """Waiting and due, or claimed by a worker that has not been heard of since."""
        waiting = Q(status=Delivery.Status.WAITING, due_at__lte=at)
        return self.filter(waiting | Q(status=Delivery.Status.CLAIMED, due_at__lte=at)).order_by("due_at", "id")


class Delivery(models.Model):
    """投递: a notice on its way by e-mail or SMS; `key` stays the same however often it is tried."""

    class Channel(models.TextChoices):
        SMS = "sms", _("SMS")
        EMAIL = "email", _("e-mail")

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="deliveries", verbose_name=_("notice"))
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    # Where it goes when that is not the person's own number or address (any more); forgotten once sent.
    to = EncryptedField(_("to another number"), blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    # When to try next; of a claimed one, when its worker is taken for dead.
    due_at = models.DateTimeField(_("due at"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=255, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["notice", "channel"], name="one_delivery_per_channel")]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(status__in=["waiting", "claimed"]), name="deliveries_under_way"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} · {mask_name(self.notice.user.name)}"


class ChannelChoice(models.Model):
    """通知方式: by which ways a person wants to be told, besides the inbox; without a row, as the defaults say."""

    class Sms(models.TextChoices):
        URGENT = "urgent", _("what is urgent: deadlines, answers I wait for, decisions against me")
        EVERYTHING = "everything", _("everything")
        NOTHING = "nothing", _("nothing")

    user = models.OneToOneField("communities.User", models.CASCADE, related_name="channel_choice")
    sms = models.CharField(_("by SMS"), max_length=16, choices=Sms, default=Sms.URGENT)
    by_email = models.BooleanField(_("by e-mail"), default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(sms__in=["urgent", "everything", "nothing"]),
                name="sms_choice_is_known",
                violation_error_message=_("Please choose which messages come by SMS."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)

    def wants_sms(self, *, is_urgent: bool) -> bool:
        return self.sms == self.Sms.EVERYTHING or (is_urgent and self.sms == self.Sms.URGENT)
