"""考评轮次 in the console: its moves, who is missing, what each project got."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSplitDateTimeWidget, UnfoldBooleanWidget

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from evaluations.admin.assignments import DRAW, DrawForm, shown
from evaluations.admin.reminders import HOLD_REMINDERS, overview
from evaluations.models import Committee, EvaluationRound, Rating, RatingRhythm, Scheme
from evaluations.progress import progress_of
from evaluations.services import assignments, cautions, rhythms, rounds

RUN = "evaluations.run_evaluationround"
MOST_SHOWN = 10
ROWS = 30  # of many hundreds, at a time


class ReopenForm(ReasonForm):
    closes_at = forms.SplitDateTimeField(label=gettext_lazy("Marks until"), widget=UnfoldAdminSplitDateTimeWidget)


class RatingInline(ReadOnlyInline):
    model = Rating
    per_page = ROWS
    fields = ["project", "status", "points", "grade"]
    readonly_fields = fields

    @admin.display(description=gettext_lazy("total points"), ordering="total")
    def points(self, rating: Rating) -> str:
        return rating.shown_total or "—"

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("project")


@admin.register(EvaluationRound)
class EvaluationRoundAdmin(ScopedAdmin):
    place_level = "street"
    list_display = ["title", "region", "starts_on", "ends_on", "closes_at", "status"]
    list_select_related = ["region"]
    list_filter = ["status", "closes_at"]
    search_fields = ["title", "region__name"]
    ordering = ["-id"]
    readonly_fields = ["status", "announced_at", "appeals_until", "who_scores", "progress", "cautions", "reminding"]
    fields = [
        *("region", "title", ("starts_on", "ends_on"), "committee", "scheme", ("opens_at", "closes_at"), "grace_days"),
        *("confirmed_by_meeting", "appeal_days", "status", "announced_at", "appeals_until"),
        *("who_scores", "progress", "cautions", "reminding"),
    ]
    inlines = [RatingInline]
    moves = [
        Move(
            name="draw_plan",
            label=gettext_lazy("Draw up who scores what"),
            service=assignments.draw_up,
            perm=DRAW,
            form=DrawForm,
            when=lambda round_: round_.status == "draft" and round_.committee_id is not None,
        ),
        Move(
            name="open_round",
            label=gettext_lazy("Open the round"),
            service=rounds.open_,
            perm=RUN,
            to="open",
            when=lambda round_: round_.status == "draft",
        ),
        Move(name="close_round", label=gettext_lazy("Close the round"), service=rounds.close, perm=RUN, to="closed"),
        Move(
            name="announce",
            label=gettext_lazy("Announce the grades to the teams"),
            service=rounds.announce,
            perm=RUN,
            to="announced",
        ),
        Move(
            name="publish",
            label=gettext_lazy("Publish the grades"),
            service=rounds.publish,
            perm=RUN,
            to="published",
            when=lambda round_: not round_.takes_appeals(localdate()),
        ),
        Move(
            name="reopen",
            label=gettext_lazy("Open again"),
            service=rounds.reopen,
            perm=RUN,
            form=ReopenForm,
            when=lambda round_: round_.status == "closed",
        ),
        HOLD_REMINDERS,
        Move(
            name="cancel",
            label=gettext_lazy("Cancel the round"),
            service=rounds.cancel,
            perm=RUN,
            to="cancelled",
            form=ReasonForm,
        ),
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status in {"draft", "open"})

    def get_changeform_initial_data(self, request: Any) -> Any:
        return {"confirmed_by_meeting": True} | super().get_changeform_initial_data(request)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Yes or no, as a box to tick."""
        if db_field.name == "confirmed_by_meeting":
            return forms.BooleanField(
                label=db_field.verbose_name, help_text=db_field.help_text, required=False, widget=UnfoldBooleanWidget
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        fixed = [] if obj is None else ["region"]
        if obj is not None and obj.status != EvaluationRound.Status.DRAFT:
            fixed += ["starts_on", "ends_on", "committee", "scheme", "opens_at", "appeal_days", "confirmed_by_meeting"]
        return [*self.readonly_fields, *fixed]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "committee":
            kwargs["queryset"] = Committee.objects.active().for_user(request.user, "evaluations.change_committee")
        if db_field.name == "scheme":
            kwargs["queryset"] = Scheme.objects.usable().for_user(request.user, "evaluations.change_scheme")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("Progress"))
    def progress(self, round_: EvaluationRound) -> str:
        rows = progress_of(round_) if round_.pk else []
        if not rows:
            return _("Sheets are handed out when the round opens.")
        return render_to_string("evaluations/_progress.html", {"rows": rows})

    @admin.display(description=gettext_lazy("Who scores what"))
    def who_scores(self, round_: EvaluationRound) -> str:
        return shown(round_) if round_.pk else ""

    @admin.display(description=gettext_lazy("Reminders"))
    def reminding(self, round_: EvaluationRound) -> str:
        return overview(round_)

    @admin.display(description=gettext_lazy("To look at before the grades are confirmed"))
    def cautions(self, round_: EvaluationRound) -> str:
        if round_.status not in EvaluationRound.MARKS_ARE_SHOWN:
            return _("Hints appear when the round is closed and the grades are computed.")
        found = cautions.of_round(round_)
        context = {"round": round_, "counts": cautions.counted(found)}
        context["found"] = cautions.named(found[:MOST_SHOWN])
        return render_to_string("evaluations/_cautions.html", context)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            rounds.edit(obj, by=request.user, **form.cleaned_data)
        else:
            made = rounds.draft(by=request.user, **form.cleaned_data)
            obj.pk, obj.status = made.pk, made.status


@admin.register(RatingRhythm)
class RatingRhythmAdmin(ScopedAdmin):
    place_level = "street"
    list_display = ["region", "months", "next_on", "is_active"]
    list_select_related = ["region"]
    list_filter = ["is_active", "next_on"]
    search_fields = ["region__name"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return ["region"] if obj else []

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        values = {"months": obj.months, "next_on": obj.next_on, "is_active": obj.is_active}
        obj.pk = rhythms.set_(obj.region, by=request.user, **values).pk
