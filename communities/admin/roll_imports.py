"""名册导入 in the console: upload, look, confirm."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from communities import tables
from communities.console import Move, ScopedAdmin
from communities.encryption import mask_name, mask_phone
from communities.models import Region, RollImport
from communities.services import rolls

ADD = "communities.add_rollimport"
MOST_SHOWN = 50


class UploadForm(forms.ModelForm):
    file = forms.FileField(label=_("Spreadsheet"), widget=UnfoldAdminFileFieldWidget)

    class Meta:
        model = RollImport
        fields = ["region"]


@admin.register(RollImport)
class RollImportAdmin(ScopedAdmin):
    form = UploadForm
    list_display = ["file_name", "region", "status", "good_count", "bad_count", "expires_at"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["file_name", "region__name"]
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
            name="cancel", label=_("Drop this upload"), service=rolls.cancel, perm=ADD, to=RollImport.Status.CANCELLED
        ),
    ]

    def get_urls(self) -> Any:
        wrap = self.admin_site.admin_view
        return [
            path("template.<str:kind>", wrap(self.template), name="communities_rollimport_template"),
            path("<int:pk>/errors.<str:kind>", wrap(self.errors), name="communities_rollimport_errors"),
            *super().get_urls(),
        ]

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown if obj else ["region", "file"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown if obj else []

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            kwargs["form"] = forms.ModelForm
        form = super().get_form(request, obj, change=change, **kwargs)
        if not obj:
            form.base_fields["file"].help_text = render_to_string("admin/roll_template.html")
        return form

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        within = Region.objects.within(*request.user.codes_granting(ADD))
        return super().formfield_for_foreignkey(db_field, request, **{**kwargs, "queryset": within.communities()})

    def get_changeform_initial_data(self, request: Any) -> Any:
        mine = Region.objects.within(*request.user.codes_granting(ADD)).communities()[:2]
        return {"region": mine[0].pk} if len(mine) == 1 else {}

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        file = form.cleaned_data["file"]
        roll = rolls.preview(form.cleaned_data["region"], content=file.read(), name=file.name, by=request.user)
        obj.pk, obj.file_name = roll.pk, roll.file_name

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> Any:
        return redirect("admin:communities_rollimport_change", obj.pk)

    @admin.display(description=_("Preview"))
    def preview(self, roll: RollImport) -> str:
        rows = roll.rows
        good = [
            {**row, "name": mask_name(row["name"]), "phone": mask_phone(row["phone"])}
            for row in rows["good"][:MOST_SHOWN]
        ]
        context = {"roll": roll, "good": good, "bad": rows["bad"][:MOST_SHOWN], "most": MOST_SHOWN}
        return render_to_string("admin/roll_preview.html", context)

    def template(self, request: Any, kind: str) -> HttpResponse:
        """An empty roll to fill in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return tables.download(rolls.template(), name="residents", kind=kind)

    def errors(self, request: Any, pk: int, kind: str) -> HttpResponse:
        """The rows with errors, to be mended and uploaded again."""
        roll = self.get_object(request, str(pk))
        if roll is None or not request.user.has_perm(ADD, roll):
            raise Http404
        rows = rolls.take_errors(roll, by=request.user) if kind in tables.WRITERS else []
        return tables.download(rows, name=f"errors-{pk}", kind=kind)
