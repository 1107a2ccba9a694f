"""历史记录导入 in the console: upload, look, confirm; and undo."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from communities.admin.sheet_imports import MOST_SHOWN, SheetForm, SheetImportAdmin
from communities.console import Move, ReasonForm, ScopedAdmin
from communities.models import Region
from communities.services import sheet_imports
from volunteers.models import FormerHours, FormerImport, OpeningBalance, Volunteer
from volunteers.services import former_imports

ADD = "volunteers.add_formerimport"
Status = FormerImport.Status


class UploadForm(SheetForm):
    class Meta:
        model = FormerImport
        fields = ["region", "basis"]


@admin.register(FormerImport)
class FormerImportAdmin(SheetImportAdmin):
    service, add = former_imports, ADD
    form = UploadForm
    place_level = Region.Level.COMMUNITY
    add_fields = ["region", "basis", "file"]
    template_name, help_template = "former-records", "admin/former_template.html"
    list_display = ["file_name", "region", "status", "good_count", "known_count", "bad_count", "expires_at"]
    shown = [
        "region",
        "basis",
        "file_name",
        "status",
        "good_count",
        "known_count",
        "bad_count",
        "expires_at",
        "preview",
    ]
    moves = [
        Move(
            name="confirm",
            label=_("Take these records over"),
            service=former_imports.confirm,
            perm=ADD,
            to=Status.CONFIRMED,
            when=lambda taken: taken.good_count > 0,
            done=_("The records count now."),
        ),
        Move(name="cancel", label=_("Drop this upload"), service=sheet_imports.cancel, perm=ADD, to=Status.CANCELLED),
        Move(
            name="undo",
            label=_("Undo the import"),
            service=former_imports.undo,
            perm="volunteers.undo_formerimport",
            to=Status.UNDONE,
            form=ReasonForm,
        ),
    ]

    def read_sheet(self, thing: Any, *, by: Any, **file: Any) -> FormerImport:
        return former_imports.preview(thing.region, basis=thing.basis, by=by, **file)

    @admin.display(description=_("Preview"))
    def preview(self, taken: FormerImport) -> str:
        rows = taken.rows
        good = rows["good"][:MOST_SHOWN]
        people = Volunteer.objects.in_bulk([row["volunteer"] for row in good])
        context = {
            "taken": taken,
            "good": [{**row, "who": people[row["volunteer"]], "hours": _hours(row)} for row in good],
            "bad": rows["bad"][:MOST_SHOWN],
            "spent": taken.openings.spent().select_related("volunteer").order_by("volunteer__number")[:MOST_SHOWN],
            "spent_count": taken.openings.spent().count(),
            "most": MOST_SHOWN,
        }
        return render_to_string("admin/former_preview.html", context)


def _hours(row: dict[str, Any]) -> str:
    minutes = row.get("minutes") or 0
    return f"{minutes // 60}:{minutes % 60:02}" if minutes else ""


@admin.register(FormerHours)
class FormerHoursAdmin(ScopedAdmin):
    list_display = ["volunteer", "words", "kind", "first_on", "last_on", "minutes", "region", "undone_at"]
    list_select_related = ["volunteer", "kind", "region"]
    list_filter = ["kind", "last_on"]
    search_fields = ["volunteer__number", "words"]
    fields = ["volunteer", "words", "kind", "first_on", "last_on", "minutes", "region", "source", "undone_at"]
    readonly_fields = fields


@admin.register(OpeningBalance)
class OpeningBalanceAdmin(ScopedAdmin):
    list_display = ["volunteer", "points", "region", "stands"]
    list_select_related = ["volunteer", "region", "journal__reversal"]
    list_filter = ["source"]
    search_fields = ["volunteer__number"]
    fields = ["volunteer", "points", "region", "source", "journal"]

    @admin.display(description=_("stands"), boolean=True)
    def stands(self, opening: OpeningBalance) -> bool:
        return opening.stands
