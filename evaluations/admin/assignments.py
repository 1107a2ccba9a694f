"""分配方案 in the console: who scores what, drawn up and changed by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from communities.console import WIDGETS, Move, ScopedAdmin
from evaluations.models import AssignmentPlan, CommitteeMember, EvaluationRound, Rating
from evaluations.models.schemes import Seat
from evaluations.services import assignments

DRAW = "evaluations.draw_assignmentplan"
NUMBER, TEXT, CHOICE = (WIDGETS[kind] for kind in (forms.IntegerField, forms.CharField, forms.ModelChoiceField))


class DrawForm(forms.Form):
    """How many of each group a project gets, and the seed."""

    wants_instance = True
    seed = forms.CharField(
        label=_("Seed"),
        max_length=64,
        required=False,
        widget=TEXT,
        help_text=_("Anyone can repeat the plan from it. Empty: one is drawn."),
    )

    def __init__(self, *args: Any, instance: EvaluationRound | AssignmentPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = instance if isinstance(instance, AssignmentPlan) else assignments.of(instance) or AssignmentPlan()
        for seat in Seat:
            label = AssignmentPlan._meta.get_field(seat.value).verbose_name
            self.fields[seat.value] = forms.IntegerField(
                label=label, min_value=0, max_value=99, initial=getattr(plan, seat.value), widget=NUMBER
            )
        self.order_fields([*Seat.values, "seed"])


class PairForm(forms.Form):
    """Which project, and which member."""

    wants_instance = True
    rating = forms.ModelChoiceField(Rating.objects.none(), label=_("Project"), widget=CHOICE)
    member = forms.ModelChoiceField(CommitteeMember.objects.none(), label=_("Committee member"), widget=CHOICE)

    def __init__(self, *args: Any, instance: AssignmentPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["rating"].queryset = instance.round.ratings.in_play().select_related("project")
        members = CommitteeMember.objects.filter(committee=instance.round.committee_id)
        self.fields["member"].queryset = members.serving(on=localdate()).select_related("user").order_by("group", "pk")


def _draw_again(plan: AssignmentPlan, **fields: Any) -> AssignmentPlan:
    return assignments.draw_up(plan.round, **fields)


def _is_draft(plan: AssignmentPlan) -> bool:
    return plan.round.status == EvaluationRound.Status.DRAFT


def shown(round_: EvaluationRound) -> str:
    """A round's plan as a table, or that everybody scores everything."""
    plan = assignments.of(round_)
    context = {"plan": plan, "overview": assignments.overview(plan)} if plan else {}
    return render_to_string("evaluations/_plan.html", context)


@admin.register(AssignmentPlan)
class AssignmentPlanAdmin(ScopedAdmin):
    """Begun on the page of a round."""

    list_display = ["round", "place", "street", "community", "residents", "third_party", "drawn_at"]
    list_select_related = ["round__region"]
    list_filter = ["round__status", "drawn_at"]
    search_fields = ["round__title", "round__region__name"]
    fields = ["round", tuple(Seat.values), "seed", "drawn_at", "table"]
    readonly_fields = ["round", *Seat.values, "seed", "drawn_at", "table"]
    moves = [
        Move(
            name="assign",
            label=_("Give a project to a member"),
            service=assignments.assign,
            perm=DRAW,
            form=PairForm,
            when=lambda plan: plan.round.status in {"draft", "open"},
        ),
        Move(
            name="unassign",
            label=_("Take a project from a member"),
            service=assignments.unassign,
            perm=DRAW,
            form=PairForm,
            when=_is_draft,
        ),
        Move(name="redraw", label=_("Draw up anew"), service=_draw_again, perm=DRAW, form=DrawForm, when=_is_draft),
        Move(
            name="drop",
            label=_("Give up the plan: all score all"),
            service=assignments.drop,
            perm=DRAW,
            when=_is_draft,
            hurts=True,
        ),
    ]

    @admin.display(description=_("street"), ordering="round__region")
    def place(self, plan: AssignmentPlan) -> str:
        return str(plan.round.region)

    @admin.display(description=_("Who scores what"))
    def table(self, plan: AssignmentPlan) -> str:
        return shown(plan.round)
