"""入户调查 in the console: planned, drawn by a public seed, carried out, closed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from communities.console import Move, ReasonForm, ScopedAdmin, StackedInline
from evaluations.forms import AccountField
from evaluations.models import EvaluationRound, Indicator, Survey, SurveyQuestion
from evaluations.sampling import margin, size_for
from evaluations.services import draws, surveys
from evaluations.survey_report import report_of

CHANGE, RUN = "evaluations.change_survey", "evaluations.run_survey"
# Margins, in percentage points, of which the console says how many answers they need.
MARGINS = (Decimal(5), Decimal(8), Decimal(10))
EDITABLE = {"planned", "drawn", "under_way"}


class SeedForm(forms.Form):
    seed = forms.CharField(
        label=gettext_lazy("Public seed"),
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "Something that everybody can look up and nobody knew when the list was taken, such as a lottery's numbers."
        ),
    )


class CopyForm(forms.Form):
    """From which other survey of the street."""

    wants_instance = True
    source = forms.ModelChoiceField(
        Survey.objects.none(), label=gettext_lazy("Questions of"), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, instance: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Survey.objects.within(instance.round.region.code).exclude(pk=instance.pk)
        self.fields["source"].queryset = others.filter(questions__isnull=False).distinct().order_by("-pk")


class AssignForm(forms.Form):
    """Who goes where."""

    wants_instance = True
    interviewer = AccountField(label=gettext_lazy("User name or phone"), widget=UnfoldAdminTextInputWidget)
    grid = forms.ChoiceField(label=gettext_lazy("Grid"), required=False, widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, instance: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grids = instance.households.order_by("grid").values_list("grid", flat=True).distinct()
        self.fields["grid"].choices = [("", _("all that nobody has yet")), *((each, each) for each in grids if each)]

    def clean_grid(self) -> str | None:
        return self.cleaned_data["grid"] or None


class QuestionInline(StackedInline):
    """Questions, while they may change."""

    model = SurveyQuestion
    extra = 0
    fields = [("order", "kind"), "text", "text_en", ("per_project", "indicator")]

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def _may_write(self, request: Any, obj: Any) -> bool:
        return obj is not None and obj.is_editable and bool(request.user.has_perm(CHANGE, obj))

    has_add_permission = has_change_permission = has_delete_permission = _may_write

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("indicator")

    def get_formset(self, request: Any, obj: Any = None, **kwargs: Any) -> Any:
        leaves = Indicator.objects.filter(method=Indicator.Method.SURVEY, full__isnull=False)
        self.leaves = leaves.filter(scheme=obj.round.scheme_id) if obj else leaves.none()
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "indicator":
            kwargs["queryset"] = self.leaves
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Survey)
class SurveyAdmin(ScopedAdmin):
    place_level = "community"
    list_display = ["title", "region", "round", "size", "closes_at", "status"]
    list_select_related = ["region", "round__region"]
    list_filter = ["status", "closes_at"]
    search_fields = ["title", "region__name", "round__title"]
    readonly_fields = ["status", "progress", "list_of_households", "seed", "results"]
    fields = [
        *("region", "round", "title", "status", "progress", ("size", "substitutes"), ("visits", "closes_at")),
        *("intro", "intro_en", "list_of_households", "seed", "results"),
    ]
    inlines = [QuestionInline]
    moves = [
        Move(
            name="list_households",
            label=gettext_lazy("Take the list of households"),
            service=draws.list_households,
            perm=RUN,
            when=lambda survey: survey.status == "planned",
        ),
        Move(
            name="draw",
            label=gettext_lazy("Draw by a public seed"),
            service=draws.draw,
            perm=RUN,
            to="drawn",
            form=SeedForm,
            when=lambda survey: bool(survey.frame_hash),
        ),
        Move(
            name="copy_questions",
            label=gettext_lazy("Take over questions"),
            service=surveys.copy_questions,
            perm=CHANGE,
            form=CopyForm,
            when=lambda survey: survey.is_editable,
        ),
        Move(
            name="assign",
            label=gettext_lazy("Name an interviewer"),
            service=surveys.assign,
            perm=RUN,
            form=AssignForm,
            when=lambda survey: survey.status in {"drawn", "under_way"},
        ),
        Move(name="start", label=gettext_lazy("Start"), service=surveys.start, perm=RUN, to="under_way"),
        Move(name="close_survey", label=gettext_lazy("Close the survey"), service=surveys.close, perm=RUN, to="closed"),
        Move(
            name="cancel",
            label=gettext_lazy("Call off"),
            service=surveys.cancel,
            perm=RUN,
            to="cancelled",
            form=ReasonForm,
        ),
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status in EDITABLE)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        fixed = [] if obj is None else ["region"]
        if obj is not None and obj.status != Survey.Status.PLANNED:
            fixed += ["round", "size", "substitutes"]
        if obj is not None and obj.status == Survey.Status.UNDER_WAY:
            fixed += ["title", "intro", "intro_en", "visits"]
        return [*self.readonly_fields, *fixed]

    def get_inlines(self, request: Any, obj: Any = None) -> Any:
        return self.inlines if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "round":
            rounds = EvaluationRound.objects.for_user(request.user, "evaluations.change_evaluationround")
            kwargs["queryset"] = rounds.filter(status__in=["draft", "open"]).order_by("-pk")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=gettext_lazy("Progress"))
    def progress(self, survey: Survey) -> str:
        return render_to_string("evaluations/_survey_progress.html", {"report": report_of(survey), "survey": survey})

    @admin.display(description=gettext_lazy("List of households"))
    def list_of_households(self, survey: Survey) -> str:
        if not survey.population:
            return _("Take the list first: it is fixed, and told to everybody, before the seed is drawn.")
        sizes = [(points, size_for(points, survey.population)) for points in MARGINS]
        context = {"survey": survey, "margin": margin(survey.size, survey.population), "sizes": sizes}
        return render_to_string("evaluations/_survey_list.html", context)

    @admin.display(description=gettext_lazy("Pages of this survey"))
    def results(self, survey: Survey) -> str:
        pages = [("survey", _("How households were drawn"))] if survey.is_drawn else []
        pages += [("survey-results", _("Results"))] if survey.is_drawn else []
        pages += [("survey-letters", _("Letters with codes"))] if survey.status == Survey.Status.UNDER_WAY else []
        links = [
            format_html('<a class="underline" href="{}">{}</a>', reverse(f"evaluations:{name}", args=[survey.pk]), text)
            for name, text in pages
        ]
        return format_html(" · ".join(["{}"] * len(links)), *links) if links else "—"

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            surveys.edit(obj, by=request.user, **form.cleaned_data)
        else:
            made = surveys.plan(by=request.user, **form.cleaned_data)
            obj.pk, obj.status = made.pk, made.status
