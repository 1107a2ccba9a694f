"""重复活动 in the console: read, and stopped."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldBooleanSwitchWidget,
)

from communities.console import Move, ReadOnlyInline, ScopedAdmin
from volunteers.models import Activity, Repetition
from volunteers.services import repetitions


class RepeatForm(forms.Form):
    every = forms.ChoiceField(
        label=_("How often"), choices=Repetition.Every.choices, initial="week", widget=UnfoldAdminSelectWidget
    )
    interval = forms.IntegerField(
        label=_("Only each such time (1 to 12)"),
        initial=1,
        min_value=1,
        max_value=12,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("1: each time. 2: every other day, week or month."),
    )
    until = forms.DateField(
        label=_("Until (last day)"), widget=UnfoldAdminDateWidget, help_text=_("At most a year after the first one.")
    )


class StopForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))
    cancel_coming = forms.BooleanField(
        label=_("Also call off what is made and has not begun"), required=False, widget=UnfoldBooleanSwitchWidget
    )


class OccurrenceInline(ReadOnlyInline):
    model = Activity
    fields = readonly_fields = ["title", "starts_at", "places", "status"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).order_by("starts_at")


@admin.register(Repetition)
class RepetitionAdmin(ScopedAdmin):
    list_display = ["pattern", "region", "every", "interval", "until", "made_until", "status"]
    list_select_related = ["pattern", "region"]
    list_filter = ["status", "every"]
    search_fields = ["pattern__title"]
    fields = ["pattern", "region", "every", "interval", "until", "made_until", "status"]
    inlines = [OccurrenceInline]
    moves = [
        Move(
            name="stop",
            label=_("Stop"),
            service=repetitions.stop,
            perm="volunteers.run_activity",
            to=Repetition.Status.STOPPED,
            form=StopForm,
            hurts=True,
        )
    ]
