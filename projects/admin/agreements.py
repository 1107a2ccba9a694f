"""Agreements in the console: signed for the community, printed, ended, renewed."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReasonForm, ScopedAdmin
from projects.forms.terms import RenewalTermsForm
from projects.models import Agreement
from projects.services import agreements, signatures

Status = Agreement.Status


@admin.register(Agreement)
class AgreementAdmin(ScopedAdmin):
    list_display = ["number", "project", "status", "starts_on", "ends_on", "funds", "region"]
    list_select_related = ["project", "region"]
    list_filter = ["status", "year", "mode", "ends_on"]
    search_fields = ["project__title", "project__team__name", "=serial"]
    fieldsets = [
        (None, {"fields": [("number", "status"), "project", "renews", "renewal", "pages"]}),
        (
            _("Terms"),
            {"fields": [("starts_on", "ends_on"), "mode", "funds", "space", "charges", "share_returned", "terms"]},
        ),
        (
            _("Signatures"),
            {"fields": [("team_signed_by", "team_signed_at"), ("community_signed_by", "community_signed_at")]},
        ),
    ]
    readonly_fields = [
        "number",
        "status",
        "team_signed_by",
        "team_signed_at",
        "community_signed_by",
        "community_signed_at",
        "renewal",
        "pages",
    ]
    moves = [
        Move(
            name="sign",
            label=_("Sign for the community"),
            service=signatures.sign_for_community,
            perm="projects.sign_agreement_for_community",
            when=lambda agreement: agreement.status == Status.DRAFT and not agreement.community_signed_at,
        ),
        Move(
            name="renew",
            label=_("Renew"),
            service=agreements.renew,
            perm="projects.draft_agreement",
            when=lambda agreement: not agreements.refusal_to_renew(agreement),
            form=RenewalTermsForm,
        ),
        Move(
            name="cancel",
            label=_("Cancel"),
            service=agreements.cancel,
            perm="projects.end_agreement",
            to=Status.CANCELLED,
            form=ReasonForm,
        ),
        Move(
            name="terminate",
            label=_("End early"),
            service=agreements.terminate,
            perm="projects.end_agreement",
            to=Status.TERMINATED,
            form=ReasonForm,
        ),
    ]

    @admin.display(description=_("number"), ordering="serial")
    def number(self, agreement: Agreement) -> str:
        return agreement.number

    @admin.display(description=_("renewal"))
    def renewal(self, agreement: Agreement) -> str:
        """Why there is no button to renew, where there is none."""
        no = agreements.refusal_to_renew(agreement)
        return str(no[1] if no else _("This agreement can be renewed now."))

    @admin.display(description=_("pages"))
    def pages(self, agreement: Agreement) -> Any:
        address = reverse("projects:agreement-print", args=[agreement.pk])
        return format_html('<a href="{}">{}</a>', address, _("to print"))
