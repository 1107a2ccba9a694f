"""小巷队伍: those admitted, and who speaks for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from communities.models import Lifecycle, ScopedQuerySet, StatusChange, User


class TeamQuerySet(ScopedQuerySet):
    owner_lookups = ("contacts__user",)

    def public(self) -> Self:
        """Everybody may know which teams there are and were."""
        return self.all()

    def active(self) -> Self:
        return self.filter(status=Team.Status.ACTIVE)


class Team(Lifecycle):
    """小巷队伍: an admitted subject that may propose projects in its community."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        RETIRED = "retired", _("retired")

    MOVES = {
        Status.ACTIVE: {Status.SUSPENDED, Status.RETIRED},
        Status.SUSPENDED: {Status.ACTIVE, Status.RETIRED},
    }
    NEED_REASON = {Status.SUSPENDED, Status.RETIRED}
    EVENTS = {
        "contact_added": _("contact added"),
        "contact_removed": _("contact removed"),
        "member_added": _("member added"),
        "member_left": _("member left"),
    }

    name = models.CharField(_("name"), max_length=60)
    type = models.ForeignKey("teams.TeamType", models.PROTECT, related_name="teams", verbose_name=_("team type"))
    admission = models.OneToOneField(
        "teams.Admission", models.PROTECT, related_name="team", verbose_name=_("admission"), editable=False
    )
    introduction = models.TextField(_("introduction"), max_length=4000, blank=True)
    admitted_at = models.DateTimeField(_("admitted at"), auto_now_add=True)

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "name"],
                condition=~Q(status="retired"),
                name="one_team_per_name",
                violation_error_message=_("This community already has a team of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("teams:team", args=[self.pk])

    def audience(self, change: StatusChange) -> Iterable[User]:
        """Those who speak for the team hear of what happens to it, except of what they did themselves."""
        if change.new in self.EVENTS:
            return ()
        told: Iterable[User] = User.objects.filter(team_contacts__team=self).exclude(pk=change.actor_id)
        return told


class TeamContactQuerySet(ScopedQuerySet):
    region_lookup = "team__region"
    owner_lookups = ("team__contacts__user",)


class TeamContact(models.Model):
    """队伍联系人: a person who speaks for a team: edits its page, proposes its projects."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="contacts", verbose_name=_("team"))
    user = models.ForeignKey("communities.User", models.PROTECT, related_name="team_contacts", verbose_name=_("person"))
    since = models.DateTimeField(_("since"), auto_now_add=True)

    objects = TeamContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("team contact")
        verbose_name_plural = _("team contacts")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                name="one_contact_per_person_and_team",
                violation_error_message=_("This person is already a contact of this team."),
            )
        ]

    def __str__(self) -> str:
        return str(self.user)
