"""考评方案 in the console: a tree to edit while it is a draft, with what does not add up said at its place."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console import Move, ReasonForm, ScopedAdmin
from evaluations.admin.scheme_forms import BeginForm, ThresholdsForm
from evaluations.admin.scheme_parts import CHANGE, GateInline, GroupInline, IndicatorInline, problems_by_indicator
from evaluations.models import Scheme
from evaluations.services import presets, schemes
from evaluations.views import scheme_downloads

DOWNLOAD = "evaluations_scheme_spreadsheet"


@admin.register(Scheme)
class SchemeAdmin(ScopedAdmin):
    place_level = "street"
    list_display = ["name", "version", "region", "status", "full_points"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["name"]
    ordering = ["-id"]
    readonly_fields = ["state", "tree", "version", "status", "spreadsheet"]
    fields = [
        *(
            "state",
            "spreadsheet",
            "region",
            "name",
            ("version", "status"),
            "full_points",
            ("at_5a", "at_4a"),
            ("at_3a", "at_2a"),
        ),
        *("places", ("round_groups", "round_indicators"), "bonus_cap", "brand_months", "tree"),
    ]
    inlines = [GroupInline, GateInline, IndicatorInline]
    moves = [
        Move(
            name="set_thresholds",
            label=gettext_lazy("Usual thresholds"),
            service=presets.set_thresholds,
            perm=CHANGE,
            form=ThresholdsForm,
            when=lambda scheme: scheme.is_editable,
        ),
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

    def get_urls(self) -> Any:
        address = path("<int:pk>/scheme.<str:kind>", self.admin_site.admin_view(self.download), name=DOWNLOAD)
        return [address, *super().get_urls()]

    def download(self, request: Any, pk: int, kind: str) -> HttpResponse:
        """The scheme as a spreadsheet."""
        scheme = self.get_object(request, str(pk))
        if scheme is None:
            raise Http404
        return scheme_downloads.of(scheme, kind=kind)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, **(kwargs if obj else {**kwargs, "form": BeginForm}))

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return self.fields if obj else ["region", "thresholds", "name", "file"]

    def get_inlines(self, request: Any, obj: Any = None) -> Any:
        return self.inlines if obj else []

    @admin.display(description=gettext_lazy("State"))
    def state(self, scheme: Scheme) -> str:
        if not scheme.is_editable:
            return _("Frozen: this scheme is or was in use. Make a new version to change it.")
        found = [problem.message for problem in schemes.problems(scheme)]
        if not found:
            return _("Everything adds up.")
        return format_html("<ul role='alert'>{}</ul>", format_html_join("", "<li>{}</li>", ((text,) for text in found)))

    @admin.display(description=gettext_lazy("As a spreadsheet"))
    def spreadsheet(self, scheme: Scheme) -> str:
        links = ((reverse(f"admin:{DOWNLOAD}", args=[scheme.pk, kind]), kind) for kind in scheme_downloads.WRITERS)
        return format_html_join(" · ", "<a class='underline' href='{}'>.{}</a>", links)

    @admin.display(description=gettext_lazy("Indicators"))
    def tree(self, scheme: Scheme) -> str:
        rows = schemes.in_order(scheme) if scheme.pk else []
        wrong = problems_by_indicator(scheme) if rows else {}
        return render_to_string(
            "evaluations/_tree.html", {"rows": [("\u3000" * row.depth, row, wrong.get(row.pk)) for row in rows]}
        )

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            schemes.edit(obj, by=request.user, **form.cleaned_data)
        else:
            made = form.begin(request.user)
            obj.pk, obj.name, obj.status, obj._state.adding = made.pk, made.name, made.status, False  # noqa: SLF001 (as save() does)

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> Any:
        return redirect("admin:evaluations_scheme_change", obj.pk)
