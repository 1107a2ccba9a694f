from .assignments import Assignment, AssignmentPlan
from .committees import Committee, CommitteeMember, Recusal
from .declarations import Declaration
from .ratings import BrandListing, Rating
from .reminders import Reminder, ReminderHold
from .rounds import EvaluationRound, RatingRhythm
from .schemes import EvaluatorGroup, Indicator, Scheme, Seat
from .sheets import Mark, ScoreSheet

__all__ = [
    "Assignment",
    "AssignmentPlan",
    "BrandListing",
    "Committee",
    "CommitteeMember",
    "Declaration",
    "EvaluationRound",
    "EvaluatorGroup",
    "Indicator",
    "Mark",
    "Rating",
    "RatingRhythm",
    "Recusal",
    "Reminder",
    "ReminderHold",
    "Scheme",
    "ScoreSheet",
    "Seat",
]
