"""Volunteering in the console, one module per noun."""

from . import activities, attendances, certificates, former, ledger, pools, rewards, stars, vocabulary, volunteers

__all__ = [
    "activities",
    "attendances",
    "certificates",
    "former",
    "ledger",
    "pools",
    "rewards",
    "stars",
    "vocabulary",
    "volunteers",
]
