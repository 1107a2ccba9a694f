"""The rule of a vote as staff write it in the console."""

from __future__ import annotations

from typing import Any

from django import forms

from projects.models import Poll
from projects.models.rules import RULE_FIELDS


class PollForm(forms.ModelForm):
    """The rule; what the chosen rule does not use, and so is out of sight, follows from the rest."""

    class Meta:
        model = Poll
        fields = ["roadshow", *RULE_FIELDS]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        rule = Poll(**{name: value for name, value in said.items() if name in CHOSEN})
        if "places" in rule.unused and said.get("winners"):
            said["places"] = said["winners"]
        return said


# The choices on which it depends what else counts.
CHOSEN = frozenset({"electorate", "ballot_type", "winner_rule", "tie_rule", "quorum"})
