"""签到签退 in the console: the hours to confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSplitDateTimeWidget, UnfoldAdminTextareaWidget

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from volunteers.models import Attendance, Correction
from volunteers.services import attendances

Status, CONFIRM = Attendance.Status, "volunteers.confirm_attendance"


def _moment(label: Any) -> forms.SplitDateTimeField:
    return forms.SplitDateTimeField(label=label, widget=UnfoldAdminSplitDateTimeWidget())


class ConfirmForm(forms.Form):
    evaluation = forms.CharField(label=_("evaluation"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))
    minutes = forms.IntegerField(
        label=_("minutes"),
        required=False,
        min_value=0,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("Only if there was a break; left blank, the whole stay counts."),
    )


class LeftForm(forms.Form):
    at = _moment(_("Time of leaving"))


class CorrectForm(forms.Form):
    """The times as they were; those that stood there stay on record."""

    wants_instance = True
    started_at = _moment(_("checked in at"))
    ended_at = _moment(_("checked out at"))
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))

    def __init__(self, *args: Any, instance: Attendance, **kwargs: Any) -> None:
        initial = {"started_at": instance.started_at, "ended_at": instance.ended_at}
        super().__init__(*args, initial=initial, **kwargs)


class CorrectionInline(ReadOnlyInline):
    model = Correction
    fields = readonly_fields = [
        *["old_started_at", "old_ended_at", "started_at", "ended_at", "reason", "actor", "at"],
    ]
    show_change_link = False


class OverdueFilter(admin.SimpleListFilter):
    """红色清单: what should have been recorded within ten working days."""

    title = _("limit for recording")
    parameter_name = "overdue"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("over the limit"))]

    def queryset(self, request: Any, queryset: Any) -> Any:
        return queryset.overdue(at=now()) if self.value() == "1" else queryset


@admin.register(Attendance)
class AttendanceAdmin(ScopedAdmin):
    list_display = ["activity", "volunteer", "started_at", "ended_at", "minutes", "points", "status"]
    list_select_related = ["activity", "volunteer"]
    list_filter = ["status", OverdueFilter, "means_in"]
    search_fields = ["activity__title", "volunteer__number"]
    ordering = ["-started_at", "-id"]
    fields = [
        *["activity", "volunteer", "status", "started_at", "ended_at", "minutes"],
        *["means_in", "means_out", "evaluation", "points"],
    ]
    inlines = [CorrectionInline]
    moves = [
        Move(
            name="confirm",
            label=_("Confirm hours"),
            service=attendances.confirm,
            perm=CONFIRM,
            to=Status.CONFIRMED,
            form=ConfirmForm,
            done=_("The hours are confirmed; points follow the rule."),
        ),
        Move(
            name="check_out",
            label=_("Check out"),
            service=attendances.check_out,
            perm=CONFIRM,
            when=lambda attendance: attendance.status in {Status.PRESENT, Status.FORGOTTEN},
            form=LeftForm,
        ),
        Move(
            name="correct",
            label=_("Correct the times"),
            service=attendances.correct,
            perm=CONFIRM,
            when=lambda attendance: attendance.status == Status.LEFT,
            form=CorrectForm,
        ),
        Move(
            name="reject",
            label=_("Do not accept"),
            service=attendances.reject,
            perm=CONFIRM,
            to=Status.REJECTED,
            form=ReasonForm,
        ),
        Move(
            name="reopen",
            label=_("Take the confirmation back"),
            service=attendances.reopen,
            perm="volunteers.reopen_attendance",
            when=lambda attendance: attendance.status == Status.CONFIRMED,
            form=ReasonForm,
        ),
    ]
