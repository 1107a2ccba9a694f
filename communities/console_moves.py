"""A move of the console: a button on a thing's page, and the forms it may ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminTextareaWidget

DONE = gettext_lazy("Done.")


class MoveForm(forms.Form):
    """A move that needs nothing but a yes."""


class ReasonForm(forms.Form):
    """A move that must say why."""

    reason = forms.CharField(label=gettext_lazy("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}))


@dataclass(frozen=True, kw_only=True)
class Move:
    """A button on a thing's page: `service(thing, by=user, **form.cleaned_data)`.

    `to` is the status it leads to (the button is there only when the lifecycle allows that); `when` says it for
    moves that are no change of status. `form` may take `instance=` when it declares `wants_instance = True`, and
    `by=` (the person) when it declares `wants_person = True`. With `shows`, what the service returns is shown once;
    with `leads_on`, it is a thing like this one, and the move leads to its page.
    What asks for nothing but a reason hurts somebody, unless it says otherwise: its button is red and the last.
    """

    name: str
    label: Any
    service: Callable[..., Any]
    perm: str
    to: str = ""
    when: Callable[[Any], bool] = field(default=lambda _thing: True)
    form: type[forms.Form] = MoveForm
    done: Any = DONE
    shows: bool = False
    leads_on: bool = False
    hurts: bool | None = None

    @property
    def is_dangerous(self) -> bool:
        return self.form is ReasonForm if self.hurts is None else self.hurts

    def is_open(self, thing: Any) -> bool:
        return (not self.to or thing.can_move(self.to)) and self.when(thing)


def with_pickers(form: forms.Form) -> forms.Form:
    """Days and times are chosen with the browser's own picker: a move's page loads no calendar script."""
    for asked in form.fields.values():
        for part in getattr(asked.widget, "widgets", [asked.widget]):
            if isinstance(part, forms.DateInput):
                part.input_type, part.format = "date", "%Y-%m-%d"
            elif isinstance(part, forms.TimeInput):
                part.input_type, part.format = "time", "%H:%M"
    return form
