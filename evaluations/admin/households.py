"""抽中住户 and what surveys gave, in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.admin.reveals import reveal_move
from communities.console import ReadOnlyInline, ScopedAdmin
from evaluations.models import SurveyHousehold, SurveyResult, SurveyVisit


class VisitInline(ReadOnlyInline):
    model = SurveyVisit
    fields = readonly_fields = ["on", "outcome", "by"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("by")


@admin.register(SurveyHousehold)
class SurveyHouseholdAdmin(ScopedAdmin):
    """Drawn households: addresses masked, each look recorded; what was answered is nowhere."""

    list_display = ["place", "survey", "household", "is_drawn", "state", "shown_address", "interviewer"]
    list_select_related = ["survey", "resident", "interviewer"]
    list_filter = ["status", "is_drawn", "grid"]
    search_fields = ["household", "grid", "survey__title"]
    ordering = ["survey", "grid", "number"]
    fields = readonly_fields = [
        *("survey", "place", "household", "is_drawn", "state", "shown_address", "interviewer", "letter"),
    ]
    inlines = [VisitInline]
    moves = [reveal_move("evaluations.reveal_surveyhousehold")]

    @admin.display(description=gettext_lazy("place in the draw"), ordering="number")
    def place(self, household: SurveyHousehold) -> str:
        return str(household)

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def state(self, household: SurveyHousehold) -> str:
        return str(household.get_status_display())

    @admin.display(description=gettext_lazy("address"))
    def shown_address(self, household: SurveyHousehold) -> str:
        return household.masked_address or "—"

    @admin.display(description=gettext_lazy("letter printed"), boolean=True)
    def letter(self, household: SurveyHousehold) -> bool:
        return household.has_letter


@admin.register(SurveyResult)
class SurveyResultAdmin(ScopedAdmin):
    """What closed surveys gave, once the round is closed for marks."""

    list_display = ["project", "indicator", "survey", "answers", "satisfaction", "mark"]
    list_select_related = ["rating__project", "indicator", "survey"]
    list_filter = ["survey__round__status"]
    search_fields = ["rating__project__title", "survey__title"]
    fields = readonly_fields = ["project", "indicator", "survey", "answers", "satisfaction", "mark"]

    @admin.display(description=gettext_lazy("project"))
    def project(self, result: SurveyResult) -> str:
        return str(result.rating.project)

    @admin.display(description=gettext_lazy("mean satisfaction"), ordering="share")
    def satisfaction(self, result: SurveyResult) -> str:
        return _("fewer than 5 answers") if result.share is None else f"{result.share * 100:.1f} %"
