"""Volunteering in the console, one module per noun."""

from . import activities, attendances, ledger, pools, rewards, vocabulary, volunteers

__all__ = ["activities", "attendances", "ledger", "pools", "rewards", "vocabulary", "volunteers"]
