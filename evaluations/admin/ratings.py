"""评定, 评分表 and 品牌库 in the console."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from evaluations.explanation import explain
from evaluations.models import BrandListing, Mark, Rating, ScoreSheet
from evaluations.services import listings, ratings


@admin.register(Rating)
class RatingAdmin(ScopedAdmin):
    list_display = ["project", "round", "region", "status", "points", "grade"]
    list_select_related = ["project", "round", "region"]
    list_filter = ["status", "grade"]
    search_fields = ["project__title", "round__title"]
    ordering = ["-id"]
    fields = readonly_fields = ["project", "round", "region", "status", "explanation"]
    moves = [
        Move(
            name="leave_out",
            label=gettext_lazy("Leave out"),
            service=ratings.leave_out,
            perm="evaluations.leave_out_rating",
            to="left_out",
            form=ReasonForm,
        ),
        Move(
            name="withdraw",
            label=gettext_lazy("Withdraw the final grade"),
            service=ratings.withdraw,
            perm="evaluations.withdraw_rating",
            to="withdrawn",
            form=ReasonForm,
        ),
    ]

    @admin.display(description=gettext_lazy("total points"), ordering="total")
    def points(self, rating: Rating) -> str:
        return rating.shown_total or "—"

    @admin.display(description=gettext_lazy("How the grade came about"))
    def explanation(self, rating: Rating) -> str:
        if not rating.breakdown:
            return _("Computed when the round closes.")
        return render_to_string("evaluations/_explanation.html", {"explanation": explain(rating)})


class MarkInline(ReadOnlyInline):
    model = Mark
    fields = readonly_fields = ["indicator", "value", "note"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("indicator")


@admin.register(ScoreSheet)
class ScoreSheetAdmin(ScopedAdmin):
    """Sheets to read, once the round is closed."""

    list_display = ["project", "member", "version", "status", "submitted_at"]
    list_select_related = ["rating__project", "member__user"]
    list_filter = ["status"]
    search_fields = ["rating__project__title", "member__user__name", "rating__round__title"]
    ordering = ["-id"]
    fields = readonly_fields = [
        *("project", "member", "version", "correction_reason", "status", "submitted_at", "photos"),
    ]
    inlines = [MarkInline]

    @admin.display(description=gettext_lazy("project"))
    def project(self, sheet: ScoreSheet) -> str:
        return str(sheet.rating.project)

    @admin.display(description=gettext_lazy("photos as evidence"))
    def photos(self, sheet: ScoreSheet) -> str:
        shown = sheet.photos.kept().select_related("indicator")
        rows = ((photo.get_absolute_url(), photo.indicator) for photo in shown)
        return format_html_join(" · ", '<a href="{}">{}</a>', rows) or "—"


@admin.register(BrandListing)
class BrandListingAdmin(ScopedAdmin):
    list_display = ["project", "grade", "region", "listed_on", "until", "status"]
    list_select_related = ["project", "region"]
    list_filter = ["status", "grade"]
    search_fields = ["project__title"]
    ordering = ["-id"]
    fields = readonly_fields = ["project", "grade", "region", "listed_on", "until", "status"]
    moves = [
        Move(
            name="withdraw",
            label=gettext_lazy("Take out of the library"),
            service=listings.withdraw,
            perm="evaluations.withdraw_brandlisting",
            to="withdrawn",
            form=ReasonForm,
        )
    ]
