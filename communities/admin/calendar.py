"""工作日日历 in the console: entered from the State Council's yearly notice."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSingleDateWidget

from communities.calendar import is_computed
from communities.console import ScopedAdmin
from communities.models import CalendarDay
from communities.services import calendar

# From this month on one should have the next year's notice, or be told that it is missing.
NOTICE_EXPECTED = 11


class DaysForm(forms.ModelForm):
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("For several days in a row; left blank, it is this one day."),
    )

    class Meta:
        model = CalendarDay
        fields = ["day", "is_working", "note", "completes_year"]


@admin.register(CalendarDay)
class CalendarDayAdmin(ScopedAdmin):
    form = DaysForm
    list_display = ["day", "is_working", "note", "completes_year", "by", "at"]
    list_select_related = ["by"]
    list_filter = ["is_working", "completes_year"]
    search_fields = ["note"]
    ordering = ["-day"]
    date_hierarchy = "day"

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        entered = ["is_working", "note", "completes_year"]
        return ["day", *entered] if obj else ["day", "last", *entered]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return ["day"] if obj else []

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            kwargs["form"] = forms.ModelForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        values = {"last": form.cleaned_data.get("last"), "is_working": obj.is_working, "note": obj.note}
        # Left unticked for a new entry, it takes back nothing that was said of the day before.
        values["completes_year"] = obj.completes_year if change else obj.completes_year or None
        obj.pk = calendar.declare(obj.day, by=request.user, **values)[0].pk

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        today = localdate()
        years = [today.year, today.year + 1] if today.month >= NOTICE_EXPECTED else [today.year]
        for year in filter(is_computed, years):
            text = _("The State Council's notice for %(year)d is not entered in full. Please enter it, and say so.")
            messages.warning(request, text % {"year": year})
        return super().changelist_view(request, extra_context)
