"""What happened to accounts, in the console."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from communities.console import ScopedAdmin
from communities.grants import Role
from communities.models import AuditEvent

# The words of the detail; what is not named here is shown as it was written down.
WORDS = {
    "how": _("how"),
    "phone": _("code by SMS"),
    "password": _("password"),
    "factor": _("second factor"),
    "demo": _("demo sign-in"),
    "what": _("about what"),
    "roll errors": _("rows with errors"),
    "rows": _("rows"),
    "roll_import": _("roll import"),
    "version": _("version"),
    "device": _("device"),
    "fields": _("fields"),
    "role": _("role"),
    "region": _("region"),
    **dict(Role.choices),
}


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_in_words, value))
    return " + ".join(str(WORDS.get(part, part)) for part in str(value).split("+"))


@admin.register(AuditEvent)
class AuditEventAdmin(ScopedAdmin):
    list_display = ["at", "kind", "about_whom", "by_whom", "reason", "region"]
    list_select_related = ["subject", "actor", "region"]
    list_filter = ["kind", "at"]
    list_prefetch_related = ["subject__role_assignments", "actor__role_assignments"]
    search_fields = ["subject__name", "actor__name", "reason"]
    ordering = ["-id"]
    fields = ["at", "kind", "about_whom", "by_whom", "reason", "details", "region", "address_index", "account_index"]
    readonly_fields = fields

    @display(description=_("about whom"))
    def about_whom(self, event: AuditEvent) -> str:
        return event.subject.shown_name if event.subject else "—"

    @display(description=_("by whom"))
    def by_whom(self, event: AuditEvent) -> str:
        return event.actor.shown_name if event.actor else "—"

    @display(description=_("detail"))
    def details(self, event: AuditEvent) -> str:
        return " · ".join(f"{_in_words(name)}: {_in_words(value)}" for name, value in event.detail.items()) or "—"
