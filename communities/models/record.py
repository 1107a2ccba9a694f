"""What happened: every change of status, append-only, and the queue of those not yet told to people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .regions import Region, ScopedQuerySet

if TYPE_CHECKING:
    from .users import User

# So many rows in one statement: more would make it long, and no faster.
BATCH = 500


class StatusChangeQuerySet(ScopedQuerySet):
    def with_names(self) -> Self:
        """Fetch what `actor_name` is made of, in as many queries whatever the number of entries."""
        return self.prefetch_related("target", "actor__role_assignments")

    def about(self, target: models.Model) -> StatusChangeQuerySet:
        """The record of one thing, oldest first."""
        kind = ContentType.objects.get_for_model(target)
        return (
            self.filter(content_type=kind, object_id=target.pk).select_related("actor", "content_type").order_by("id")
        )


class StatusChange(models.Model):
    """状态记录: one step in the life of anything: who, when, from what to what, and why.

    The database refuses to change or delete a row (migration `record_is_append_only`).
    """

    content_type = models.ForeignKey(ContentType, models.PROTECT, db_index=False)  # first in the index below
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("region"))
    old = models.CharField(_("from"), max_length=32, blank=True)
    new = models.CharField(_("to"), max_length=32)
    actor = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"))
    reason = models.TextField(_("reason"), blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = StatusChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("record entry")
        verbose_name_plural = _("record")
        indexes = [models.Index(fields=["content_type", "object_id"], name="record_of_a_thing")]

    def __str__(self) -> str:
        return f"{self.old_label or '—'} → {self.new_label}"

    @property
    def actor_name(self) -> str:
        """Who did it, as those who read the record may know it: masked, or hidden where the thing says so."""
        hides: Any = getattr(self.target, "hides_actor", None)
        return gettext("anonymous") if hides and hides(self) else self.actor.shown_name

    @property
    def old_label(self) -> str:
        return self._label(self.old)

    @property
    def new_label(self) -> str:
        return self._label(self.new)

    def _label(self, value: str) -> str:
        model = self.content_type.model_class()
        labels = dict(getattr(model, "Status").choices) if hasattr(model, "Status") else {}  # noqa: B009
        labels |= getattr(model, "EVENTS", {})  # what else is recorded of it, beside changes of status
        return str(labels.get(value, value))


class UntoldQuerySet(ScopedQuerySet):
    region_lookup = "change__region"

    def due(self, *, at: datetime) -> Self:
        """Those to be told at this moment: what was never tried comes before what has failed, however much that is."""
        return self.filter(models.Q(next_at=None) | models.Q(next_at__lte=at)).order_by("tries", "id")

    def failing(self) -> Self:
        return self.filter(tries__gt=0)


class Untold(models.Model):
    """A record entry that the outbox has not yet turned into notices; the row goes when it has.

    One that cannot be told (by a fault of ours) is tried again, later and later.
    """

    change = models.OneToOneField(StatusChange, models.CASCADE, related_name="untold", verbose_name=_("record entry"))
    tries = models.PositiveSmallIntegerField(_("failed tries"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=64, blank=True)

    objects = UntoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("record entry still to be told")
        verbose_name_plural = _("record entries still to be told")
        indexes = [models.Index(fields=["tries", "id"], name="untold_in_order")]

    def __str__(self) -> str:
        return str(self.change)


def record(
    target: models.Model, *, region: Region, by: User, old: str = "", new: str, reason: str = ""
) -> StatusChange:
    """Write down that something happened, and queue it for the people it concerns."""
    change: StatusChange = StatusChange.objects.create(
        target=target, region=region, old=old, new=new, actor=by, reason=reason.strip()
    )
    if _concerns_others(change, target):
        Untold.objects.create(change=change)
    return change


def record_all(steps: Iterable[tuple[Any, str]], *, by: User, new: str, reason: str = "") -> None:
    """Write down the same step of many things, each given with its status before, where each of them is."""
    changes = [
        StatusChange(target=target, region=target.region, old=old, new=new, actor=by, reason=reason.strip())
        for target, old in steps
    ]
    StatusChange.objects.bulk_create(changes, batch_size=BATCH)
    told = [Untold(change=change) for change in changes if _concerns_others(change, change.target)]
    Untold.objects.bulk_create(told, batch_size=BATCH)


def _concerns_others(change: StatusChange, target: Any) -> bool:
    """What is told to nobody is not queued: who spends points themselves needs neither a notice nor a row for one."""
    concerns: Any = getattr(target, "concerns_others", None)
    return bool(concerns(change) if concerns else hasattr(target, "audience"))
