"""志愿服务记录证明 in the console: volunteers issue, staff seal and revoke; the unit's seal is kept here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import FileResponse, Http404
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget

from communities.console import AskedOnceAdmin, Move, ReasonForm, ScopedAdmin
from communities.views.uploads import hand_out
from volunteers.models import Certificate, Seal
from volunteers.services import certificates, seals

Status = Certificate.Status


@admin.register(Certificate)
class CertificateAdmin(ScopedAdmin):
    list_display = [
        "shown_number",
        "volunteer",
        "region",
        "first_on",
        "last_on",
        "service_hours",
        "is_sealed",
        "status",
    ]
    list_select_related = ["volunteer", "region"]
    list_filter = ["status", "issued_at"]
    search_fields = ["number", "volunteer__number"]
    search_help_text = _("A certificate number or a volunteer number")
    fields = [
        *["shown_number", "volunteer", "region", "first_on", "last_on", "service_hours", "what", "issued_at"],
        *["is_sealed", "superseded_by", "status"],
    ]
    readonly_fields = fields
    moves = [
        Move(
            name="seal",
            label=_("Put the seal on"),
            service=certificates.seal,
            perm="volunteers.seal_certificate",
            when=lambda one: one.status == Status.VALID and one.seal_id is None,
        ),
        Move(
            name="revoke",
            label=_("Revoke the certificate"),
            service=certificates.revoke,
            perm="volunteers.revoke_certificate",
            to=Status.REVOKED,
            form=ReasonForm,
        ),
    ]

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_term.replace("-", ""))

    @admin.display(description=_("certificate number"), ordering="number")
    def shown_number(self, certificate: Certificate) -> str:
        return certificate.shown_number

    @admin.display(description=_("service hours"), ordering="minutes")
    def service_hours(self, certificate: Certificate) -> str:
        hours, minutes = certificate.hours
        return f"{hours}:{minutes:02}"

    @admin.display(description=_("sealed"), boolean=True)
    def is_sealed(self, certificate: Certificate) -> bool:
        return certificate.seal_id is not None

    @admin.display(description=_("content"))
    def what(self, certificate: Certificate) -> str:
        lines = [f"{line['words']} {line['hours']}:{line['minutes']:02}" for line in certificate.services]
        return " · ".join([certificate.unit, *lines])


class SealForm(forms.ModelForm):
    file = forms.FileField(
        label=_("Picture of the seal"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("PNG or JPEG; best a PNG of 400 to 800 points with a clear background."),
    )

    class Meta:
        model = Seal
        fields = ["region", "unit", "unit_en"]


@admin.register(Seal)
class SealAdmin(AskedOnceAdmin):
    form = SealForm
    list_display = ["unit", "region", "status"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["unit", "region__name"]
    autocomplete_fields = ["region"]
    add_fields = ["region", "unit", "unit_en", "file"]
    shown = ["region", "unit", "unit_en", "drawn", "status"]
    moves = [
        Move(
            name="retire",
            label=_("Use it no more"),
            service=seals.retire,
            perm="volunteers.retire_seal",
            to=Seal.Status.RETIRED,
        )
    ]

    def get_urls(self) -> Any:
        picture = self.admin_site.admin_view(self.picture)
        return [path("<int:pk>/picture", picture, name="volunteers_seal_picture"), *super().get_urls()]

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        words = {"unit": obj.unit, "unit_en": obj.unit_en, "file": form.cleaned_data["file"]}
        obj.pk = seals.keep(obj.region, by=request.user, **words).pk

    @admin.display(description=_("seal of the unit"))
    def drawn(self, seal: Seal) -> str:
        address = reverse("admin:volunteers_seal_picture", args=[seal.pk])
        return format_html('<img src="{}" alt="{}" width="160">', address, seal.unit)

    def picture(self, request: Any, pk: int) -> FileResponse:
        """The picture of a seal that one may see."""
        seal = self.get_object(request, str(pk))
        if seal is None:
            raise Http404
        return hand_out(seal.picture)
