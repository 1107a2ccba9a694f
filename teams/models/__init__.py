from .admissions import Admission, AdmissionDocument
from .calls import RecruitmentCall
from .members import TeamMember
from .teams import Team, TeamContact
from .vocabularies import CooperationMode, Field, Scene, TeamType, Vocabulary

__all__ = [
    "Admission",
    "AdmissionDocument",
    "CooperationMode",
    "Field",
    "RecruitmentCall",
    "Scene",
    "Team",
    "TeamContact",
    "TeamMember",
    "TeamType",
    "Vocabulary",
]
