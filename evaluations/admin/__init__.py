"""The console's pages of evaluations, one module per noun."""

from . import (
    appeals,
    assignments,
    committees,
    honours,
    households,
    meetings,
    ratings,
    reminders,
    rounds,
    schemes,
    surveys,
)

__all__ = [
    "appeals",
    "assignments",
    "committees",
    "honours",
    "households",
    "meetings",
    "ratings",
    "reminders",
    "rounds",
    "schemes",
    "surveys",
]
