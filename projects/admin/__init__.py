"""The console's pages of projects, one module per noun."""

from . import agreements, projects, public_notices, reports

__all__ = ["agreements", "projects", "public_notices", "reports"]
