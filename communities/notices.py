"""What reminders say: every kind of notice that is not a change of status declares its words here.

An app's `<app>/notices.py`, imported in its AppConfig.ready, adds to the register:

    KINDS["milestone_due"] = gettext_lazy("“%(title)s” is due on %(day)s.")

A change of status speaks for itself ("“thing” is now: status. Reason: …"); an app that wants other words for one
declares them under "app_label.model:status", with %(thing)s, %(status)s and %(reason)s.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS: dict[str, Any] = {
    "communities.resident:verified": gettext_lazy("You are on the residents' roll now: you can vote and take part."),
    "communities.resident:refused": gettext_lazy(
        "The community did not add you to the residents' roll. Reason: %(reason)s You can ask again."
    ),
    "communities.resident:left": gettext_lazy("You were taken off the residents' roll. Reason: %(reason)s"),
    "communities.resident:represents": gettext_lazy("You are a resident representative now."),
    "communities.resident:represents_not": gettext_lazy("You are no longer a resident representative."),
    "communities.resident:corrected": gettext_lazy("The community corrected your entry in the residents' roll."),
}
CHANGE = "change"


def words(kind: str, params: dict[str, Any]) -> str:
    """What a reminder of this kind says, in the language of the moment."""
    return str(KINDS[kind]) % params


def words_of_change(change: Any) -> str:
    """What a change of status says, in the language of the moment."""
    key = f"{change.content_type.app_label}.{change.content_type.model}:{change.new}"
    params = {"thing": change.target, "status": change.new_label, "reason": change.reason}
    if key in KINDS:
        return str(KINDS[key]) % params
    text = _("“%(thing)s” is now: %(status)s.") % params
    return f"{text} {_('Reason: %(reason)s') % params}" if change.reason else text
