"""The console's pages of people and places, one module per noun."""

from django.contrib import admin
from django.contrib.auth.models import Group

from . import (
    audit,
    calendar,
    notices,
    people,
    permissions,
    record,
    regions,
    residents,
    reveals,
    roles,
    roll_imports,
    untold,
)

__all__ = [
    "audit",
    "calendar",
    "notices",
    "people",
    "permissions",
    "record",
    "regions",
    "residents",
    "reveals",
    "roles",
    "roll_imports",
    "untold",
]

# Django's groups grant nothing here; who may do what is in communities/grants.py alone.
admin.site.unregister(Group)
