"""The ballot paper, and the slip on which one looks up a receipt."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from projects.models import Poll, PollOption
from projects.models.rules import FULL_SCORE
from projects.services.ballots import KEY_LENGTH

POINTS = "points-"
LONGEST_ID = 19


class BallotForm(forms.Form):
    """Which projects somebody chooses, or by score what each is given; the key finds the ballot again if the network
    fails. `replaces` is the key of the ballot that this one takes out."""

    choices = forms.TypedMultipleChoiceField(
        label=_("Your choice"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("One of the projects does not stand for this vote.")},
    )
    key = forms.CharField(widget=forms.HiddenInput, min_length=KEY_LENGTH, max_length=64)
    replaces = forms.CharField(widget=forms.HiddenInput, required=False, min_length=KEY_LENGTH, max_length=64)

    def __init__(self, *args: Any, poll: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.poll = poll
        self.options = list(
            PollOption.objects.filter(poll=poll).select_related("project__team", "project__scene").order_by("order")
        )
        field: Any = self.fields["choices"]
        field.choices = [(option.project_id, str(option.project)) for option in self.options]
        if poll.is_by_score:
            for option in self.options:
                self.fields[f"{POINTS}{option.project_id}"] = forms.IntegerField(
                    label=option.project.title, required=False, min_value=0, max_value=FULL_SCORE
                )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.poll.is_by_score:
            said["choices"] = {o.project_id: said.get(f"{POINTS}{o.project_id}") or 0 for o in self.options}
        if not self.errors:
            self._check_rule(said["choices"])
        return said

    def _check_rule(self, chosen: Any) -> None:
        if not (any(chosen.values()) if isinstance(chosen, dict) else chosen):
            words = _("Please give at least one project a point.") if self.poll.is_by_score else None
            self.add_error("choices", words or _("Please choose at least one project."))
        elif not self.poll.is_by_score and len(chosen) > self.poll.max_choices:
            most = self.poll.max_choices
            many = ngettext(
                "You may choose %(most)d project; you chose %(chosen)d. Please take some away.",
                "You may choose up to %(most)d projects; you chose %(chosen)d. Please take some away.",
                most,
            )
            self.add_error("choices", many % {"most": most, "chosen": len(chosen)})
        elif self.poll.ballot_type == Poll.BallotType.BUDGET and self.cost > self.poll.budget:
            over = _("What you chose asks for %(cost)s yuan; the budget is %(budget)s. Please take some away.")
            self.add_error("choices", over % {"cost": self.cost, "budget": self.poll.budget})

    @property
    def given(self) -> dict[int, int]:
        """The points of each project as typed or as prepared; 1 for a ticked one."""
        if not self.poll.is_by_score:
            return dict.fromkeys((int(v) for v in self["choices"].value() or () if is_id(v)), 1)
        typed = {o.project_id: str(self[f"{POINTS}{o.project_id}"].value() or "") for o in self.options}
        return {project: int(value) for project, value in typed.items() if is_id(value) and int(value)}

    @property
    def rows(self) -> list[tuple[PollOption, int, list[Any]]]:
        """Every project on the paper with what it was given and what is wrong about that."""
        given = self.given
        return [(o, given.get(o.project_id, 0), self._errors_of(o)) for o in self.options]

    def _errors_of(self, option: PollOption) -> list[Any]:
        return list(self.errors.get(f"{POINTS}{option.project_id}", [])) if self.is_bound else []

    @property
    def chosen(self) -> list[tuple[PollOption, int]]:
        """What was chosen in the order of presentation, with the points."""
        return [(option, points) for option, points, _errors in self.rows if points]

    @property
    def cost(self) -> Decimal:
        """What is chosen asks for together, in yuan."""
        return sum((option.cost for option, _points in self.chosen), Decimal(0))


def is_id(value: Any) -> bool:
    """Whether this is a number that a row may have."""
    return str(value).isdecimal() and len(str(value)) < LONGEST_ID


def read_post(post: Any) -> list[int] | dict[int, int]:
    """What a posted ballot paper says, without asking the database what stands on it."""
    points = {name.removeprefix(POINTS): value for name, value in post.items() if name.startswith(POINTS)}
    if points:
        return {int(project): int(value) for project, value in points.items() if is_id(project) and is_id(value)}
    return [int(value) for value in post.getlist("choices") if is_id(value)]


class ReceiptForm(forms.Form):
    """The receipt code that somebody wrote down."""

    receipt = forms.CharField(
        label=_("Receipt code"), max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
