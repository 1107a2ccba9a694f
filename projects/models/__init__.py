from .agreements import RENEWABLE_DAYS, Agreement
from .projects import TOO_LOW, YUAN, BudgetLine, Milestone, Project
from .public_notices import Objection, PublicNotice
from .reports import MilestoneReport

__all__ = [
    "RENEWABLE_DAYS",
    "TOO_LOW",
    "YUAN",
    "Agreement",
    "BudgetLine",
    "Milestone",
    "MilestoneReport",
    "Objection",
    "Project",
    "PublicNotice",
]
