"""What a person agreed to."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from .regions import ScopedQuerySet


class ConsentQuerySet(ScopedQuerySet):
    region_lookup = "user__role_assignments__region"
    owner_lookups = ("user",)

    def running(self) -> Self:
        return self.filter(withdrawn_at=None)


class Consent(models.Model):
    """同意: a person agreed to one version of a text; withdrawn as easily as it was given (PIPL 14, 15).

    Sensitive data, a document's number and showing a name in public have a consent of their own each (PIPL 25, 29).
    """

    class Kind(models.TextChoices):
        PRIVACY = "privacy", _("privacy policy")
        PROFILE = "profile", _("volunteer's profile")
        SENSITIVE = "sensitive", _("birth date and guardian")
        DOCUMENT = "document", _("document type and number")
        PUBLICATION = "publication", _("showing my name in public thanks")

    user = models.ForeignKey("communities.User", models.PROTECT, related_name="consents", verbose_name=_("person"))
    kind = models.CharField(_("what for"), max_length=32, choices=Kind)
    version = models.CharField(_("version"), max_length=16)
    given_at = models.DateTimeField(_("given at"), default=now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind", "version"],
                condition=models.Q(withdrawn_at=None),
                name="one_running_consent_each",
                violation_error_message=_("You have already agreed to this."),
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(withdrawn_at__gte=models.F("given_at")),
                name="consent_is_withdrawn_after_it_was_given",
                violation_error_message=_("A consent cannot be withdrawn before it was given."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_kind_display()} {self.version}"
