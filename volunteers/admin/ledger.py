"""积分账 and its rules in the console: rules are added and ended, the ledger is read."""

from __future__ import annotations

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDateWidget, UnfoldAdminTextareaWidget

from communities.console import Move, ReadOnlyInline, ScopedAdmin
from volunteers.models import Account, Journal, Lot, PointEntry, PointsRule
from volunteers.services import pools, rules


class EndForm(forms.Form):
    ends_on = forms.DateField(label=_("ends on"), widget=UnfoldAdminDateWidget)
    reason = forms.CharField(label=_("Reason"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))


@admin.register(PointsRule)
class PointsRuleAdmin(ScopedAdmin):
    list_display = ["region", "kind", "role", "points_per_hour", "cap_a_day", "cap_a_month", "starts_on", "ends_on"]
    list_select_related = ["region", "kind"]
    list_filter = ["kind", "starts_on"]
    search_fields = ["region__name", "kind__name"]
    ordering = ["-starts_on", "-id"]
    autocomplete_fields = ["region"]
    fields = [
        *["region", "kind", "role", "points_per_hour", "rounding_minutes", "night_percent", "heat_percent"],
        *["heat_from", "heat_until", "cap_a_day", "cap_a_month", "months_valid", "gifts_a_month"],
        *["starts_on", "ends_on"],
    ]
    moves = [
        Move(
            name="end",
            label=_("End the rule"),
            service=rules.end,
            perm="volunteers.end_pointsrule",
            when=lambda rule: rule.ends_on is None,
            form=EndForm,
        )
    ]

    def get_queryset(self, request: Any) -> Any:
        """Rules are public, but the console shows one's own place and what holds there from above."""
        codes = request.user.codes_granting("volunteers.view_pointsrule")
        above = [code[:length] for code in codes for length in (4, 6, 9) if length < len(code)]
        rows = PointsRule.objects.select_related(*self.list_select_related).order_by(*self.ordering)
        return rows.within(*codes) | rows.filter(region__code__in=above)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        rules.add(obj, by=request.user)


class EntryInline(ReadOnlyInline):
    model = PointEntry
    fields = readonly_fields = ["account", "amount", "sequence", "balance_after"]
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("account__volunteer", "account__partner", "account__region")


@admin.register(Journal)
class JournalAdmin(ScopedAdmin):
    list_display = ["at", "kind", "reason", "origin", "region", "who"]
    list_select_related = ["region", "actor"]
    list_prefetch_related = ["actor__role_assignments"]
    list_filter = ["kind", "at"]
    search_fields = ["source", "reason"]
    ordering = ["-at", "-id"]
    fields = ["at", "kind", "reason", "origin", "region", "reverses", "who"]
    readonly_fields = fields
    inlines = [EntryInline]

    @admin.display(description=_("source"), ordering="source")
    def origin(self, journal: Journal) -> str:
        """“attendance 12” in the words of the menu."""
        name, _space, number = journal.source.partition(" ")
        try:
            return f"{apps.get_model('volunteers', name)._meta.verbose_name} {number}"
        except LookupError:
            return journal.source

    @admin.display(description=_("by whom"))
    def who(self, journal: Journal) -> str:
        return journal.actor.shown_name if journal.actor else "—"


class LotInline(ReadOnlyInline):
    model = Lot
    fields = readonly_fields = ["expires_on", "left"]
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_points()


@admin.register(Account)
class AccountAdmin(ScopedAdmin):
    list_display = ["__str__", "kind", "region", "balance"]
    list_select_related = ["region", "volunteer", "partner"]
    list_filter = ["kind"]
    search_fields = ["volunteer__number"]
    ordering = ["-id"]
    fields = ["kind", "region", "volunteer", "partner", "balance", "expiring"]
    inlines = [LotInline]

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return ["region", "given", "issued", "left", "covered"] if _is_pool(obj) else self.fields

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return ["given", "issued", "left", "covered"] if _is_pool(obj) else ["expiring"]

    def get_inlines(self, request: Any, obj: Any) -> Any:
        return self.inlines if obj and obj.lots.with_points().exists() else []

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        account = super().get_object(request, object_id, from_field)
        if _is_pool(account):
            account.coverage = pools.coverage(account)
        return account

    @admin.display(description=_("points given"))
    def given(self, pool: Any) -> int:
        return int(pool.coverage.given)

    @admin.display(description=_("points issued"))
    def issued(self, pool: Any) -> int:
        return int(pool.coverage.issued)

    @admin.display(description=_("points left"))
    def left(self, pool: Any) -> int:
        return int(pool.coverage.left)

    @admin.display(description=_("covered"))
    def covered(self, pool: Any) -> str:
        return "—" if pool.coverage.percent is None else f"{pool.coverage.percent} %"


def _is_pool(account: Account | None) -> bool:
    return account is not None and account.kind == Account.Kind.POOL


@admin.register(PointEntry)
class PointEntryAdmin(ScopedAdmin):
    list_display = ["journal", "account", "amount", "sequence", "balance_after"]
    list_select_related = ["journal", "account__volunteer", "account__partner", "account__region"]
    list_filter = ["journal__kind"]
    search_fields = ["account__volunteer__number"]
    ordering = ["-id"]
    fields = ["journal", "account", "amount", "sequence", "balance_after"]
