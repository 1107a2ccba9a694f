"""What the reminders about evaluations say."""

from django.utils.translation import gettext_lazy as _

from communities.notices import BY_SMS, KINDS

KINDS["sheets_missing"] = _("“%(title)s” closes on %(day)s; %(count)s of your score sheets are still missing.")
KINDS["round_overdue"] = _("“%(title)s” closed on %(day)s with %(count)s score sheets missing.")
BY_SMS |= {"sheets_missing", "evaluations.rating:final"}
