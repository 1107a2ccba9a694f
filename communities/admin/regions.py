"""Places in the console."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from communities.console import ScopedAdmin
from communities.models import Region


@admin.register(Region)
class RegionAdmin(ScopedAdmin):
    list_display = ["name", "code", "level", "above"]
    list_select_related = ["parent"]
    list_filter = ["level"]
    search_fields = ["name", "code"]
    search_help_text = _("A name or a division code")
    ordering = ["code"]
    fields = ["name", "code", "level", "above"]
    readonly_fields = fields

    @admin.display(description=_("region above"), ordering="parent")
    def above(self, region: Region) -> str:
        return str(region.parent or "—")
