# Ballots are known to Django, and offered to nobody: only projects.services.ballots imports them (a contract).
from . import ballots  # noqa: F401
from .agreements import RENEWABLE_DAYS, Agreement
from .electorates import Expert, ListedVoter, Substitution
from .options import PollOption, PollResult
from .papers import PaperEntry, PaperSheet
from .parts import BudgetLine, Milestone
from .polls import Poll
from .presentations import Presentation
from .projects import TOO_LOW, YUAN, Project
from .public_notices import Objection, PublicNotice
from .reports import MilestoneReport
from .roadshows import Roadshow, RoadshowEntry
from .roll import Presence, Turnout, VoterRollEntry
from .slips import Kiosk, VotingSlip

__all__ = [
    "RENEWABLE_DAYS",
    "TOO_LOW",
    "YUAN",
    "Agreement",
    "BudgetLine",
    "Expert",
    "Kiosk",
    "ListedVoter",
    "Milestone",
    "MilestoneReport",
    "Objection",
    "PaperEntry",
    "PaperSheet",
    "Poll",
    "PollOption",
    "PollResult",
    "Presence",
    "Presentation",
    "Project",
    "PublicNotice",
    "Roadshow",
    "RoadshowEntry",
    "Substitution",
    "Turnout",
    "VoterRollEntry",
    "VotingSlip",
]
