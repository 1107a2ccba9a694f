"""The console's pages of people and places, one module per noun."""

from . import audit, calendar, notices, people, permissions, record, regions, residents, reveals, roles, roll_imports

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
]
