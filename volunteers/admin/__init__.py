"""Volunteering in the console, one module per noun."""

from . import (
    activities,
    attendances,
    certificates,
    courses,
    former,
    kept_scans,
    ledger,
    oddities,
    offline_uses,
    partners,
    pools,
    rewards,
    stars,
    vocabulary,
    volunteers,
)

__all__ = [
    "activities",
    "attendances",
    "certificates",
    "courses",
    "former",
    "kept_scans",
    "ledger",
    "oddities",
    "offline_uses",
    "partners",
    "pools",
    "rewards",
    "stars",
    "vocabulary",
    "volunteers",
]
