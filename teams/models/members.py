"""队伍成员: who works in a team, so that nobody votes on a project of their own."""

from __future__ import annotations

from datetime import date
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField, index_of, mask_name, mask_phone
from communities.models import Region, ScopedQuerySet

from .teams import Team


class TeamMemberQuerySet(ScopedQuerySet):
    region_lookup = "team__region"
    owner_lookups = ("team__contacts__user",)

    def current(self) -> Self:
        return self.filter(left_on=None)

    def since(self, day: date) -> Self:
        """Those who are members, and those who were on this day or later."""
        return self.filter(Q(left_on=None) | Q(left_on__gte=day))


class TeamMember(models.Model):
    """队伍成员: a person who works in a team, named by its contacts; entered so that they do not vote on its projects.

    Found again by the keyed index of the phone, or by the account. Of who left, the number itself is gone.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="members", verbose_name=_("team"))
    name = EncryptedField(_("name"))
    phone = EncryptedField(_("phone"), blank=True)
    phone_index = models.CharField(max_length=64, blank=True, db_index=True, editable=False)
    user = models.ForeignKey(
        "communities.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="team_memberships",
        verbose_name=_("account"),
    )
    joined_on = models.DateField(_("in the team since"))
    left_on = models.DateField(_("left on"), null=True, blank=True)

    objects = TeamMemberQuerySet.as_manager()

    PERSONAL = ("name", "phone")

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["team", "phone_index"],
                condition=Q(left_on=None),
                name="one_membership_per_phone",
                violation_error_message=_("This person is already a member of this team."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) | Q(left_on__gte=F("joined_on")),
                name="member_leaves_after_joining",
                violation_error_message=_("Nobody leaves before they joined."),
            ),
            models.CheckConstraint(
                condition=Q(left_on=None) & ~Q(phone="") & ~Q(phone_index="") | Q(left_on__isnull=False, phone=""),
                name="member_has_a_phone_until_they_leave",
                violation_error_message=_("A member is entered with a phone number; of who left none is kept."),
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.phone:
            self.phone_index = index_of(self.phone)
        super().save(*args, **kwargs)

    @property
    def region(self) -> Region:
        return self.team.region

    @property
    def masked_name(self) -> str:
        return mask_name(self.name)

    @property
    def masked_phone(self) -> str:
        return mask_phone(self.phone)
