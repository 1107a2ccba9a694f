"""What a permission of grants.py is called by people."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

# The codename without its noun → what one does. What is missing here shows its codename.
VERBS: dict[str, Any] = {
    "view": pgettext_lazy("permission", "see"),
    "add": pgettext_lazy("permission", "create"),
    "change": pgettext_lazy("permission", "edit"),
    "reveal": gettext_lazy("show masked personal data"),
    "answer": gettext_lazy("answer"),
    "ask": gettext_lazy("ask to be added"),
    "assign": gettext_lazy("give and end"),
    "cast": gettext_lazy("vote"),
    "check": gettext_lazy("check"),
    "close": pgettext_lazy("permission", "close"),
    "deactivate": gettext_lazy("switch off and on"),
    "decide": gettext_lazy("decide"),
    "draft": gettext_lazy("draft"),
    "draw": gettext_lazy("draw up and change by hand"),
    "end": pgettext_lazy("permission", "end"),
    "erase": gettext_lazy("delete personal data"),
    "explain": gettext_lazy("see how it came about"),
    "fill": gettext_lazy("fill in"),
    "issue": gettext_lazy("issue"),
    "leave_out": gettext_lazy("leave out"),
    "object_to": gettext_lazy("object to"),
    "propose": gettext_lazy("propose"),
    "publish": gettext_lazy("publish"),
    "reckon": gettext_lazy("see its monthly statements"),
    "release": gettext_lazy("release"),
    "report": gettext_lazy("report"),
    "reset": gettext_lazy("reset password and second factor"),
    "retire": gettext_lazy("retire"),
    "revoke": gettext_lazy("revoke"),
    "retry": gettext_lazy("send again"),
    "run": gettext_lazy("open, close and conclude"),
    "seal": pgettext_lazy("permission", "seal"),
    "show": gettext_lazy("name on the wall of thanks"),
    "settle": gettext_lazy("settle a month"),
    "sign_for_community": gettext_lazy("sign for the community"),
    "sign_for_team": gettext_lazy("sign for the team"),
    "stop": pgettext_lazy("permission", "stop"),
    "submit": gettext_lazy("submit"),
    "suspend": gettext_lazy("suspend and resume"),
    "undo": gettext_lazy("undo"),
    "visit": gettext_lazy("visit and take down answers"),
    "vote_on": gettext_lazy("vote"),
    "withdraw": gettext_lazy("withdraw"),
    "write": gettext_lazy("write"),
}
NOUNS: dict[str, Any] = {
    "figure": gettext_lazy("rows behind a figure"),
    "role": gettext_lazy("role"),
    "session": gettext_lazy("session"),
    "own_account": gettext_lazy("own account"),
    "todo": gettext_lazy("what waits today"),
}


def label_of(perm: str) -> str:
    """“Resident: check” for communities.check_resident."""
    app, codename = perm.split(".")
    nouns = {**NOUNS, **{name: model._meta.verbose_name for name, model in apps.get_app_config(app).models.items()}}
    parts = codename.split("_")
    for length in (2, 1):
        for start in range(1, len(parts) - length + 1):
            noun, verb = "_".join(parts[start : start + length]), "_".join(parts[:start] + parts[start + length :])
            if noun in nouns:
                return _("%(noun)s: %(verb)s") % {"noun": nouns[noun], "verb": VERBS.get(verb, verb)}
    return codename
