"""兑换: what points can be spent on, and with whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, Region, ScopedQuerySet


class PartnerQuerySet(ScopedQuerySet):
    owner_lookups = ("clerks__user",)

    def public(self) -> Self:
        return self.filter(status=Partner.Status.ACTIVE)


class Partner(Lifecycle):
    """兑换商户: a shop or school that honours points; its clerks accept vouchers."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")

    MOVES = {Status.ACTIVE: {Status.SUSPENDED}, Status.SUSPENDED: {Status.ACTIVE}}
    NEED_REASON = {Status.SUSPENDED}
    EVENTS = {
        "clerk added": _("clerk added"),
        "clerk removed": _("clerk removed"),
        "settled": _("month settled"),
        "priced": _("price of a point agreed"),
        "price withdrawn": _("price of a point taken back"),
    }

    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    address = models.CharField(pgettext_lazy("business", "address"), max_length=160, blank=True)
    telephone = models.CharField(_("telephone"), max_length=32, blank=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward partner")
        verbose_name_plural = _("reward partners")

    def __str__(self) -> str:
        english = "" if (get_language() or "zh").startswith("zh") else self.name_en
        return english or self.name


class Clerk(models.Model):
    """店员: a person who accepts vouchers for a partner."""

    partner = models.ForeignKey(Partner, models.CASCADE, related_name="clerks", verbose_name=_("partner"))
    user = models.ForeignKey("communities.User", models.PROTECT, related_name="clerkships", verbose_name=_("account"))

    class Meta:
        verbose_name = _("clerk")
        verbose_name_plural = _("clerks")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user"],
                name="clerk_once",
                violation_error_message=_("This person already is a clerk of this partner."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.partner}"


class RewardQuerySet(ScopedQuerySet):
    owner_lookups = ("partner__clerks__user",)

    def public(self) -> Self:
        return self.filter(status=Reward.Status.OFFERED)

    def offered(self, *, on: date) -> Self:
        return self.filter(status=Reward.Status.OFFERED, partner__status=Partner.Status.ACTIVE, valid_until__gte=on)

    def around(self, region: Region) -> Self:
        """Those open to somebody who lives in this region: offered there or above."""
        codes = [region.code[:length] for length in (4, 6, 9, 12) if length <= len(region.code)]
        return self.filter(region__code__in=codes)

    def with_free(self, *, at: datetime) -> Self:
        """Add how many pieces are free: those in stock, and those whose reservation is over and not yet put back."""
        over = Count("reservations", Q(reservations__status="held", reservations__held_until__lte=at), distinct=True)
        return self.annotate(free=F("stock") + over)


class Reward(Lifecycle):
    """兑换项目: a course, a coupon or goods for points. `region` and all below it may redeem.

    An empty stock means as many as people like. With `lesson_minutes` it is a course: what one redeems is a place in
    one of its classes. With `hold_hours` a piece can be reserved for so long. A voucher is valid for `days_valid`
    days, at most until the reward's own last day.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        OFFERED = "offered", _("offered")
        CLOSED = "closed", _("no longer offered")

    MOVES = {
        Status.DRAFT: {Status.OFFERED, Status.CLOSED},
        Status.OFFERED: {Status.CLOSED},
        Status.CLOSED: {Status.OFFERED},
    }

    partner = models.ForeignKey(Partner, models.PROTECT, related_name="rewards", verbose_name=_("partner"))
    title = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    about = models.TextField(_("description"), blank=True)
    about_en = models.TextField(_("description in English"), blank=True)
    points = models.PositiveIntegerField(_("points"))
    stock = models.IntegerField(_("stock"), null=True, blank=True)
    limit_per_person = models.PositiveIntegerField(_("limit per person"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"))
    kind = models.ForeignKey(
        "RewardKind", models.PROTECT, null=True, blank=True, related_name="rewards", verbose_name=_("kind of reward")
    )
    limit_per_month = models.PositiveIntegerField(
        _("limit per person in a month"), null=True, blank=True, help_text=_("In a calendar month; empty: no limit.")
    )
    days_valid = models.PositiveSmallIntegerField(
        _("days that a voucher is valid"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(3660)],
        help_text=_("From the day of redeeming; empty: until the last day above."),
    )
    hold_hours = models.PositiveSmallIntegerField(
        _("hours that a piece is held for somebody"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(168)],
        help_text=_("Empty: it cannot be reserved. Only for a counted stock."),
    )
    lesson_minutes = models.PositiveSmallIntegerField(
        _("length of a class in minutes"),
        null=True,
        blank=True,
        validators=[MinValueValidator(10), MaxValueValidator(960)],
        help_text=_("Makes it a course: people redeem a place in one of its classes."),
    )

    objects = RewardQuerySet.as_manager()

    class Meta:
        verbose_name = _("reward")
        verbose_name_plural = _("rewards")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=1),
                name="reward_costs_points",
                violation_error_message=_("A reward costs at least one point."),
            ),
            models.CheckConstraint(
                condition=Q(stock=None) | Q(stock__gte=0),
                name="stock_never_negative",
                violation_error_message=_("None are left."),
            ),
            models.CheckConstraint(
                condition=Q(hold_hours=None) | Q(stock__isnull=False, lesson_minutes=None),
                name="reserved_pieces_are_counted",
                violation_error_message=_("Only pieces of a counted stock can be reserved."),
            ),
            models.CheckConstraint(
                condition=Q(lesson_minutes=None) | Q(stock=None),
                name="a_course_counts_its_seats",
                violation_error_message=_("The seats of a course are those of its classes: leave the stock empty."),
            ),
        ]

    def __str__(self) -> str:
        return self.in_language("title")

    def get_absolute_url(self) -> str:
        return reverse("volunteers:reward", args=[self.pk])

    def in_language(self, field: str) -> str:
        """The title or text in the reader's language; Chinese where there is no English."""
        english = getattr(self, f"{field}_en") if not (get_language() or "zh").startswith("zh") else ""
        return english or getattr(self, field)

    @property
    def text(self) -> str:
        return self.in_language("about")

    @property
    def is_course(self) -> bool:
        return self.lesson_minutes is not None

    def voucher_until(self, *, on: date) -> date:
        """The last day of a voucher that is redeemed on this day."""
        if self.days_valid is None:
            return self.valid_until
        return min(self.valid_until, on + timedelta(days=self.days_valid - 1))


class StockChange(models.Model):
    """库存变动: pieces that a partner put in or took out, with the reason; redemptions count themselves."""

    reward = models.ForeignKey(Reward, models.PROTECT, related_name="stock_changes", verbose_name=_("reward"))
    pieces = models.IntegerField(_("pieces"))
    reason = models.CharField(_("reason"), max_length=200)
    actor = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("stock change")
        verbose_name_plural = _("stock changes")

    def __str__(self) -> str:
        return f"{self.pieces:+d} · {self.reason}"
