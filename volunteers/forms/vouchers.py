"""What is entered when redeeming, and at the till."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from volunteers.models import CourseSession


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Voucher code"),
        max_length=32,
        help_text=_("Ten letters and digits below the QR code; upper or lower case."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class ClassField(forms.ModelChoiceField):
    """One of the classes to come, with how many seats are free."""

    def label_from_instance(self, obj: Any) -> str:
        when = date_format(localtime(obj.starts_at), "DATETIME_FORMAT")
        free = ngettext("%(free)d seat free", "%(free)d seats free", obj.free) % {"free": obj.free}
        return " · ".join(filter(None, [when, obj.where, free]))


class RedeemForm(forms.Form):
    """The hidden key makes a redemption that is sent twice happen once; of a course a class is chosen."""

    key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    session = ClassField(CourseSession.objects.none(), label=_("Class"), widget=forms.RadioSelect, empty_label=None)

    def __init__(self, *args: Any, classes: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["session"]
        if classes is None:
            del self.fields["session"]
        else:
            field.queryset = classes.select_related("reward__partner")
