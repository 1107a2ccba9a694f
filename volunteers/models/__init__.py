from django.utils.translation import gettext_lazy as _

from communities.models.refusals import TRIGGER_REFUSALS

from .activities import Activity, Signup
from .attendance import LONGEST_ATTENDANCE, Attendance, Correction
from .calendar_links import CalendarLink
from .certificates import Certificate, Seal
from .courses import CoursePlace, CourseSession
from .device_marks import DeviceMark
from .documents import DocumentType
from .former import FormerHours, FormerImport, OpeningBalance
from .gifts import Gift
from .kept_scans import KeptScan
from .ledger import Account, Journal, PointEntry
from .lots import Lot, LotMove
from .oddities import Oddity
from .offline_uses import OfflineUse
from .paid_work import PaidWork
from .photos import RewardPhoto
from .pools import Funding
from .prices import PartnerPrice
from .redemptions import Redemption
from .repetitions import Repetition
from .reservations import Reservation
from .rewards import Clerk, Partner, Reward, StockChange
from .rules import PointsRule
from .safeguards import Safeguard
from .settlements import Settlement
from .stars import StarAward, StarRule
from .vocabulary import ActivityKind, RewardKind, Skill
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
        "attendance_needs_insurance": _(
            "This activity asks for insurance, and none that covers this day is on record; ask the community."
        ),
        "attendance_needs_training": _(
            "This activity asks for training, and none that holds on this day is on record; ask the community."
        ),
        "service_meets_paid_work": _("This time is entered as paid work of a team; the same minutes are never both."),
        "paid_work_meets_service": _("In this time the person served as a volunteer; the same minutes are never both."),
        "paid_work_too_long": _("Enter at most 24 hours at a time."),
        "voucher_is_spent": _("This voucher was already used or given back."),
        "journal_unbalanced": _("The entries of a journal sum to zero."),
        "journal_closed": _("A posted journal takes no further entries."),
        "ledger_chain_broken": _("Two postings met; please try again."),
        "lots_within_balance": _("There are not enough points."),
        "certificate_frozen": _("What a certificate says is never changed; issue another."),
        "former_hours_frozen": _("What was taken over is never changed; undo the import."),
        "former_hours_too_long": _("No more than 16 hours a day can be taken over; please check the times."),
        "former_hours_exceed_the_day": _(
            "With what is on record of these days, there would be more than 24 hours a day; please check the times."
        ),
        "service_exceeds_the_day": _(
            "With what was taken over of these days from before, there would be more than 24 hours a day: confirm fewer"
            " minutes, or undo the import."
        ),
        "lot_move_misplaced": _("A posted journal takes no further entries."),
        "reservation_is_over": _("This reservation is over."),
        "class_is_full": _("All seats are taken."),
        "class_seats_are_taken": _("More seats are taken than that."),
        "class_is_off": _("This class does not take place."),
        "seat_is_given_back": _("This place was already given back."),
        "double_use_is_decided": _("This was already decided."),
        "price_frozen": _("A price is never changed; take it back, or agree on another from a later day."),
        "price_meets_settlement": _(
            "The month of this day, or a later one, is settled; what is settled keeps its price. Choose a later day."
        ),
    }
)

__all__ = [
    "LONGEST_ATTENDANCE",
    "Account",
    "Activity",
    "ActivityKind",
    "Attendance",
    "CalendarLink",
    "Certificate",
    "Clerk",
    "Correction",
    "CoursePlace",
    "CourseSession",
    "DeviceMark",
    "DocumentType",
    "FormerHours",
    "FormerImport",
    "Funding",
    "Gift",
    "Journal",
    "KeptScan",
    "Lot",
    "LotMove",
    "Oddity",
    "OfflineUse",
    "OpeningBalance",
    "PaidWork",
    "Partner",
    "PartnerPrice",
    "PointEntry",
    "PointsRule",
    "Redemption",
    "Repetition",
    "Reservation",
    "Reward",
    "RewardKind",
    "RewardPhoto",
    "Safeguard",
    "Seal",
    "Settlement",
    "Signup",
    "Skill",
    "StarAward",
    "StarRule",
    "StockChange",
    "Volunteer",
]
