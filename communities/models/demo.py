"""The people of the demo."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class DemoPerson(models.Model):
    """演示人员: an invented person whom anybody may become by one click, in demo mode only."""

    user = models.OneToOneField("communities.User", models.CASCADE, related_name="demo_person")
    label_zh = models.CharField(max_length=64)
    label_en = models.CharField(max_length=64)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("demo person")
        verbose_name_plural = _("demo people")
        ordering = ["order", "id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_en if (get_language() or "").startswith("en") else self.label_zh
