"""利益关系申报: what a member says about a project before handing in the first sheet for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet
from communities.models.refusals import TRIGGER_REFUSALS

UNDECLARED = _("Before you submit the first sheet for a project, declare whether you have an interest in it.")
TRIGGER_REFUSALS["undeclared"] = UNDECLARED


class DeclarationQuerySet(ScopedQuerySet):
    region_lookup = "rating__region"
    owner_lookups = ("member__user",)


class Declaration(models.Model):
    """利益关系申报: a member's word that they have no interest in a project of a round, or which one they have.

    The database takes no first sheet without the word “none” (migration `declarations`); an interest is also a
    recusal. What is declared stays: an interest that comes up later is a recusal.
    """

    rating = models.ForeignKey(
        "evaluations.Rating", models.PROTECT, related_name="declarations", verbose_name=_("project in the round")
    )
    member = models.ForeignKey(
        "evaluations.CommitteeMember", models.PROTECT, related_name="declarations", verbose_name=_("committee member")
    )
    has_interest = models.BooleanField(_("has an interest"))
    words = models.TextField(_("which interest"), max_length=1000, blank=True)
    at = models.DateTimeField(_("at"))

    EVENTS = {
        "none": _("no interest declared"),
        "interest": _("interest declared"),
    }

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = _("declaration of interest")
        verbose_name_plural = _("declarations of interest")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "member"],
                name="declared_once",
                violation_error_message=_("This member has already declared for this project."),
            ),
            models.CheckConstraint(
                condition=Q(has_interest=False) | ~Q(words=""),
                name="interest_says_which",
                violation_error_message=_("Please say which interest you have."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.rating}"
