# Ballots are known to Django, and offered to nobody: only projects.services.ballots imports them (a contract).
from . import ballots  # noqa: F401
from .agreements import RENEWABLE_DAYS, Agreement
from .parts import BudgetLine, Milestone
from .polls import Poll, PollOption, PollResult
from .projects import TOO_LOW, YUAN, Project
from .public_notices import Objection, PublicNotice
from .reports import MilestoneReport
from .roadshows import Roadshow, RoadshowEntry
from .roll import Turnout, VoterRollEntry

__all__ = [
    "RENEWABLE_DAYS",
    "TOO_LOW",
    "YUAN",
    "Agreement",
    "BudgetLine",
    "Milestone",
    "MilestoneReport",
    "Objection",
    "Poll",
    "PollOption",
    "PollResult",
    "Project",
    "PublicNotice",
    "Roadshow",
    "RoadshowEntry",
    "Turnout",
    "VoterRollEntry",
]
