"""Forms of an appeal: the team's and the reviewer's."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.models import Indicator, Rating, Seat
from evaluations.services import numbers
from projects.forms.residents import FilesField

CHECKBOXES = forms.CheckboxSelectMultiple


class AppealForm(forms.Form):
    """What a team appeals against; the members are numbers, as in the explanation."""

    reason = forms.CharField(
        label=gettext_lazy("What is wrong, and why?"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    indicators = forms.ModelMultipleChoiceField(
        Indicator.objects.none(), label=gettext_lazy("Which indicators is it about?"), widget=CHECKBOXES
    )
    members = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Whose marks are challenged? (numbers as in the explanation)"),
        coerce=int,
        required=False,
        widget=CHECKBOXES,
        help_text=gettext_lazy("Those members do not look into the appeal. Leave empty if you challenge nobody."),
    )
    groups = forms.MultipleChoiceField(
        label=gettext_lazy("Or the marks of a whole group"), required=False, widget=CHECKBOXES
    )
    files = FilesField(  # type: ignore[assignment]  # declared fields leave the class: this hides nothing
        label=gettext_lazy("Evidence"),
        accept=".pdf,.jpg,.jpeg,.png",
        help_text=gettext_lazy("PDF, JPEG or PNG, up to 10 MB each; seen by the street and those who review."),
    )

    def __init__(self, *args: Any, rating: Rating, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leaves = Indicator.objects.filter(scheme=rating.round.scheme_id, full__isnull=False).order_by("order", "id")
        self.fields["indicators"].queryset = leaves  # type: ignore[attr-defined]
        known = numbers.members_of(rating)
        self.fields["members"].choices = [  # type: ignore[attr-defined]
            (number, _("Member no. %(number)s (%(group)s)") % {"number": number, "group": Seat(member.group).label})
            for number, member in known.items()
        ]
        seats = {member.group for member in known.values()}
        self.fields["groups"].choices = [(seat.value, seat.label) for seat in Seat if seat in seats]  # type: ignore[attr-defined]


class OpinionForm(forms.Form):
    """Whether the appeal is right, and why."""

    upholds = forms.TypedChoiceField(
        label=gettext_lazy("Is the appeal right?"),
        choices=[
            ("yes", gettext_lazy("yes, the grade should be corrected")),
            ("no", gettext_lazy("no, the grade stands")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    words = forms.CharField(label=gettext_lazy("Why?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))
