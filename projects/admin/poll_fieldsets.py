"""The rule of a vote in the console, part by part, with what each part decides."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

FIELDSETS: list[tuple[Any, dict[str, Any]]] = [
    (None, {"fields": ["roadshow", "status", "turnout_now", "results_now", "at_the_venue"]}),
    (
        _("Who votes"),
        {
            "description": _(
                "The voter roll is written when the vote opens and is fixed then. Contacts and members of the teams "
                "that present are struck. Substitutes, experts and an uploaded list are entered after saving, by the "
                "buttons above."
            ),
            "fields": [("electorate", "seats_per_grid"), "expert_weight"],
        },
    ),
    (
        _("How one votes"),
        {
            "description": _(
                "The same ballot paper on the phone, by slip, at a kiosk and on paper. One person, one ballot."
            ),
            "fields": [("ballot_type", "max_choices"), "may_replace"],
        },
    ),
    (
        _("Who wins"),
        {
            "description": _("Counted by itself when the vote closes; nobody sees a count before that."),
            "fields": [("winner_rule", "winners"), ("share", "budget"), "minimum_support"],
        },
    ),
    (
        _("When it counts"),
        {
            "description": _("With fewer the vote fails, and the projects may be presented again."),
            "fields": [("quorum", "quorum_counts")],
        },
    ),
    (
        _("At a tie"),
        {
            "description": _(
                "No order in the program decides between equals: it stops, and you settle it as announced here."
            ),
            "fields": [("tie_rule", "places")],
        },
    ),
    (
        _("When"),
        {
            "description": _("It opens and closes by itself at these times; on the evening you can do both by hand."),
            "fields": [("opens_at", "closes_at")],
        },
    ),
    (_("To check the count"), {"fields": ["seal", "lot_seed"], "classes": ["collapse"]}),
]
