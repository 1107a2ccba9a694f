"""名册导入 in the console: upload, look, confirm."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from communities.console import Move
from communities.encryption import mask_name, mask_phone
from communities.models import Region, RollImport
from communities.services import rolls, sheet_imports

from .sheet_imports import MOST_SHOWN, SheetForm, SheetImportAdmin

ADD = "communities.add_rollimport"


class UploadForm(SheetForm):
    class Meta:
        model = RollImport
        fields = ["region"]


@admin.register(RollImport)
class RollImportAdmin(SheetImportAdmin):
    service, add = rolls, ADD
    form = UploadForm
    add_fields = ["region", "file"]
    template_name, help_template = "residents", "admin/roll_template.html"
    list_display = ["file_name", "region", "status", "good_count", "bad_count", "expires_at"]
    ordering = ["-id"]
    shown = ["region", "file_name", "status", "good_count", "bad_count", "expires_at", "preview"]
    moves = [
        Move(
            name="confirm",
            label=_("Add these residents to the roll"),
            service=rolls.confirm,
            perm=ADD,
            to=RollImport.Status.CONFIRMED,
            when=lambda roll: roll.good_count > 0,
            done=_("The residents are on the roll now."),
        ),
        Move(
            name="cancel",
            label=_("Drop this upload"),
            service=sheet_imports.cancel,
            perm=ADD,
            to=RollImport.Status.CANCELLED,
        ),
    ]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        within = Region.objects.within(*request.user.codes_granting(ADD))
        return super().formfield_for_foreignkey(db_field, request, **{**kwargs, "queryset": within.communities()})

    def get_changeform_initial_data(self, request: Any) -> Any:
        mine = Region.objects.within(*request.user.codes_granting(ADD)).communities()[:2]
        return {"region": mine[0].pk} if len(mine) == 1 else {}

    def read_sheet(self, thing: Any, *, by: Any, **file: Any) -> RollImport:
        return rolls.preview(thing.region, by=by, **file)

    @admin.display(description=_("Preview"))
    def preview(self, taken: RollImport) -> str:
        rows = taken.rows
        good = [
            {**row, "name": mask_name(row["name"]), "phone": mask_phone(row["phone"])}
            for row in rows["good"][:MOST_SHOWN]
        ]
        context = {"roll": taken, "good": good, "bad": rows["bad"][:MOST_SHOWN], "most": MOST_SHOWN}
        return render_to_string("admin/roll_preview.html", context)
