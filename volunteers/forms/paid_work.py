"""What a team enters of its people's paid work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.models import Region, User


def _moment(label: Any) -> forms.DateTimeField:
    picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=picker)


class PaidWorkForm(forms.Form):
    """The place is asked for only where the person acts in several."""

    number = forms.CharField(
        label=_("Volunteer number"),
        max_length=12,
        help_text=_("Eight digits; your colleague finds them under “My volunteering”."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    region = forms.ModelChoiceField(Region.objects.none(), label=_("Community"))
    started_at = _moment(_("Starts at"))
    ended_at = _moment(_("Ends at"))
    agreement = forms.CharField(
        label=_("Agreement"), max_length=120, help_text=_("Number of the agreement that pays for it, and the team.")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        places = Region.objects.communities().within(*by.codes_granting("volunteers.add_paidwork"))
        fields["region"].queryset = places
        only = list(places[:2])
        if len(only) == 1:
            fields["region"].initial = only[0]
            fields["region"].widget = forms.HiddenInput()


class ObjectionForm(forms.Form):
    """Why it is wrong; the team's contact and the community read it."""

    reason = forms.CharField(
        label=_("What is wrong?"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The team's contact and the community read this."),
    )
