"""The console's pages of evaluations, one module per noun."""

from . import assignments, committees, honours, households, ratings, reminders, rounds, schemes, surveys

__all__ = ["assignments", "committees", "honours", "households", "ratings", "reminders", "rounds", "schemes", "surveys"]
