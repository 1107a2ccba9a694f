"""Volunteering in the console, one module per noun."""

from . import (
    activities,
    attendances,
    certificates,
    former,
    kept_scans,
    ledger,
    oddities,
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
    "former",
    "kept_scans",
    "ledger",
    "oddities",
    "pools",
    "rewards",
    "stars",
    "vocabulary",
    "volunteers",
]
