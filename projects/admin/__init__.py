"""The console's pages of projects, one module per noun."""

from . import agreements, electorates, polls, projects, public_notices, reports, roadshows, venue

__all__ = ["agreements", "electorates", "polls", "projects", "public_notices", "reports", "roadshows", "venue"]
