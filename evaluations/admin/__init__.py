"""The console's pages of evaluations, one module per noun."""

from . import committees, ratings, rounds, schemes

__all__ = ["committees", "ratings", "rounds", "schemes"]
