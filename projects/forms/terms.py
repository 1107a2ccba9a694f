"""What staff fill in when a notice is posted or an agreement drawn up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.console import WIDGETS
from projects.models import YUAN, Agreement, Project
from teams.models import CooperationMode


class NoticeDaysForm(forms.Form):
    """How long a public notice runs."""

    working_days = forms.IntegerField(
        label=_("Working days"),
        min_value=1,
        max_value=60,
        initial=5,
        widget=WIDGETS[forms.IntegerField],
        help_text=_("The day of posting does not count."),
    )


class ExtentForm(forms.Form):
    """What both sides agree on."""

    ends_on = forms.DateField(label=_("Last day"), widget=WIDGETS[forms.DateField])
    mode = forms.ModelChoiceField(
        label=_("Cooperation mode"), queryset=CooperationMode.objects.active(), widget=WIDGETS[forms.ModelChoiceField]
    )
    funds = forms.DecimalField(
        label=_("Funds from the community (yuan)"), min_value=0, initial=0, widget=WIDGETS[forms.DecimalField], **YUAN
    )
    space = forms.CharField(label=_("Space used"), max_length=200, required=False, widget=WIDGETS[forms.CharField])
    charges = forms.CharField(label=_("Charges"), max_length=700, required=False, widget=WIDGETS[forms.CharField])
    share_returned = forms.IntegerField(
        label=_("Share of surplus given back (%)"), min_value=0, max_value=100, widget=WIDGETS[forms.IntegerField]
    )
    terms = forms.CharField(label=_("Further terms"), max_length=4000, required=False, widget=WIDGETS[forms.CharField])


class AgreementTermsForm(ExtentForm):
    """A first agreement: what the project said is filled in already."""

    wants_instance = True
    starts_on = forms.DateField(label=_("First day"), widget=WIDGETS[forms.DateField])
    field_order = ("starts_on", "ends_on")

    def __init__(self, *args: Any, instance: Project, **kwargs: Any) -> None:
        initial = {
            "starts_on": localdate() + timedelta(days=1),
            "mode": instance.mode_id,
            "funds": instance.requested,
            "space": instance.call.space if instance.call else "",
            "charges": instance.charge_words,
            "share_returned": instance.share_returned,
        }
        super().__init__(*args, **kwargs | {"initial": initial})


class RenewalTermsForm(ExtentForm):
    """A renewal: it begins when the earlier one ends, and carries its terms over unless changed here."""

    wants_instance = True

    def __init__(self, *args: Any, instance: Agreement, **kwargs: Any) -> None:
        carried = ("funds", "space", "charges", "share_returned", "terms")
        initial = {"mode": instance.mode_id} | {name: getattr(instance, name) for name in carried}
        super().__init__(*args, **kwargs | {"initial": initial})
