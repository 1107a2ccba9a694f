"""What reminders say: every kind of notice that is not a change of status declares its words here.

An app's `<app>/notices.py`, imported in its AppConfig.ready, adds to the register:

    KINDS["milestone_due"] = gettext_lazy("“%(title)s” is due on %(day)s.")

A change of status speaks for itself ("Kind “thing”: status. Reason: …"); an app that wants other words for one
declares them under "app_label.model:status", with %(thing)s, %(status)s and %(reason)s.

Everything stands in the inbox and goes out by e-mail; an SMS costs the city money, so only what is urgent is sent as
one: what an app adds to BY_SMS, and every change into a status that hurts somebody. A city decides otherwise by
SMS_ALSO_FOR and SMS_NOT_FOR, a person by their own choice.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.text import capfirst
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
    "phone_changed": gettext_lazy(
        "The phone number you sign in with is now %(phone)s. If it was not you who changed it, tell your community."
    ),
    "erased": gettext_lazy(
        "Your account is closed and your personal data deleted, as asked. If it was not you, tell your community."
    ),
}
CHANGE = "change"
# What has a deadline or is waited for.
BY_SMS: set[str] = {"communities.resident:verified", "communities.resident:represents_not"}
EVERYTHING = "*"


def words(kind: str, params: dict[str, Any]) -> str:
    """What a reminder of this kind says, in the language of the moment."""
    return str(KINDS[kind]) % params


def words_of_change(change: Any) -> str:
    """What a change of status says, in the language of the moment."""
    key = key_of(change)
    kind = capfirst(str(change.target._meta.verbose_name))
    thing = str(change.target)
    kind = "" if thing.startswith(kind) else kind  # “Vote: …” says itself what it is
    params = {"kind": kind, "thing": thing, "status": change.new_label, "reason": change.reason}
    if key in KINDS:
        return str(KINDS[key]) % params
    said = [(_("%(kind)s “%(thing)s”: %(status)s.") % params).lstrip()]
    if change.reason:
        said.append(_("Reason: %(reason)s") % params)
    return " ".join(said)


def key_of(change: Any) -> str:
    """What a change of status is called here: “app_label.model:status”."""
    return f"{change.content_type.app_label}.{change.content_type.model}:{change.new}"


def is_urgent(kind: str, change: Any = None) -> bool:
    """Whether this is worth an SMS: as the city says, else what is declared so, or hurts somebody."""
    key = key_of(change) if change else kind
    if key in settings.SMS_ALSO_FOR:
        return True
    if not {key, EVERYTHING}.isdisjoint(settings.SMS_NOT_FOR):
        return False
    hurts = getattr(change.content_type.model_class(), "NEED_REASON", ()) if change else ()
    return key in BY_SMS or bool(change and change.new in hurts)
