"""What the reminders about evaluations say."""

from django.utils.translation import gettext_lazy as _

from communities.notices import BY_SMS, KINDS

KINDS["sheets_missing"] = _("“%(title)s” closes on %(day)s; %(count)s of your score sheets are still missing.")
KINDS["sheets_overdue"] = _(
    "%(count)s of your score sheets for “%(title)s” were due on %(day)s. They are taken until %(until)s."
)
KINDS["sheets_missing_in_many"] = _("%(count)s of your score sheets are still missing. Due on: %(rounds)s")
KINDS["round_overdue"] = _("The marks of “%(title)s” were due on %(day)s; %(count)s score sheets are missing.")
KINDS["round_not_opened"] = _("“%(title)s” was to open by itself on %(day)s and did not. %(why)s")
KINDS["appeal_due"] = _("The appeal of “%(title)s” is to be decided by %(day)s.")
KINDS["appeal_late"] = _("The appeal of “%(title)s” was to be decided by %(day)s and is late.")
KINDS["evaluations.appeal:filed"] = _("An appeal was filed against the grade of “%(thing)s”. Name who looks into it.")
KINDS["evaluations.reviewer:named"] = _("You are asked to look into an appeal: “%(thing)s”. Please give your opinion.")
KINDS["survey_assigned"] = _("You are an interviewer of “%(title)s” for %(count)s households, substitutes among them.")
KINDS["evaluations.rating:announced"] = _(
    "The provisional grade of “%(thing)s” is out. See how it came about, and until when you can appeal against it."
)
KINDS["evaluations.rating:regraded"] = _("The provisional grade of “%(thing)s” was computed again. See what changed.")
BY_SMS |= {"sheets_missing", "sheets_overdue", "sheets_missing_in_many", "round_not_opened"}
BY_SMS |= {f"evaluations.rating:{step}" for step in ("announced", "regraded", "final")}
