"""The console's pages of people and places, one module per noun."""

from . import record, regions

__all__ = ["record", "regions"]
