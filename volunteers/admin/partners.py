"""兑换商户 in the console: who honours points and at what price, who accepts for them, and settled months."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import now
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.console_money import yuan
from communities.models import User
from volunteers.models import Clerk, Partner, PartnerPrice, Settlement
from volunteers.services import partners, prices, statements

RUN_PARTNER = "volunteers.run_partner"
LEAST = Decimal("0.0001")


class ClerkForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=64, widget=UnfoldAdminTextInputWidget)
    phone = forms.CharField(label=_("phone"), max_length=32, widget=UnfoldAdminTextInputWidget)


class RemoveClerkForm(forms.Form):
    """Which of the clerks, and why."""

    wants_instance = True
    clerk = forms.ModelChoiceField(Clerk.objects.none(), label=_("clerk"), widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))

    def __init__(self, *args: Any, instance: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clerk"].queryset = instance.clerks.select_related("user")


def remove_clerk(partner: Partner, *, clerk: Clerk, reason: str, by: User) -> None:
    """The button of the partner's page, which chooses the clerk in its form."""
    partners.remove_clerk(partner, user=clerk.user, reason=reason, by=by)


class PriceForm(forms.Form):
    """What a point is worth, and from which day on."""

    yuan = forms.DecimalField(
        label=_("yuan a point"),
        min_value=LEAST,
        max_digits=6,
        decimal_places=4,
        help_text=_("Up to four decimals: 0.0500 is five fen."),
    )
    starts_on = forms.DateField(
        label=_("starts on"), help_text=_("Vouchers accepted from this day on are worth this; none of a settled month.")
    )


def open_months(partner: Partner) -> list[date]:
    """The months that are over and not settled."""
    settled = set(partner.settlements.values_list("month", flat=True))
    months = [month for month in statements.months(partner) if month not in settled]
    return [month for month in months if statements.end_of(month) + statements.GRACE <= now()]


class SettleForm(forms.Form):
    """Which month, and the number of the transfer."""

    wants_instance = True
    month = forms.TypedChoiceField(label=_("Month"), coerce=statements.month_named, widget=UnfoldAdminSelectWidget)
    note = forms.CharField(label=_("Note"), max_length=200, required=False, help_text=_("For example the transfer."))

    def __init__(self, *args: Any, instance: Partner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = [statements.of(instance, month=month) for month in open_months(instance)]
        self.fields["month"].choices = [(f"{each.month:%Y-%m}", _said(each)) for each in found]


def _said(month: statements.Statement) -> str:
    """What a month comes to, before it is settled."""
    about = {"month": f"{month.month:%Y-%m}", "vouchers": len(month.rows), "points": month.points}
    if month.amount is None:
        return _now("%(month)s: %(vouchers)d vouchers, %(points)d points") % about
    about |= {"yuan": yuan(month.amount), "unpriced": month.unpriced}
    if month.unpriced:
        said = _now("%(month)s: %(vouchers)d vouchers, %(points)d points, %(yuan)s yuan; %(unpriced)d have no price")
        return said % about
    return _now("%(month)s: %(vouchers)d vouchers, %(points)d points, %(yuan)s yuan") % about


class ClerkInline(ReadOnlyInline):
    model = Clerk
    fields = readonly_fields = ["user"]
    show_change_link = False


class PriceInline(ReadOnlyInline):
    model = PartnerPrice
    fields = readonly_fields = ["yuan", "starts_on", "status"]


class SettlementInline(ReadOnlyInline):
    model = Settlement
    fields = readonly_fields = ["month", "vouchers", "points", "amount", "note", "at"]
    show_change_link = False


@admin.register(Partner)
class PartnerAdmin(ScopedAdmin):
    list_display = ["name", "name_en", "region", "status"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["name", "name_en"]
    ordering = ["-id"]
    autocomplete_fields = ["region"]
    fields = ["region", "name", "name_en", "address", "telephone", "status", "statements"]
    readonly_fields = ["status", "statements"]
    inlines = [ClerkInline, PriceInline, SettlementInline]
    moves = [
        Move(name="add_clerk", label=_("Add a clerk"), service=partners.add_clerk, perm=RUN_PARTNER, form=ClerkForm),
        Move(
            name="remove_clerk",
            label=_("Remove a clerk"),
            service=remove_clerk,
            perm=RUN_PARTNER,
            when=lambda partner: partner.clerks.exists(),
            form=RemoveClerkForm,
        ),
        Move(
            name="suspend",
            label=_("Suspend"),
            service=partners.suspend,
            perm=RUN_PARTNER,
            to=Partner.Status.SUSPENDED,
            form=ReasonForm,
        ),
        Move(name="resume", label=_("Resume"), service=partners.resume, perm=RUN_PARTNER, to=Partner.Status.ACTIVE),
        Move(
            name="agree_price",
            label=_("Agree on a price"),
            service=prices.agree,
            perm="volunteers.add_partnerprice",
            form=PriceForm,
            done=_("Agreed. Its clerks are told."),
        ),
        Move(
            name="settle",
            label=_("Settle a month"),
            service=statements.settle,
            perm="volunteers.settle_partner",
            when=open_months,
            form=SettleForm,
            done=_("The month is settled; its statement stays as it is."),
        ),
    ]

    @admin.display(description=_("monthly statements"))
    def statements(self, partner: Partner) -> str:
        address = reverse("volunteers:statements", args=[partner.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, _("Look"))

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return self.fields if obj else [name for name in self.fields or [] if name not in {"status", "statements"}]

    def get_inlines(self, request: Any, obj: Any) -> Any:
        return self.inlines if obj else []

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        partners.enrol(obj, by=request.user)
