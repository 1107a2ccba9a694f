from .audit import AuditEvent
from .calendar import CalendarDay
from .consents import Consent
from .demo import DemoPerson
from .idempotency import KeptAnswer
from .lifecycle import Lifecycle
from .notices import ChannelChoice, Delivery, Notice
from .phone_codes import PhoneCode
from .record import StatusChange, Untold
from .refusals import Refused
from .regions import Region, ScopedQuerySet, SharedQuerySet
from .residents import Resident
from .reveals import Reveal
from .roll_imports import RollImport
from .sign_in import FailureCount, RecoveryCode, SecondFactor, SignedInDevice
from .uploads import Upload
from .users import RoleAssignment, User

__all__ = [
    "AuditEvent",
    "CalendarDay",
    "ChannelChoice",
    "Consent",
    "Delivery",
    "DemoPerson",
    "FailureCount",
    "KeptAnswer",
    "Lifecycle",
    "Notice",
    "PhoneCode",
    "RecoveryCode",
    "Refused",
    "Region",
    "Resident",
    "Reveal",
    "RoleAssignment",
    "RollImport",
    "ScopedQuerySet",
    "SecondFactor",
    "SharedQuerySet",
    "SignedInDevice",
    "StatusChange",
    "Untold",
    "Upload",
    "User",
]
