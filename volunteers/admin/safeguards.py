"""志愿保障 in the console: what is noted, and what no longer holds; noted at the volunteer or at an activity."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminDateWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from communities.console import Move, ReasonForm, ScopedAdmin
from volunteers.models import ActivityKind, Safeguard
from volunteers.services import safeguards


class NoteForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Insurance or training"), choices=Safeguard.Kind.choices, widget=UnfoldAdminSelectWidget
    )
    for_kind = forms.ModelChoiceField(
        ActivityKind.objects.none(),
        label=_("Training for"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Empty: for every kind of activity."),
    )
    title = forms.CharField(
        label=_("Policy or course"),
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Insurer and policy number, or course."),
    )
    starts_on = forms.DateField(label=_("First day"), widget=UnfoldAdminDateWidget)
    ends_on = forms.DateField(label=_("Last day"), widget=UnfoldAdminDateWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["for_kind"].queryset = ActivityKind.objects.active()


class GuardianForm(forms.Form):
    agreed_on = forms.DateField(label=_("Guardian agreed on"), widget=UnfoldAdminDateWidget)
    reason = forms.CharField(
        label=_("How it is known"),
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Signed paper, a call … Write no name here."),
    )


@admin.register(Safeguard)
class SafeguardAdmin(ScopedAdmin):
    list_display = ["volunteer", "kind", "for_kind", "title", "starts_on", "ends_on", "region", "status"]
    list_select_related = ["volunteer", "for_kind", "region"]
    list_filter = ["status", "kind", "ends_on"]
    search_fields = ["volunteer__number", "title"]
    search_help_text = _("A volunteer number, or a policy or course")
    ordering = ["ends_on", "id"]
    fields = ["volunteer", "region", "kind", "for_kind", "title", "starts_on", "ends_on", "status"]
    moves = [
        Move(
            name="revoke",
            label=_("No longer holds"),
            service=safeguards.revoke,
            perm="volunteers.revoke_safeguard",
            to=Safeguard.Status.REVOKED,
            form=ReasonForm,
        )
    ]

    def has_add_permission(self, request: Any) -> bool:
        """It is noted at the volunteer it concerns, or at an activity for all."""
        return False
