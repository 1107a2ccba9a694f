"""投票凭条 and 投票亭: how people vote at the venue without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField, mask_name

from .electorates import OfPollQuerySet
from .polls import Poll

if TYPE_CHECKING:
    from communities.models import Resident, User


class SlipQuerySet(OfPollQuerySet):
    def valid(self) -> Self:
        return self.filter(revoked_at=None)


class VotingSlip(models.Model):
    """投票凭条: a printed code for one person's one ballot; a new slip kills the old one.

    Stored are fingerprints only: `secret_hash` of the secret in the QR code (128 bits), `code_hash`, keyed, of the six
    digits that are typed at a kiosk. Neither has anything to do with the ballot, whose key is made by the page.
    It is a resident's or, by account, an expert's. With a helper it is no paper: it was issued on the spot for one
    helped vote, and names who helped and who watched.
    """

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="slips", verbose_name=_("poll"))
    resident = models.ForeignKey(
        "communities.Resident",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voting_slips",
        verbose_name=_("resident"),
    )
    user = models.ForeignKey(
        "communities.User",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="voting_slips",
        verbose_name=_("expert"),
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    code_hash = models.CharField(max_length=64, editable=False)
    helper = EncryptedField(_("helper"), blank=True)
    witness = EncryptedField(_("witness"), blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)

    objects = SlipQuerySet.as_manager()

    PERSONAL = ("helper", "witness")

    class Meta:
        verbose_name = _("voting slip")
        verbose_name_plural = _("voting slips")
        ordering = ["poll", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "resident"],
                condition=Q(revoked_at=None),
                name="one_valid_slip_each",
                violation_error_message=_("This person already has a valid voting slip."),
            ),
            models.UniqueConstraint(
                fields=["poll", "user"],
                condition=Q(revoked_at=None),
                name="one_valid_slip_per_expert",
                violation_error_message=_("This person already has a valid voting slip."),
            ),
            models.CheckConstraint(
                condition=Q(resident=None, user__isnull=False) | Q(resident__isnull=False, user=None),
                name="a_slip_is_one_persons",
                violation_error_message=_("A voting slip is a resident's or an expert's."),
            ),
            models.UniqueConstraint(
                fields=["poll", "code_hash"],
                condition=Q(revoked_at=None),
                name="one_valid_slip_per_code",
                violation_error_message=_("Please print the voting slip again."),
            ),
        ]

    def __str__(self) -> str:
        return self.masked_name

    @property
    def holder(self) -> Resident | User:
        """Whose slip it is."""
        return self.resident or self.user  # type: ignore[return-value]  # one of them is there: a constraint

    @property
    def masked_name(self) -> str:
        return self.holder.masked_name

    @property
    def masked_helper(self) -> str:
        return mask_name(self.helper)

    @property
    def masked_witness(self) -> str:
        return mask_name(self.witness)

    @property
    def is_helped(self) -> bool:
        return bool(self.helper)


class KioskQuerySet(OfPollQuerySet):
    def in_use(self) -> Self:
        return self.filter(ended_at=None)


class Kiosk(models.Model):
    """投票亭: a tablet at the venue set up for a poll by staff; a slip's six digits open a ballot paper on it."""

    poll = models.ForeignKey(Poll, models.PROTECT, related_name="kiosks", verbose_name=_("poll"))
    name = models.CharField(_("name"), max_length=40)
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)

    objects = KioskQuerySet.as_manager()

    class Meta:
        verbose_name = _("kiosk")
        verbose_name_plural = _("kiosks")
        ordering = ["poll", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "name"],
                condition=Q(ended_at=None),
                name="one_kiosk_per_name",
                violation_error_message=_("There is already a kiosk of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
