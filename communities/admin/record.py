"""What happened, in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from communities.console import ScopedAdmin
from communities.models import StatusChange


def kind_name(kind: ContentType) -> str:
    """“Admission”, without the app that it lives in."""
    model = kind.model_class()
    return capfirst(str(model._meta.verbose_name)) if model else kind.model


class KindFilter(admin.SimpleListFilter):
    """What the entry is about."""

    title = _("what kind")
    parameter_name = "kind"

    def lookups(self, request: Any, model_admin: Any) -> Any:
        kinds = ContentType.objects.filter(pk__in=model_admin.get_queryset(request).order_by().values("content_type"))
        return [(kind.pk, kind_name(kind)) for kind in kinds]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.filter(content_type=self.value()) if (self.value() or "").isdigit() else queryset


@admin.register(StatusChange)
class StatusChangeAdmin(ScopedAdmin):
    """Everything that changed, the latest first; each thing's own record stands on its page too."""

    list_display = ["at", "who", "kind", "thing", "before", "after", "reason", "region"]
    list_select_related = ["actor", "content_type", "region"]
    list_prefetch_related = ["actor__role_assignments", "target"]  # what `actor_name` is made of
    list_filter = ["at", KindFilter]
    # Not by whom: that would tell who made an anonymous objection.
    search_fields = ["reason"]
    search_help_text = _("A reason")
    ordering = ["-id"]
    fields = ["at", "who", "kind", "thing", "before", "after", "reason", "region"]
    readonly_fields = fields

    @admin.display(description=_("by whom"))
    def who(self, change: StatusChange) -> str:
        return change.actor_name

    @admin.display(description=_("what kind"))
    def kind(self, change: StatusChange) -> str:
        return kind_name(change.content_type)

    @admin.display(description=_("about what"))
    def thing(self, change: StatusChange) -> str:
        """By its title where it has one: a whole name may need more of the database than a list should ask."""
        name = getattr(change.target, "title", "") or f"#{change.object_id}"
        if type(change.target) not in admin.site._registry:  # noqa: SLF001 (no public list)
            return name
        kind = change.content_type
        page = reverse(f"admin:{kind.app_label}_{kind.model}_change", args=[change.object_id])
        return format_html('<a class="underline" href="{}">{}</a>', page, name)

    @admin.display(description=_("from"))
    def before(self, change: StatusChange) -> str:
        return change.old_label or "—"

    @admin.display(description=_("to"))
    def after(self, change: StatusChange) -> str:
        return change.new_label
