"""有偿服务 in the console: entered by the volunteer's number, taken back with a reason; objections are decided here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

from communities.console import AskedOnceAdmin, Move, ReasonForm
from communities.models import Refused
from volunteers.models import PaidWork
from volunteers.services import paid_work, volunteers


class EntryForm(forms.ModelForm):
    number = forms.CharField(label=_("Volunteer number"), max_length=12, widget=UnfoldAdminTextInputWidget)

    class Meta:
        model = PaidWork
        fields = ["region", "started_at", "ended_at", "agreement"]

    def clean_number(self) -> Any:
        """The volunteer behind the number."""
        try:
            return volunteers.with_number(self.cleaned_data["number"])
        except Refused as no:
            raise forms.ValidationError(str(no)) from None


@admin.register(PaidWork)
class PaidWorkAdmin(AskedOnceAdmin):
    list_display = ["started_at", "ended_at", "volunteer", "agreement", "region", "by_team", "status"]
    list_select_related = ["volunteer", "region"]
    list_filter = ["status", "by_team", "started_at"]
    search_fields = ["volunteer__number", "agreement"]
    search_help_text = _("A volunteer number or an agreement")
    ordering = ["-started_at", "-id"]
    add_fields = ["number", "region", "started_at", "ended_at", "agreement"]
    shown = ["volunteer", "region", "started_at", "ended_at", "agreement", "entered_by", "by_team", "status"]
    form = EntryForm
    moves = [
        Move(
            name="confirm",
            label=_("Let it stand"),
            service=paid_work.confirm,
            perm="volunteers.confirm_paidwork",
            to=PaidWork.Status.CONFIRMED,
            form=ReasonForm,
            hurts=False,
        ),
        Move(
            name="withdraw",
            label=_("Take back"),
            service=paid_work.withdraw,
            perm="volunteers.withdraw_paidwork",
            to=PaidWork.Status.WITHDRAWN,
            form=ReasonForm,
        ),
    ]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in self.add_fields if name != "number"}
        obj.pk = paid_work.enter(form.cleaned_data["number"], by=request.user, **values).pk
