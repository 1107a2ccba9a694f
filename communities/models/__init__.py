from .calendar import CalendarDay
from .idempotency import KeptAnswer
from .lifecycle import Lifecycle
from .notices import ChannelChoice, Delivery, Notice
from .record import StatusChange, Untold
from .refusals import Refused
from .regions import Region, ScopedQuerySet
from .residents import Resident
from .uploads import Upload
from .users import RoleAssignment, User

__all__ = [
    "CalendarDay",
    "ChannelChoice",
    "Delivery",
    "KeptAnswer",
    "Lifecycle",
    "Notice",
    "Refused",
    "Region",
    "Resident",
    "RoleAssignment",
    "ScopedQuerySet",
    "StatusChange",
    "Untold",
    "Upload",
    "User",
]
