"""The console's pages of people and places, one module per noun."""

from . import calendar, notices, record, regions, residents, roll_imports

__all__ = ["calendar", "notices", "record", "regions", "residents", "roll_imports"]
