"""What the reminders about projects say."""

from django.utils.translation import gettext_lazy as _

from communities.notices import BY_SMS, KINDS

KINDS["agreement_ending"] = _("The agreement of “%(title)s” ends on %(ends_on)s. Time to renew it or to let it end.")
KINDS["poll_closes_soon"] = _("The vote “%(title)s” closes soon and you have not voted yet. Each vote counts.")
# The agreement's draft waits for signatures.
BY_SMS |= {"poll_closes_soon", "projects.agreement:draft"}
