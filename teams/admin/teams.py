"""Teams in the console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.encryption import mask_name, mask_phone
from communities.models import User
from teams.models import Team, TeamContact
from teams.services import teams

from . import members

Status = Team.Status


class NewContactForm(forms.Form):
    """A person, by phone."""

    phone = forms.CharField(label=_("Phone"), max_length=24, widget=UnfoldAdminTextInputWidget)
    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        required=False,
        help_text=_("Needed when nobody with this phone has an account yet."),
        widget=UnfoldAdminTextInputWidget,
    )


class RemoveContactForm(forms.Form):
    """Which of the contacts."""

    wants_instance = True
    contact = forms.ModelChoiceField(
        TeamContact.objects.none(), label=_("contact person"), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, instance: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = instance.contacts.select_related("user")


def remove_contact(team: Team, *, by: User, contact: TeamContact) -> None:
    """The button of the team's page, which chooses the contact in its form."""
    teams.remove_contact(contact, by=by)


class ContactInline(ReadOnlyInline):
    model = TeamContact
    verbose_name_plural = _("team contacts")
    fields = ["masked_name", "masked_phone", "since"]
    readonly_fields = fields
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("user")

    @admin.display(description=_("name"))
    def masked_name(self, contact: TeamContact) -> str:
        return mask_name(contact.user.name)

    @admin.display(description=_("phone"))
    def masked_phone(self, contact: TeamContact) -> str:
        return mask_phone(contact.user.phone)


@admin.register(Team)
class TeamAdmin(ScopedAdmin):
    list_display = ["name", "region", "type", "status", "admitted_at"]
    list_select_related = ["region", "type"]
    list_filter = ["status", "type", "admitted_at"]
    search_fields = ["name", "region__name"]
    ordering = ["-id"]
    fields = ["name", ("region", "type"), ("status", "admitted_at"), "admission", "introduction"]
    readonly_fields = ["name", "region", "type", "status", "admission", "admitted_at"]
    inlines = [ContactInline, members.MemberInline]
    moves = [
        Move(
            name="add_contact",
            label=_("Add a contact"),
            service=teams.add_contact,
            perm="teams.change_team",
            when=lambda team: team.status != Status.RETIRED,
            form=NewContactForm,
        ),
        Move(
            name="remove_contact",
            label=_("Remove a contact"),
            service=remove_contact,
            perm="teams.change_team",
            when=lambda team: team.contacts.count() > 1,
            form=RemoveContactForm,
        ),
        *members.MOVES,
        Move(
            name="suspend",
            label=_("Suspend"),
            service=teams.suspend,
            perm="teams.suspend_team",
            to=Status.SUSPENDED,
            form=ReasonForm,
        ),
        Move(name="resume", label=_("Resume"), service=teams.resume, perm="teams.suspend_team", to=Status.ACTIVE),
        Move(
            name="retire",
            label=_("Retire"),
            service=teams.retire,
            perm="teams.retire_team",
            to=Status.RETIRED,
            form=ReasonForm,
        ),
    ]

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return (obj is None or obj.status != Status.RETIRED) and super().has_change_permission(request, obj)

    def save_model(self, request: Any, obj: Team, form: Any, change: bool) -> None:
        teams.describe(obj, by=request.user, introduction=obj.introduction)
