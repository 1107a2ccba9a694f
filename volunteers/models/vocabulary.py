"""Words a city may change: kinds of activity, what volunteers can do, and kinds of reward."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import SharedQuerySet


class WordQuerySet(SharedQuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def get_by_natural_key(self, code: str) -> models.Model:
        word: models.Model = self.get(code=code)
        return word


class Word(models.Model):
    """A word of a vocabulary in two languages, in the order people look for it."""

    code = models.SlugField(_("code"), unique=True)
    name = models.CharField(_("Chinese name"), max_length=32)
    name_en = models.CharField(_("English name"), max_length=64)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = WordQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name if (get_language() or "zh").startswith("zh") else self.name_en

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class ActivityKind(Word):
    """服务类别: what kind of service an activity is; points are ruled by it."""

    class Meta(Word.Meta):
        verbose_name = _("kind of activity")
        verbose_name_plural = _("kinds of activity")


class Skill(Word):
    """技能: what a volunteer can do; the languages they speak are skills too."""

    is_language = models.BooleanField(_("a language"), default=False)

    class Meta(Word.Meta):
        verbose_name = _("skill")
        verbose_name_plural = _("skills")


class RewardKind(Word):
    """兑换类别: what sort of reward this is; people look through the catalogue by it."""

    class Meta(Word.Meta):
        verbose_name = _("kind of reward")
        verbose_name_plural = _("kinds of reward")
