from django.utils.translation import gettext_lazy as _

from communities.models.refusals import TRIGGER_REFUSALS

from .activities import Activity, Signup
from .attendance import LONGEST_ATTENDANCE, Attendance, Correction
from .certificates import Certificate, Seal
from .device_marks import DeviceMark
from .former import FormerHours, FormerImport, OpeningBalance
from .gifts import Gift
from .kept_scans import KeptScan
from .ledger import Account, Journal, PointEntry
from .lots import Lot, LotMove
from .oddities import Oddity
from .pools import Funding
from .redemptions import Redemption
from .rewards import Clerk, Partner, Reward, StockChange
from .rules import PointsRule
from .stars import StarAward, StarRule
from .vocabulary import ActivityKind, Skill
from .volunteers import Volunteer

# What the laws of migration `laws` say when they are broken.
TRIGGER_REFUSALS.update(
    {
        "activity_is_full": _("All places are taken."),
        "activity_places_are_taken": _("More volunteers have signed up than that."),
        "attendance_overlaps": _("At this time the volunteer was already somewhere else."),
        "attendance_too_long": _("Nobody helps longer than 16 hours at a stretch; please check the times."),
        "attendance_minutes_exceed_stay": _("No more minutes than the stay lasted."),
        "kept_scan_stands": _("What is recorded is never changed; correct it by a new entry."),
        "oddity_stands": _("What is recorded is never changed; correct it by a new entry."),
        "voucher_is_spent": _("This voucher was already used or given back."),
        "journal_unbalanced": _("The entries of a journal sum to zero."),
        "journal_closed": _("A posted journal takes no further entries."),
        "ledger_chain_broken": _("Two postings met; please try again."),
        "lots_within_balance": _("There are not enough points."),
        "certificate_frozen": _("What a certificate says is never changed; issue another."),
        "former_hours_frozen": _("What was taken over is never changed; undo the import."),
        "former_hours_too_long": _("No more than 16 hours a day can be taken over; please check the times."),
        "lot_move_misplaced": _("A posted journal takes no further entries."),
    }
)

__all__ = [
    "LONGEST_ATTENDANCE",
    "Account",
    "Activity",
    "ActivityKind",
    "Attendance",
    "Certificate",
    "Clerk",
    "Correction",
    "DeviceMark",
    "FormerHours",
    "FormerImport",
    "Funding",
    "Gift",
    "Journal",
    "KeptScan",
    "Lot",
    "LotMove",
    "Oddity",
    "OpeningBalance",
    "Partner",
    "PointEntry",
    "PointsRule",
    "Redemption",
    "Reward",
    "Seal",
    "Signup",
    "Skill",
    "StarAward",
    "StarRule",
    "StockChange",
    "Volunteer",
]
