"""What volunteers are told when something of theirs changes."""

from django.utils.translation import gettext_lazy as _

from communities.notices import BY_SMS, KINDS

KINDS["volunteers.signup:signed_up"] = _("A place has become free, you have it: %(thing)s")
KINDS["volunteers.attendance:confirmed"] = _("Your service hours are confirmed: %(thing)s")
KINDS["volunteers.attendance:rejected"] = _("Your service hours were not accepted: %(thing)s. Reason: %(reason)s")
KINDS["volunteers.attendance:forgotten"] = _("You did not check out: %(thing)s. Tell the leader when you left.")
KINDS["volunteers.keptscan:waiting"] = _("A check-in that was sent later waits for you: %(thing)s")
KINDS["volunteers.keptscan:rejected"] = _("What you sent later was not noted: %(thing)s. Reason: %(reason)s")
KINDS["hours_due"] = _("The hours of “%(title)s” should be recorded by %(day)s: please confirm them.")
KINDS["hours_late"] = _(
    "The hours of “%(title)s” should have been recorded by %(day)s (ten working days). Please confirm them now."
)
KINDS["volunteers.volunteer:guardian_agreed"] = _("Your guardian's consent is on record: you can sign up now.")
KINDS["volunteers.safeguard:revoked"] = _("This no longer holds: %(thing)s. Reason: %(reason)s")
KINDS["volunteers.paidwork:entered"] = _(
    "Paid work of yours was entered: %(thing)s. It is no volunteering; if it is wrong, object to it or tell your"
    " community."
)
KINDS["volunteers.paidwork:objected"] = _(
    "The person objected to paid work that you entered: %(thing)s. Reason: %(reason)s It does not count until the "
    "community has decided."
)
KINDS["volunteers.paidwork:confirmed"] = _(
    "The community decided on an objection, the paid work stands: %(thing)s. Reason: %(reason)s"
)
KINDS["volunteers.paidwork:withdrawn"] = _("An entry of paid work was taken back: %(thing)s. Reason: %(reason)s")
KINDS["volunteers.redemption:issued"] = _("Your voucher is ready: %(thing)s")
KINDS["volunteers.redemption:used"] = _("Your voucher was accepted: %(thing)s")
KINDS["volunteers.redemption:cancelled"] = _("Your voucher is cancelled, the points are back: %(thing)s")
KINDS["volunteers.redemption:lapsed"] = _("Your voucher has lapsed, the points are back: %(thing)s")
KINDS["volunteers.certificate:revoked"] = _("Your certificate %(thing)s was revoked. Reason: %(reason)s")
KINDS["volunteers.certificate:superseded"] = _("Your certificate %(thing)s no longer holds: %(reason)s")
KINDS["volunteers.staraward:awarded"] = _("You have reached a new star level: %(thing)s")
KINDS["volunteers.staraward:withdrawn"] = _("A star level was taken back: %(thing)s. Reason: %(reason)s")
KINDS["volunteers.reservation:lapsed"] = _("Your reservation has lapsed, nothing was paid: %(thing)s")
KINDS["volunteers.coursesession:cancelled"] = _(
    "The class does not take place: %(thing)s. Reason: %(reason)s Your points are back."
)
KINDS["volunteers.offlineuse:honoured"] = _("A voucher that was used twice is paid to you: %(thing)s. %(reason)s")
KINDS["volunteers.offlineuse:refused"] = _("A voucher that was used twice is not paid: %(thing)s. Reason: %(reason)s")
KINDS["volunteers.partnerprice:agreed"] = _("What a point is worth to your shop was agreed: %(thing)s")
KINDS["volunteers.partnerprice:withdrawn"] = _("This price no longer holds: %(thing)s. Reason: %(reason)s")
KINDS["points_expire"] = _("%(points)d of your points expire after %(day)s.")
KINDS["gift_made"] = _("You gave %(points)d points to %(name)s.")
KINDS["gift_received"] = _("%(name)s gave you %(points)d points.")
KINDS["gift_taken_back"] = _("A gift of %(points)d points between you and %(name)s was taken back. Reason: %(reason)s")
# What was entered of somebody blocks their service at that time: they hear of it at once.
BY_SMS |= {"volunteers.signup:signed_up", "volunteers.coursesession:cancelled", "volunteers.paidwork:entered"}
