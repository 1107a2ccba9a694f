"""积分账: append-only double entry.

A journal's entries are written first and the journal last; it closes them: the database refuses a journal whose
entries do not sum to zero, and an entry for a journal that is already there. So it is whole or not there at all.
"""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from communities.models import ScopedQuerySet


class AccountQuerySet(ScopedQuerySet):
    owner_lookups = ("volunteer__user", "partner__clerks__user")

    def people(self) -> Self:
        return self.filter(kind=Account.Kind.PERSON)

    def pools(self) -> Self:
        return self.filter(kind=Account.Kind.POOL)

    def public(self) -> Self:
        """Everybody may see what a pool was given and has issued."""
        return self.pools()


class Account(models.Model):
    """积分账户: whose points. A person's carries its running balance, never below zero; shared ones are summed.

    A pool below zero says how many points it has issued beyond what it was given. Of a person's balance, `expiring`
    is in lots that have a last day; the database keeps it between zero and the balance.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("volunteer")
        POOL = "pool", _("issuing pool")
        PARTNER = "partner", _("reward partner")
        EXPIRY = "expiry", _("expired points")
        SPONSOR = "sponsor", _("given to pools")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    volunteer = models.OneToOneField(
        "Volunteer", models.PROTECT, null=True, related_name="account", verbose_name=_("volunteer")
    )
    partner = models.OneToOneField(
        "Partner", models.PROTECT, null=True, related_name="account", verbose_name=_("partner")
    )
    balance = models.BigIntegerField(_("points"), null=True)
    sequence = models.BigIntegerField(null=True)
    expiring = models.BigIntegerField(_("points that expire"), null=True, editable=False)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        constraints = [
            models.CheckConstraint(
                condition=Q(balance=None) | Q(balance__gte=0),
                name="balance_never_negative",
                violation_error_message=_("There are not enough points."),
            ),
            models.CheckConstraint(
                condition=Q(kind="person", volunteer__isnull=False, balance__isnull=False, sequence__isnull=False)
                | (~Q(kind="person") & Q(volunteer=None, balance=None, sequence=None)),
                name="people_carry_their_balance",
                violation_error_message=_("A volunteer's account carries a balance, a shared one does not."),
            ),
            models.UniqueConstraint(
                fields=["kind", "region"],
                condition=Q(kind__in=["pool", "expiry", "sponsor"]),
                name="one_shared_account_per_region",
                violation_error_message=_("This region already has such an account."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.volunteer or self.partner or self.region}"


class JournalQuerySet(ScopedQuerySet):
    owner_lookups = ("entries__account__volunteer__user",)


class Journal(models.Model):
    """积分凭证: one posting: what happened, why, who did it, and the entries that sum to zero.

    `source` names the thing it came from ("attendance 12"); the same `key` with the same content is posted once.
    """

    class Kind(models.TextChoices):
        EARN = "earn", _("earned by service")
        REDEEM = "redeem", _("redeemed")
        REVERSAL = "reversal", _("reversed")
        GRANT = "grant", _("granted")
        FUND = "fund", _("given to a pool")
        GIFT = "gift", _("gift")
        EXPIRE = "expire", _("expired")
        OPENING = "opening", _("opening balance")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    region = models.ForeignKey("communities.Region", models.PROTECT, related_name="+", verbose_name=_("region"))
    reason = models.CharField(_("reason"), max_length=200)
    reason_en = models.CharField(_("reason in English"), max_length=200, blank=True)
    source = models.CharField(_("source"), max_length=64, db_index=True)
    key = models.CharField(max_length=100, unique=True)
    fingerprint = models.CharField(max_length=64)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="reversal", verbose_name=_("reverses")
    )
    actor = models.ForeignKey("communities.User", models.PROTECT, related_name="+", verbose_name=_("by whom"))
    at = models.DateTimeField(_("at"), db_index=True)

    objects = JournalQuerySet.as_manager()

    class Meta:
        verbose_name = _("journal")
        verbose_name_plural = _("journals")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reversal", reverses__isnull=False) | (~Q(kind="reversal") & Q(reverses=None)),
                name="reversal_names_what_it_reverses",
                violation_error_message=_("A reversal names what it reverses."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.text}"

    @property
    def text(self) -> str:
        """The reason in the reader's language; Chinese where there is no English."""
        english = "" if (get_language() or "zh").startswith("zh") else self.reason_en
        return english or self.reason


class PointEntryQuerySet(ScopedQuerySet):
    region_lookup = "account__region"
    owner_lookups = ("account__volunteer__user",)

    def statement(self) -> Self:
        """A person's entries, the newest first."""
        return self.select_related("journal").order_by("-sequence")


class PointEntry(models.Model):
    """积分流水: points that came to an account or left it; on a person's account numbered, with the balance after."""

    # Both are first in an index below.
    journal = models.ForeignKey(
        Journal, models.PROTECT, db_index=False, related_name="entries", verbose_name=_("journal")
    )
    account = models.ForeignKey(
        Account, models.PROTECT, db_index=False, related_name="entries", verbose_name=_("points account")
    )
    amount = models.BigIntegerField(_("points"))
    sequence = models.BigIntegerField(_("number"), null=True)
    balance_after = models.BigIntegerField(_("balance after"), null=True)

    objects = PointEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("point entry")
        verbose_name_plural = _("point entries")
        indexes = [models.Index(fields=["account", "id"], name="entries_of_an_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "sequence"],
                name="entries_are_numbered",
                violation_error_message=_("Two postings met; please try again."),
            ),
            models.UniqueConstraint(
                fields=["journal", "account"],
                name="one_entry_per_account_in_a_journal",
                violation_error_message=_("A journal has one entry for each account."),
            ),
            models.CheckConstraint(
                condition=~Q(amount=0), name="entry_moves_points", violation_error_message=_("No points, no entry.")
            ),
            models.CheckConstraint(
                condition=Q(balance_after=None) | Q(balance_after__gte=0),
                name="entry_never_overdraws",
                violation_error_message=_("There are not enough points."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount:+d}"
