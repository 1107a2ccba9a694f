"""考评方案: what is looked at, by whom, with what weight, and which total is which grade."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet
from communities.models.refusals import TRIGGER_REFUSALS

TRIGGER_REFUSALS["scheme_is_frozen"] = _("A scheme that is in use is not changed; make a new version of it.")

POINTS: dict[str, Any] = {"max_digits": 7, "decimal_places": 2}
AT_LEAST_0 = MinValueValidator(Decimal(0))
GRADES = ("5A", "4A", "3A", "2A", "1A")


class Seat(models.TextChoices):
    """The four evaluator groups of a committee."""

    STREET = "street", _("street")
    COMMUNITY = "community", _("community representatives")
    RESIDENTS = "residents", _("resident representatives")
    THIRD_PARTY = "third_party", _("third party")


# The surveyed households have no seat: the household survey speaks for them, as a group with a weight of its own.
HOUSEHOLDS = "households"
GROUPS = [*Seat.choices, (HOUSEHOLDS, _("surveyed households"))]


class SchemeQuerySet(ScopedQuerySet):
    def usable(self) -> Self:
        """Those a round can be held by: drafts (opening freezes them) and those in use, the newest first."""
        return self.exclude(status=Scheme.Status.RETIRED).order_by("-id")


class Scheme(Lifecycle):
    """考评方案: a weighted tree of indicators, evaluator groups and thresholds; frozen by the first round it serves."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_USE = "in_use", _("in use")
        RETIRED = "retired", _("no longer used")

    MOVES = {Status.DRAFT: {Status.IN_USE, Status.RETIRED}, Status.IN_USE: {Status.RETIRED}}
    NEED_REASON = {Status.RETIRED}

    name = models.CharField(_("name"), max_length=80)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    previous = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="later",
        verbose_name=_("previous version"),
    )
    full_points = models.DecimalField(_("points at full marks"), default=Decimal(100), **POINTS)
    at_5a = models.DecimalField(_("5A from"), default=Decimal(90), **POINTS)
    at_4a = models.DecimalField(_("4A from"), default=Decimal(80), **POINTS)
    at_3a = models.DecimalField(_("3A from"), default=Decimal(70), **POINTS)
    at_2a = models.DecimalField(_("2A from"), default=Decimal(60), **POINTS)
    bonus_cap = models.DecimalField(_("bonus points at most"), null=True, blank=True, validators=[AT_LEAST_0], **POINTS)
    places = models.PositiveSmallIntegerField(
        _("decimal places"), default=2, validators=[MaxValueValidator(4)], help_text=_("Half a unit is rounded up.")
    )
    round_groups = models.BooleanField(_("round the figure of each group"), default=True)
    round_indicators = models.BooleanField(_("round the points of each indicator"), default=True)
    brand_months = models.PositiveSmallIntegerField(
        _("months in the brand library"), default=12, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("scheme")
        verbose_name_plural = _("schemes")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name", "version"],
                name="one_scheme_per_version",
                violation_error_message=_("There is already a scheme of this name and version."),
            ),
            models.CheckConstraint(
                condition=Q(at_5a__gt=F("at_4a"), at_4a__gt=F("at_3a"), at_3a__gt=F("at_2a"), at_2a__gt=0),
                name="thresholds_descend",
                violation_error_message=_("The thresholds go down from 5A to 2A and are above 0."),
            ),
            models.CheckConstraint(
                condition=Q(at_5a__lte=F("full_points")),
                name="best_grade_can_be_reached",
                violation_error_message=_("5A begins at the points at full marks or below."),
            ),
            models.CheckConstraint(
                condition=Q(places__lte=4, brand_months__gte=1),
                name="scheme_rounds_to_four_places",
                violation_error_message=_("Totals have four decimal places at most."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.version}"

    @property
    def is_editable(self) -> bool:
        return bool(self.status == self.Status.DRAFT)

    def thresholds(self) -> list[tuple[str, Decimal]]:
        """Each grade with the lowest total that reaches it, the best first."""
        return [*((grade, getattr(self, f"at_{grade.lower()}")) for grade in GRADES[:-1]), (GRADES[-1], Decimal(0))]


class OfSchemeQuerySet(ScopedQuerySet):
    region_lookup = "scheme__region"


class EvaluatorGroup(models.Model):
    """评价主体: one of the groups that mark, its weight, and how its marks become one figure."""

    class Method(models.TextChoices):
        MEAN = "mean", _("mean")
        MEDIAN = "median", _("median")
        TRIMMED_MEAN = "trimmed_mean", _("trimmed mean")

    class BelowMinimum(models.TextChoices):
        UNTRIMMED = "untrimmed", _("count all marks")
        MISSING = "missing", _("the group gives no figure")

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="groups", verbose_name=_("scheme"))
    code = models.CharField(_("evaluator group"), max_length=16, choices=GROUPS)
    weight = models.DecimalField(_("weight (%)"), max_digits=5, decimal_places=2)
    method = models.CharField(_("method"), max_length=16, choices=Method, default=Method.MEAN)
    drop_high = models.PositiveSmallIntegerField(_("highest marks dropped"), default=0)
    drop_low = models.PositiveSmallIntegerField(_("lowest marks dropped"), default=0)
    minimum = models.PositiveSmallIntegerField(_("fewest marks"), default=1)
    below_minimum = models.CharField(
        _("with fewer marks"), max_length=16, choices=BelowMinimum, default=BelowMinimum.UNTRIMMED
    )

    objects = OfSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("evaluator group")
        verbose_name_plural = _("evaluator groups")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="each_group_once",
                violation_error_message=_("This group is already in the scheme."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gt=0, weight__lte=100),
                name="group_weight_is_a_percentage",
                violation_error_message=_("The weight of a group is above 0 and at most 100."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_code_display())


class Indicator(models.Model):
    """考评指标: a node of the tree; a leaf has full marks and the groups that mark it."""

    class Kind(models.TextChoices):
        SCORE = "score", _("scored")
        BONUS = "bonus", _("bonus")
        VETO = "veto", _("veto item")

    class Method(models.TextChoices):
        SURVEY = "survey", _("household survey")
        ON_SITE = "on_site", _("on site")
        DOCUMENTS = "documents", _("documents")

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="indicators", verbose_name=_("scheme"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    code = models.CharField(_("indicator number"), max_length=16)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    weight = models.DecimalField(_("points in the scheme"), help_text=_("Its points at full marks."), **POINTS)
    full = models.DecimalField(
        _("full marks"),
        null=True,
        blank=True,
        help_text=_("Only for indicators that are marked; empty for headings."),
        **POINTS,
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SCORE)
    method = models.CharField(_("method"), max_length=16, choices=Method, blank=True)
    guidance = models.TextField(_("guidance"), max_length=1000, blank=True)
    guidance_en = models.TextField(_("guidance in English"), max_length=1000, blank=True)
    evidence_required = models.BooleanField(_("evidence needed"), default=False)
    groups = models.ManyToManyField(EvaluatorGroup, blank=True, related_name="indicators", verbose_name=_("marked by"))

    objects = OfSchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                name="each_indicator_once",
                violation_error_message=_("This number is already taken in the scheme."),
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=0) & (Q(full=None) | Q(full__gt=0)),
                name="full_marks_are_positive",
                violation_error_message=_("Full marks are above 0, and points are not negative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.local_name}"

    @property
    def is_leaf(self) -> bool:
        """Whether it is marked; headings are not."""
        return self.full is not None

    @property
    def local_name(self) -> str:
        return self._local("name")

    @property
    def local_guidance(self) -> str:
        return self._local("guidance")

    def _local(self, field: str) -> str:
        english = getattr(self, f"{field}_en") if (get_language() or "").startswith("en") else ""
        return str(english or getattr(self, field))
