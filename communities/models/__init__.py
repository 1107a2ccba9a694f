from .idempotency import KeptAnswer
from .lifecycle import Lifecycle
from .record import StatusChange, Untold
from .refusals import Refused
from .regions import Region, ScopedQuerySet
from .residents import Resident
from .users import RoleAssignment, User

__all__ = [
    "KeptAnswer",
    "Lifecycle",
    "Refused",
    "Region",
    "Resident",
    "RoleAssignment",
    "ScopedQuerySet",
    "StatusChange",
    "Untold",
    "User",
]
