"""Who looked at whose personal data, and what for."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.translation import gettext_lazy as _

from .audit import AboutPeopleQuerySet
from .regions import Region


class Reveal(models.Model):
    """查看记录: somebody was shown one personal field of one thing, for a purpose. Append-only.

    A model whose rows can be revealed names its fields in PERSONAL; everywhere else they are masked.
    """

    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind of thing"))
    object_id = models.PositiveBigIntegerField()
    target = GenericForeignKey()
    field = models.CharField(_("field"), max_length=32)
    region = models.ForeignKey(
        Region, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("region")
    )
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="reveals", verbose_name=_("by whom"))
    purpose = models.TextField(_("purpose"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    objects = AboutPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        indexes = [models.Index(fields=["content_type", "object_id"], name="reveals_of_a_thing")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(purpose=""),
                name="a_reveal_has_a_purpose",
                violation_error_message=_("Say what you need it for."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.by} · {self.content_type} {self.object_id} · {self.field_label}"

    @property
    def field_label(self) -> str:
        model = self.content_type.model_class()
        return label_of(model, self.field) if model else self.field


def label_of(model: type[models.Model], name: str) -> str:
    """What a personal field is called; what a model reads from another (PERSONAL_WORDS) is no field of its own."""
    own = getattr(model, "PERSONAL_WORDS", {})
    return str(own[name] if name in own else model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
