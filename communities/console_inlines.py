"""Rows of the console that belong to a thing and are only looked at."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from communities.console_money import as_shown, sums_of


class ReadOnlyInline(TabularInline):
    """No heading above each row (its words are in the columns, masked); what has a page of its own is linked."""

    extra = 0
    can_delete = False
    show_change_link = True
    hide_title = True

    def __init__(self, parent_model: Any, admin_site: Any) -> None:
        super().__init__(parent_model, admin_site)
        vars(self).update(sums_of(self.model))

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        fields = [name for name in super().get_fields(request, obj) if name != "page"]
        fields = list(dict.fromkeys(as_shown(fields, self)))
        return [*fields, "page"] if self._has_pages(request) else fields

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        fields = [*super().get_readonly_fields(request, obj), *sums_of(self.model)]
        return [*fields, "page"] if self._has_pages(request) else fields

    def _has_pages(self, request: Any) -> bool:
        perm = f"{self.opts.app_label}.view_{self.opts.model_name}"
        return self.show_change_link and self.model in admin.site._registry and request.user.has_perm(perm)  # noqa: SLF001 (no public list)

    @admin.display(description=gettext_lazy("page"))
    def page(self, row: Any) -> str:
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])
        return format_html('<a class="underline" href="{}">{}</a>', address, _("Look"))
