"""The console's pages of evaluations, one module per noun."""

from . import assignments, committees, ratings, reminders, rounds, schemes

__all__ = ["assignments", "committees", "ratings", "reminders", "rounds", "schemes"]
