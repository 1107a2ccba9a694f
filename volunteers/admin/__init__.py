"""Volunteering in the console, one module per noun."""

from . import (
    activities,
    attendances,
    kept_scans,
    ledger,
    oddities,
    pools,
    rewards,
    vocabulary,
    volunteers,
)

__all__ = [
    "activities",
    "attendances",
    "kept_scans",
    "ledger",
    "oddities",
    "pools",
    "rewards",
    "vocabulary",
    "volunteers",
]
