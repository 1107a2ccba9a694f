"""表格导入 in the console: an empty sheet to fill in, upload, look, and the rows with errors to mend."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from communities import tables
from communities.console import AskedOnceAdmin

MOST_SHOWN = 50


class SheetForm(forms.ModelForm):
    file = forms.FileField(label=_("Spreadsheet"), widget=UnfoldAdminFileFieldWidget)


class SheetImportAdmin(AskedOnceAdmin):
    """Subclasses give the service (`template`, `take_errors`), the permission, and what AskedOnceAdmin asks for."""

    service: ClassVar[Any]
    add: ClassVar[str]
    template_name: ClassVar[str]  # of the file that is to be filled in
    help_template: ClassVar[str]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["file_name", "region__name"]

    def read_sheet(self, thing: Any, *, by: Any, **file: Any) -> Any:
        """Call the service with the form's thing, and the `content` and `name` of the file."""
        raise NotImplementedError

    def get_urls(self) -> Any:
        wrap, name = self.admin_site.admin_view, self._name
        return [
            path("template.<str:kind>", wrap(self.template), name=f"{name}_template"),
            path("<int:pk>/errors.<str:kind>", wrap(self.errors), name=f"{name}_errors"),
            *super().get_urls(),
        ]

    @property
    def _name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}"

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if not obj:
            form.base_fields["file"].help_text = render_to_string(self.help_template)
        return form

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        file = form.cleaned_data["file"]
        taken = self.read_sheet(obj, by=request.user, content=file.read(), name=file.name)
        obj.pk, obj.file_name = taken.pk, taken.file_name

    def response_add(self, request: Any, obj: Any, post_url_continue: Any = None) -> Any:
        return redirect(reverse(f"admin:{self._name}_change", args=[obj.pk]))

    def template(self, request: Any, kind: str) -> HttpResponse:
        """An empty sheet to fill in."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return tables.download(self.service.template(), name=self.template_name, kind=kind)

    def errors(self, request: Any, pk: int, kind: str) -> HttpResponse:
        """The rows with errors, to be mended and uploaded again."""
        taken = self.get_object(request, str(pk))
        if taken is None or not request.user.has_perm(self.add, taken):
            raise Http404
        rows = self.service.take_errors(taken, by=request.user) if kind in tables.WRITERS else []
        return tables.download(rows, name=f"errors-{pk}", kind=kind)

    @admin.display(description=_("Preview"))
    def preview(self, taken: Any) -> str:
        """What would come in, masked, and what is wrong with the rest."""
        raise NotImplementedError
