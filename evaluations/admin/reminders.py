"""催办 in the console: what was sent, what will be, and what holds it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from communities.console import Move, ReasonForm, ScopedAdmin
from evaluations.models import CommitteeMember, EvaluationRound, Reminder, ReminderHold
from evaluations.services import reminders

ADD, RELEASE = "evaluations.add_reminderhold", "evaluations.release_reminderhold"


class HoldForm(ReasonForm):
    """One of the round's members, or nobody in particular."""

    wants_instance = True
    member = forms.ModelChoiceField(
        CommitteeMember.objects.none(),
        label=gettext_lazy("Committee member"),
        required=False,
        empty_label=gettext_lazy("everybody"),
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ["member", "reason"]

    def __init__(self, *args: Any, instance: EvaluationRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if instance.committee:
            members = instance.committee.members.serving(on=localdate())
            self.fields["member"].queryset = members.select_related("user")


HOLD_REMINDERS = Move(
    name="hold_reminders",
    label=gettext_lazy("Hold back reminders"),
    service=reminders.hold,
    perm=ADD,
    form=HoldForm,
    when=lambda round_: round_.status in {"draft", "open"} and round_.committee_id is not None,
)


def overview(round_: EvaluationRound) -> str:
    """A round's reminders, day by day, and what holds them back."""
    figures = {each: Count("pk", filter=Q(status=each)) for each in ("planned", "sent", "done", "held", "missed")}
    context = {
        "round": round_,
        "days": round_.reminders.order_by("day").values("day").annotate(**figures) if round_.pk else [],
        "holds": round_.holds.standing().select_related("member__user") if round_.pk else [],
    }
    return render_to_string("evaluations/_reminders.html", context)


@admin.register(Reminder)
class ReminderAdmin(ScopedAdmin):
    """What was sent and what will be; nothing here is written by hand."""

    list_display = ["day", "round", "member", "state", "missing", "sent_at"]
    list_select_related = ["round", "member__user"]
    list_filter = ["status", "day", "round"]
    search_fields = ["round__title", "member__user__name"]
    ordering = ["-day", "id"]
    fields = readonly_fields = ["round", "member", "day", "state", "missing", "sent_at"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_hold()

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, reminder: Any) -> str:
        """A planned one may be held back for now."""
        is_held = reminder.status == Reminder.Status.PLANNED and reminder.is_held
        return _("held back for now") if is_held else str(reminder.get_status_display())


@admin.register(ReminderHold)
class ReminderHoldAdmin(ScopedAdmin):
    """Holds are put on from a round's page, and released here."""

    list_display = ["round", "member", "region", "reason", "status"]
    list_select_related = ["round", "member__user", "region"]
    list_filter = ["status"]
    search_fields = ["round__title", "member__user__name", "reason"]
    fields = readonly_fields = ["round", "member", "region", "reason", "status"]
    moves = [
        Move(name="release", label=gettext_lazy("Release"), service=reminders.release, perm=RELEASE, to="released")
    ]

    def has_add_permission(self, request: Any) -> bool:
        return False
