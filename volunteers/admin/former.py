"""历史记录导入 in the console: upload, look, confirm; and undo."""

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

from communities.console import Move, ReasonForm, ScopedAdmin
from communities.models import Region
from communities.tables import WRITERS, download
from volunteers.models import FormerHours, FormerImport, OpeningBalance, Volunteer
from volunteers.services import former_imports

ADD = "volunteers.add_formerimport"
Status = FormerImport.Status
MOST_SHOWN = 50


class UploadForm(forms.ModelForm):
    file = forms.FileField(label=_("Spreadsheet"), widget=UnfoldAdminFileFieldWidget)

    class Meta:
        model = FormerImport
        fields = ["region", "basis"]


@admin.register(FormerImport)
class FormerImportAdmin(ScopedAdmin):
    form = UploadForm
    place_level = Region.Level.COMMUNITY
    list_display = ["file_name", "region", "status", "good_count", "known_count", "bad_count", "expires_at"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["file_name", "region__name"]
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
        Move(name="cancel", label=_("Drop this upload"), service=former_imports.cancel, perm=ADD, to=Status.CANCELLED),
        Move(
            name="undo",
            label=_("Undo the import"),
            service=former_imports.undo,
            perm="volunteers.undo_formerimport",
            to=Status.UNDONE,
            form=ReasonForm,
        ),
    ]

    def get_urls(self) -> Any:
        wrap = self.admin_site.admin_view
        return [
            path("template.<str:kind>", wrap(self.template), name="volunteers_formerimport_template"),
            path("<int:pk>/errors.<str:kind>", wrap(self.errors), name="volunteers_formerimport_errors"),
            *super().get_urls(),
        ]

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown if obj else ["region", "basis", "file"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return self.shown if obj else []

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj:
            kwargs["form"] = forms.ModelForm
        form = super().get_form(request, obj, change=change, **kwargs)
        if not obj:
            form.base_fields["file"].help_text = render_to_string("admin/former_template.html")
        return form

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        file = form.cleaned_data["file"]
        about = {"content": file.read(), "name": file.name, "basis": obj.basis}
        taken = former_imports.preview(obj.region, by=request.user, **about)
        obj.pk, obj.file_name = taken.pk, taken.file_name

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> Any:
        return redirect("admin:volunteers_formerimport_change", obj.pk)

    @admin.display(description=_("Preview"))
    def preview(self, taken: FormerImport) -> str:
        rows = taken.rows
        good = rows["good"][:MOST_SHOWN]
        people = Volunteer.objects.in_bulk([row["volunteer"] for row in good])
        context = {
            "taken": taken,
            "good": [{**row, "who": people[row["volunteer"]], "hours": _hours(row)} for row in good],
            "bad": rows["bad"][:MOST_SHOWN],
            "most": MOST_SHOWN,
        }
        return render_to_string("admin/former_preview.html", context)

    def template(self, request: Any, kind: str) -> HttpResponse:
        """An empty sheet to fill in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return download(former_imports.template(), name="former-records", kind=kind)

    def errors(self, request: Any, pk: int, kind: str) -> HttpResponse:
        """The rows with errors, to be mended and uploaded again."""
        taken = self.get_object(request, str(pk))
        if taken is None or not request.user.has_perm(ADD, taken):
            raise Http404
        rows = former_imports.take_errors(taken, by=request.user) if kind in WRITERS else []
        return download(rows, name=f"errors-{pk}", kind=kind)


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
