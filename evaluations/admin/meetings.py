"""项目效应评定会 in the console: called, put in order, opened, closed; run from its control page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console import WIDGETS, Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from evaluations.models import AgendaItem, EvaluationMeeting, EvaluationRound, MeetingSeat, Rating
from evaluations.services import meetings

RUN, CHANGE = "evaluations.run_evaluationmeeting", "evaluations.change_evaluationmeeting"


class ArrangeForm(forms.Form):
    """The agenda: a number for each project; what has none comes after."""

    wants_instance = True

    def __init__(self, *args: Any, instance: EvaluationMeeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = dict(instance.items.ahead().values_list("rating_id", "order"))
        self.ratings = {f"rating_{r.pk}": r for r in Rating.objects.filter(pk__in=now).select_related("project")}
        for name, rating in self.ratings.items():
            self.fields[name] = forms.IntegerField(
                label=str(rating),
                required=False,
                min_value=1,
                max_value=9999,
                initial=now[rating.pk],
                widget=WIDGETS[forms.IntegerField],
            )

    def clean(self) -> dict[str, Any]:
        places = {name: place for name, place in self.cleaned_data.items() if place}
        if len(set(places.values())) < len(places):
            raise forms.ValidationError(_("Two projects have the same place in the order."))
        return {"order": [self.ratings[name] for name in sorted(places, key=lambda name: places[name])]}


class SeatInline(ReadOnlyInline):
    model = MeetingSeat
    fields = ["member", "present_at", "left_at", "excuse"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("member__user")


class ItemInline(ReadOnlyInline):
    model = AgendaItem
    per_page = 50
    fields = ["order", "rating", "status", "grade", "votes_for", "votes_against", "abstentions"]
    readonly_fields = fields

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("rating__project")


@admin.register(EvaluationMeeting)
class EvaluationMeetingAdmin(ScopedAdmin):
    list_display = ["round", "region", "starts_at", "place", "status"]
    list_select_related = ["round", "region"]
    list_filter = ["status", "starts_at"]
    search_fields = ["round__title", "place", "region__name"]
    fields = ["round", "status", "pages", ("starts_at", "place"), ("quorum", "majority"), "figures", "remarks"]
    readonly_fields = ["status", "pages", "figures"]
    inlines = [ItemInline, SeatInline]
    moves = [
        Move(
            name="arrange",
            label=gettext_lazy("Order of the agenda"),
            service=meetings.arrange,
            perm=CHANGE,
            form=ArrangeForm,
            when=lambda meeting: meeting.status in {"planned", "under_way"},
        ),
        Move(
            name="open_meeting",
            label=gettext_lazy("Open the meeting"),
            service=meetings.open_,
            perm=RUN,
            to="under_way",
        ),
        Move(
            name="close_meeting",
            label=gettext_lazy("Close the meeting"),
            service=meetings.close,
            perm=RUN,
            to="closed",
        ),
        Move(
            name="cancel",
            label=gettext_lazy("Call off"),
            service=meetings.cancel,
            perm=RUN,
            to="cancelled",
            form=ReasonForm,
        ),
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status != "cancelled")

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        fixed = [] if obj is None else ["round"]
        if obj is not None and obj.status != EvaluationMeeting.Status.PLANNED:
            fixed += ["starts_at", "place", "quorum", "majority"]
        return [*self.readonly_fields, *fixed]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "round":
            mine = EvaluationRound.objects.for_user(request.user, "evaluations.run_evaluationround")
            kwargs["queryset"] = mine.filter(status__in=["open", "closed"])
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("Pages"))
    def pages(self, meeting: EvaluationMeeting) -> str:
        links = [("meeting-control", _("Control page")), ("meeting-minutes", _("Minutes"))]
        shown = [(reverse(f"evaluations:{name}", args=[meeting.pk]), words) for name, words in links]
        return format_html(
            '<a class="underline" href="{}">{}</a> · <a class="underline" href="{}">{}</a>', *shown[0], *shown[1]
        )

    @admin.display(description=gettext_lazy("Members"))
    def figures(self, meeting: EvaluationMeeting) -> str:
        if meeting.members is None:
            return _("Fixed when the meeting opens.")
        return _("%(members)s members; %(quorum)s must be present, %(majority)s must agree.") % {
            "members": meeting.members,
            "quorum": meeting.quorum_needed,
            "majority": meeting.majority_needed,
        }

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            meetings.edit(obj, by=request.user, **form.cleaned_data)
        else:
            made = meetings.plan(form.cleaned_data.pop("round"), by=request.user, **form.cleaned_data)
            obj.pk, obj.status, obj.region = made.pk, made.status, made.region
