"""The groups, indicators and conditions on the page of their scheme."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from communities.console import StackedInline, TabularInline
from evaluations.models import EvaluatorGroup, Gate, Indicator, Scheme
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


class GateInline(Part, TabularInline):
    """No 4A without …: what a grade needs besides the total."""

    model = Gate
    fields = ["grade", "indicator", "at_least"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("indicator")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        self.rows = _choices(Indicator, obj, full__isnull=False)
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        return super().formfield_for_foreignkey(db_field, request, **{**kwargs, "queryset": self.rows})


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
        self.problems = problems_by_indicator(obj) if obj else {}
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


def _choices(model: Any, scheme: Scheme | None, **only: Any) -> Any:
    """The scheme's own rows, read once for all the rows' menus."""
    rows = model.objects.filter(scheme=scheme, **only) if scheme else model.objects.none()
    list(rows)
    return rows


def problems_by_indicator(scheme: Scheme) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for problem in schemes.problems(scheme):
        if problem.indicator:
            found.setdefault(problem.indicator.pk, []).append(problem.message)
    return found
