"""兑换项目照片: what a reward looks like."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet

MOST_PHOTOS = 6


class RewardPhotoQuerySet(ScopedQuerySet):
    region_lookup = "reward__region"
    owner_lookups = ("reward__partner__clerks__user",)

    def public(self) -> Self:
        """Whoever sees a reward sees its photos."""
        return self.filter(reward__status="offered")


class RewardPhoto(models.Model):
    """兑换项目照片: a picture of a reward, written anew when it came, so that it tells no place and no camera."""

    reward = models.ForeignKey("Reward", models.PROTECT, related_name="photos", verbose_name=_("reward"))
    upload = models.OneToOneField(
        "communities.Upload", models.PROTECT, related_name="reward_photo", verbose_name=_("photo")
    )
    thumb = models.OneToOneField(
        "communities.Upload", models.PROTECT, null=True, related_name="reward_thumb", verbose_name=_("small photo")
    )
    caption = models.CharField(_("what it shows"), max_length=80, blank=True)
    caption_en = models.CharField(_("what it shows, in English"), max_length=160, blank=True)

    objects = RewardPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo of a reward")
        verbose_name_plural = _("photos of rewards")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.caption or f"{self.reward} · {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("volunteers:reward-photo", args=[self.reward_id, self.pk])

    def get_thumb_url(self) -> str:
        """The small one, for lists."""
        return f"{self.get_absolute_url()}?thumb"

    @property
    def text(self) -> str:
        """What it shows, in the reader's language; Chinese where there is no English."""
        english = "" if (get_language() or "zh").startswith("zh") else self.caption_en
        return english or self.caption
