"""The words a city chooses from: seeded data that it may rename, add to and switch off, never delete."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet

CITY_CODE_LENGTH = 4


def holds_in_city(codes: list[str] | tuple[str, ...]) -> bool:
    """Whether one of these division codes is a whole city's."""
    return any(len(code) <= CITY_CODE_LENGTH for code in codes)


class VocabularyQuerySet(ScopedQuerySet):
    """Words belong to the whole installation: everybody reads them, a city's administrator changes them."""

    def public(self) -> Self:
        return self.all()

    def active(self) -> Self:
        """Those that may still be chosen."""
        return self.filter(is_active=True)

    def get_by_natural_key(self, code: str) -> Any:
        return self.get(code=code)

    def _below(self, codes: tuple[str, ...] | list[str]) -> Q:
        return Q(pk__isnull=False) if holds_in_city(codes) else Q(pk__in=())


class Vocabulary(models.Model):
    """One word: its code is stable, its names and order are the city's, switched off it stays where it was used."""

    code = models.SlugField(_("code"), max_length=32, unique=True)
    name = models.CharField(_("name"), max_length=32)
    name_en = models.CharField(_("English name"), max_length=64)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = VocabularyQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.label

    def natural_key(self) -> tuple[str]:
        return (self.code,)

    @property
    def label(self) -> str:
        """The name in the language that is being spoken."""
        return self.name if (get_language() or "zh").startswith("zh") else self.name_en


class TeamType(Vocabulary):
    """队伍类型: what a team is for, like steward 小巷管家 or doctor 小巷医生."""

    class Meta(Vocabulary.Meta):
        verbose_name = _("team type")
        verbose_name_plural = _("team types")


class Scene(Vocabulary):
    """场景: the side of community life that a project serves, like good elder care 善养."""

    class Meta(Vocabulary.Meta):
        verbose_name = _("scene")
        verbose_name_plural = _("scenes")


class Field(Vocabulary):
    """领域: the field of work, like community safety 社区安全."""

    class Meta(Vocabulary.Meta):
        verbose_name = _("field of work")
        verbose_name_plural = _("fields of work")


class CooperationMode(Vocabulary):
    """合作模式: what community and team give each other, like government purchase 政府购买服务."""

    class Meta(Vocabulary.Meta):
        verbose_name = _("cooperation mode")
        verbose_name_plural = _("cooperation modes")
