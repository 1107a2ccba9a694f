"""Places in the console."""

from django.contrib import admin

from communities.console import ScopedAdmin
from communities.models import Region


@admin.register(Region)
class RegionAdmin(ScopedAdmin):
    list_display = ["name", "code", "level"]
    list_filter = ["level"]
    search_fields = ["name", "code"]
