"""考评方案 in the console: a tree to edit while it is a draft, with what does not add up said at its place."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from communities.console import Move, ReasonForm, ScopedAdmin, StackedInline, TabularInline
from evaluations.models import EvaluatorGroup, Indicator, Scheme
from evaluations.services import schemes

CHANGE = "evaluations.change_scheme"


class Part:
    """Parts of a scheme: written while it is a draft, read afterwards."""

    extra = 0

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def _may_write(self, request: Any, obj: Any) -> bool:
        return obj is not None and obj.is_editable and bool(request.user.has_perm(CHANGE, obj))

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return self._may_write(request, obj)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return self._may_write(request, obj)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return self._may_write(request, obj)


class GroupInline(Part, TabularInline):
    model = EvaluatorGroup
    fields = ["code", "weight", "method", "drop_high", "drop_low", "minimum", "below_minimum"]


class IndicatorInline(Part, StackedInline):
    """One fold for each indicator; the tree above says which needs mending."""

    model = Indicator
    collapsible = True
    fields = [
        *("problem", ("code", "name"), "name_en", ("parent", "order"), ("weight", "full"), ("kind", "method")),
        *("groups", "evidence_required", "guidance", "guidance_en"),
    ]
    readonly_fields = ["problem"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("parent").prefetch_related("groups")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        self.problems = _by_indicator(obj) if obj else {}
        self.rows = _choices(Indicator, obj)
        self.groups = _choices(EvaluatorGroup, obj)
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "parent":
            kwargs["queryset"] = self.rows
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs |= {"queryset": self.groups, "widget": UnfoldAdminCheckboxSelectMultipleWidget}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("to mend"))
    def problem(self, indicator: Indicator) -> str:
        return format_html_join("", "<p role='alert'>{}</p>", ((text,) for text in self.problems.get(indicator.pk, [])))


def _choices(model: Any, scheme: Scheme | None) -> Any:
    """The scheme's own rows, read once for all the rows' menus."""
    rows = model.objects.filter(scheme=scheme) if scheme else model.objects.none()
    list(rows)
    return rows


def _by_indicator(scheme: Scheme) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for problem in schemes.problems(scheme):
        if problem.indicator:
            found.setdefault(problem.indicator.pk, []).append(problem.message)
    return found


@admin.register(Scheme)
class SchemeAdmin(ScopedAdmin):
    place_level = "street"
    list_display = ["name", "version", "region", "status", "full_points"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["name"]
    ordering = ["-id"]
    readonly_fields = ["state", "tree", "version", "status"]
    fields = [
        *("state", "region", "name", ("version", "status"), "full_points", ("at_5a", "at_4a"), ("at_3a", "at_2a")),
        *("places", ("round_groups", "round_indicators"), "bonus_cap", "brand_months", "tree"),
    ]
    inlines = [GroupInline, IndicatorInline]
    moves = [
        Move(name="revise", label=gettext_lazy("New version"), service=schemes.revise, perm=CHANGE),
        Move(
            name="retire",
            label=gettext_lazy("Take out of use"),
            service=schemes.retire,
            perm=CHANGE,
            to="retired",
            form=ReasonForm,
        ),
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.is_editable)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return [*self.readonly_fields, "region"] if obj else self.readonly_fields

    def get_inlines(self, request: Any, obj: Any = None) -> Any:
        return self.inlines if obj else []

    @admin.display(description=gettext_lazy("State"))
    def state(self, scheme: Scheme) -> str:
        if scheme.pk is None:
            return _("Give it a name; the groups and indicators come on the next page.")
        if not scheme.is_editable:
            return _("Frozen: this scheme is or was in use. Make a new version to change it.")
        found = [problem.message for problem in schemes.problems(scheme)]
        if not found:
            return _("Everything adds up.")
        return format_html("<ul role='alert'>{}</ul>", format_html_join("", "<li>{}</li>", ((text,) for text in found)))

    @admin.display(description=gettext_lazy("Indicators"))
    def tree(self, scheme: Scheme) -> str:
        rows = schemes.in_order(scheme) if scheme.pk else []
        wrong = _by_indicator(scheme) if rows else {}
        return render_to_string(
            "evaluations/_tree.html", {"rows": [("\u3000" * row.depth, row, wrong.get(row.pk)) for row in rows]}
        )

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        fields = {name: form.cleaned_data[name] for name in form.cleaned_data}
        if change:
            schemes.edit(obj, by=request.user, **fields)
        else:
            made = schemes.create(by=request.user, **fields)
            obj.pk, obj.status, obj._state.adding = made.pk, made.status, False  # noqa: SLF001 (as save() does)
