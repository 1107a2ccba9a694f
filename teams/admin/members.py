"""Team members in the console, masked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextInputWidget

from communities.admin.reveals import reveal_move
from communities.console import Move, ReadOnlyInline, ScopedAdmin
from communities.forms.fields import PhoneField
from teams.models import Team, TeamMember
from teams.services import members

CHANGE = "teams.change_team"


class NewMemberForm(forms.Form):
    """Somebody who works in the team."""

    name = forms.CharField(label=_("Name"), max_length=64, widget=UnfoldAdminTextInputWidget)
    phone = PhoneField(label=_("Phone"), max_length=24, widget=UnfoldAdminTextInputWidget)


class MembersFileForm(forms.Form):
    """Everybody at once."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("With the headings 姓名 and 手机号 (.xlsx or .csv); who is entered already stays."),
    )


def is_at_work(team: Team) -> bool:
    return team.status != Team.Status.RETIRED


MOVES = [
    Move(
        name="add_member",
        label=_("Add a member"),
        service=members.add,
        perm=CHANGE,
        when=is_at_work,
        form=NewMemberForm,
    ),
    Move(
        name="upload_members",
        label=_("Import members"),
        service=members.upload,
        perm=CHANGE,
        when=is_at_work,
        form=MembersFileForm,
    ),
]


class MemberInline(ReadOnlyInline):
    model = TeamMember
    verbose_name_plural = _("team members")
    fields = ["masked_name", "masked_phone", "joined_on", "left_on"]
    readonly_fields = fields

    @admin.display(description=_("name"))
    def masked_name(self, member: TeamMember) -> str:
        return member.masked_name

    @admin.display(description=_("phone"))
    def masked_phone(self, member: TeamMember) -> str:
        return member.masked_phone


@admin.register(TeamMember)
class TeamMemberAdmin(ScopedAdmin):
    list_display = ["masked_name", "masked_phone", "team", "joined_on", "left_on"]
    list_select_related = ["team"]
    list_filter = [("left_on", admin.EmptyFieldListFilter), "joined_on"]
    search_fields = ["team__name"]
    search_help_text = _("A team")
    fields = ["masked_name", "masked_phone", "team", "joined_on", "left_on"]
    readonly_fields = ["masked_name", "masked_phone"]
    moves = [
        Move(
            name="leave",
            label=_("No longer a member"),
            service=members.leave,
            perm="teams.change_teammember",
            when=lambda member: member.left_on is None,
            hurts=True,
        ),
        reveal_move("teams.reveal_teammember"),
    ]

    def has_add_permission(self, request: Any) -> bool:
        """Members are entered on their team's page."""
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("name"))
    def masked_name(self, member: TeamMember) -> str:
        return member.masked_name

    @admin.display(description=_("phone"))
    def masked_phone(self, member: TeamMember) -> str:
        return member.masked_phone or "—"
