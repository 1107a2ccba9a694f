"""志愿活动: what there is to do, and who comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet

from .attendance import LONGEST_ATTENDANCE

if TYPE_CHECKING:
    from communities.models import User

MOST_HOURS_BEFORE = 14 * 24


class ActivityQuerySet(ScopedQuerySet):
    owner_lookups = ("leader",)

    def public(self) -> Self:
        return self.exclude(published_at=None)

    def published(self) -> Self:
        return self.filter(status=Activity.Status.PUBLISHED)

    def over(self, *, at: datetime) -> Self:
        """Published activities whose time is past."""
        return self.published().filter(ends_at__lte=at)

    def upcoming(self, *, at: datetime) -> Self:
        """Published activities that have not ended, the next one first."""
        return self.published().filter(ends_at__gt=at).order_by("starts_at", "id")

    def unrecorded(self, *, at: datetime) -> Self:
        """Over, with hours that are neither confirmed nor rejected."""
        hours = self.model.attendances.rel.related_model.objects.unrecorded()
        return self.filter(ends_at__lte=at, pk__in=hours.values("activity")).order_by("ends_at", "id")

    def around(self, region: Any) -> Self:
        """What a place, the places above it and those below it put on."""
        above = list(region.ancestors().values_list("code", flat=True))
        return self.filter(Q(region__code__in=above) | Q(region__code__startswith=region.code))

    def asking_for(self, skill: str) -> Self:
        """Those that want this skill or language, by its code."""
        return self.filter(skills__code=skill)

    def with_taken(self) -> Self:
        """Add how many places are taken."""
        held = Signup.objects.signed_up().filter(activity=OuterRef("pk")).order_by()
        counted = held.values("activity").annotate(number=Count("pk")).values("number")
        return self.annotate(taken=Coalesce(Subquery(counted), 0))


class Activity(Lifecycle):
    """志愿活动: something volunteers do at a place and a time, with a number of places for helpers."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ENDED = "ended", _("ended")
        CANCELLED = "cancelled", _("cancelled")

    MOVES = {
        Status.DRAFT: {Status.PUBLISHED, Status.CANCELLED},
        Status.PUBLISHED: {Status.ENDED, Status.CANCELLED},
    }
    NEED_REASON = {Status.CANCELLED}

    kind = models.ForeignKey("ActivityKind", models.PROTECT, related_name="activities", verbose_name=_("kind"))
    title = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("title in English"), max_length=160, blank=True)
    about = models.TextField(_("what to do"), blank=True)
    about_en = models.TextField(_("what to do, in English"), blank=True)
    place = models.CharField(_("place"), max_length=120)
    place_en = models.CharField(_("place in English"), max_length=160, blank=True)
    starts_at = models.DateTimeField(_("starts at"), db_index=True)
    ends_at = models.DateTimeField(_("ends at"))
    places = models.PositiveIntegerField(_("places"), default=10)
    leader = models.ForeignKey(
        "communities.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_activities",
        verbose_name=_("leader"),
    )
    published_at = models.DateTimeField(null=True, editable=False)
    skills: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "Skill", blank=True, related_name="activities", verbose_name=_("skills and languages wanted")
    )
    risk_note = models.TextField(_("risk note"), blank=True, help_text=_("What may happen, and what to bring or wear."))
    risk_note_en = models.TextField(_("risk note in English"), blank=True)
    needs_insurance = models.BooleanField(
        _("insurance required"),
        default=False,
        help_text=_("Nobody is checked in whose insurance does not cover the day."),
    )
    needs_training = models.BooleanField(
        _("training required"), default=False, help_text=_("Nobody is checked in without training for this kind.")
    )
    withdraw_hours = models.PositiveSmallIntegerField(
        _("places given back until (hours before)"),
        default=0,
        validators=[MaxValueValidator(MOST_HOURS_BEFORE)],
        help_text=_("0: until it begins. Later, only staff take somebody off the list."),
    )
    repetition = models.ForeignKey(
        "Repetition",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="activities",
        verbose_name=_("repetition"),
    )
    repeats_on = models.DateField(_("day of the repetition"), null=True, editable=False)
    # For calendars: how often it was changed after publication, and when it was last.
    revision = models.PositiveIntegerField(default=0, editable=False)
    revised_at = models.DateTimeField(null=True, editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="activity_ends_after_it_starts",
                violation_error_message=_("An activity ends after it starts."),
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1),
                name="activity_has_a_place",
                violation_error_message=_("An activity has at least one place."),
            ),
            models.UniqueConstraint(
                fields=["repetition", "repeats_on"],
                condition=Q(repetition__isnull=False),
                name="one_activity_per_day_of_a_repetition",
                violation_error_message=_("The repetition has an activity on this day."),
            ),
            models.CheckConstraint(
                condition=Q(withdraw_hours__gte=0, withdraw_hours__lte=MOST_HOURS_BEFORE),
                name="places_are_given_back_within_two_weeks",
                violation_error_message=_("Places can be given back until at most 336 hours (two weeks) before."),
            ),
        ]

    def __str__(self) -> str:
        return self.in_language("title")

    def clean(self) -> None:
        if self.starts_at and self.ends_at and self.ends_at - self.starts_at > LONGEST_ATTENDANCE:
            raise ValidationError({"ends_at": _("An activity lasts at most 16 hours; make one for each day.")})

    def get_absolute_url(self) -> str:
        return reverse("volunteers:activity", args=[self.pk])

    def in_language(self, field: str) -> str:
        """The title, place or text in the reader's language; Chinese where there is no English."""
        english = getattr(self, f"{field}_en") if not (get_language() or "zh").startswith("zh") else ""
        return english or getattr(self, field)

    @property
    def text(self) -> str:
        return self.in_language("about")

    @property
    def where(self) -> str:
        return self.in_language("place")

    @property
    def risk(self) -> str:
        return self.in_language("risk_note")

    @property
    def withdraw_until(self) -> datetime:
        """Until when those who signed up may give their place back themselves."""
        return self.starts_at - timedelta(hours=self.withdraw_hours)

    def audience(self, change: Any) -> list[User]:
        """Those who signed up hear of a cancellation."""
        if change.new != self.Status.CANCELLED:
            return []
        return [signup.volunteer.user for signup in self.signups.live().select_related("volunteer__user")]


class SignupQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user",)

    def live(self) -> Self:
        return self.exclude(status=Signup.Status.WITHDRAWN)

    def signed_up(self) -> Self:
        return self.filter(status=Signup.Status.SIGNED_UP)

    def waiting(self) -> Self:
        """The waiting list, who came first first."""
        return self.filter(status=Signup.Status.WAITING).order_by("queued_at", "id")


class Signup(Lifecycle):
    """报名: a volunteer's place in an activity, or on its waiting list.

    Each taken place has a number from 1 to the activity's places, unique in it; a trigger refuses a number beyond.
    """

    class Status(models.TextChoices):
        SIGNED_UP = "signed_up", _("signed up")
        WAITING = "waiting", _("on the waiting list")
        WITHDRAWN = "withdrawn", _("withdrawn")

    MOVES = {
        Status.SIGNED_UP: {Status.WITHDRAWN},
        Status.WAITING: {Status.SIGNED_UP, Status.WITHDRAWN},
        Status.WITHDRAWN: {Status.SIGNED_UP, Status.WAITING},
    }

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="signups", verbose_name=_("activity"))
    volunteer = models.ForeignKey("Volunteer", models.PROTECT, related_name="signups", verbose_name=_("volunteer"))
    place_number = models.PositiveIntegerField(_("place number"), null=True, editable=False)
    queued_at = models.DateTimeField(_("since"))

    objects = SignupQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "volunteer"],
                name="one_signup_each",
                violation_error_message=_("This volunteer has already signed up."),
            ),
            models.UniqueConstraint(
                fields=["activity", "place_number"],
                condition=Q(status="signed_up"),
                name="one_volunteer_per_place",
                violation_error_message=_("Somebody has just taken this place; please try again."),
            ),
            models.CheckConstraint(
                condition=~Q(status="signed_up") | Q(place_number__gte=1),
                name="signed_up_has_a_place",
                violation_error_message=_("All places are taken."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.volunteer}"

    def get_absolute_url(self) -> str:
        return self.activity.get_absolute_url()

    def audience(self, change: Any) -> list[User]:
        """Who moves up from the waiting list is told."""
        moved_up = change.old == self.Status.WAITING and change.new == self.Status.SIGNED_UP
        return [self.volunteer.user] if moved_up else []
