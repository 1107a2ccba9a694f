"""The console's pages of projects, one module per noun."""

from . import agreements, polls, projects, public_notices, reports, roadshows

__all__ = ["agreements", "polls", "projects", "public_notices", "reports", "roadshows"]
