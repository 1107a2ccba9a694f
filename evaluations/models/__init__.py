# Answers of households are known to Django, and offered to nobody: only services.survey_answers imports them.
from . import survey_answers  # noqa: F401
from .agendas import AgendaItem, GradeVote
from .appeals import Appeal, AppealCorrection, Challenge
from .assignments import Assignment, AssignmentPlan
from .committees import Committee, CommitteeMember, Recusal
from .declarations import Declaration
from .evidence import MarkChange, MarkPhoto
from .gates import Gate
from .honours import Honour, HonourEntry
from .households import SurveyHousehold, SurveyVisit
from .meetings import EvaluationMeeting, MeetingSeat, Share
from .ratings import BrandListing, Rating
from .reminders import Reminder, ReminderHold
from .reviewers import Reviewer
from .rounds import EvaluationRound, RatingRhythm
from .schemes import EvaluatorGroup, Indicator, Scheme, Seat
from .sheets import Mark, ScoreSheet
from .survey_results import SurveyResult
from .surveys import Survey, SurveyFrame, SurveyQuestion

__all__ = [
    "AgendaItem",
    "Appeal",
    "AppealCorrection",
    "Assignment",
    "AssignmentPlan",
    "BrandListing",
    "Challenge",
    "Committee",
    "CommitteeMember",
    "Declaration",
    "EvaluationMeeting",
    "EvaluationRound",
    "EvaluatorGroup",
    "Gate",
    "GradeVote",
    "Honour",
    "HonourEntry",
    "Indicator",
    "Mark",
    "MarkChange",
    "MarkPhoto",
    "MeetingSeat",
    "Rating",
    "RatingRhythm",
    "Recusal",
    "Reminder",
    "ReminderHold",
    "Reviewer",
    "Scheme",
    "ScoreSheet",
    "Seat",
    "Share",
    "Survey",
    "SurveyFrame",
    "SurveyHousehold",
    "SurveyQuestion",
    "SurveyResult",
    "SurveyVisit",
]
