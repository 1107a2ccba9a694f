"""考评管理委员会 and 回避 in the console."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextInputWidget,
)

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.models import User
from evaluations.forms import AccountField
from evaluations.models import Committee, CommitteeMember, Declaration, Recusal, Seat
from evaluations.services import committees, recusals
from projects.models import Project

CHANGE = "evaluations.change_committee"


class AppointForm(forms.Form):
    user = AccountField(label=_("User name or phone"), widget=UnfoldAdminTextInputWidget)
    group = forms.ChoiceField(label=_("Evaluator group"), choices=Seat.choices, widget=UnfoldAdminSelectWidget)
    until = forms.DateField(
        label=_("Member until"), required=False, widget=UnfoldAdminSingleDateWidget, help_text=_("Empty: no end set.")
    )


class ReplaceForm(ReasonForm):
    """Who takes the seat."""

    user = AccountField(label=_("The successor's user name or phone"), widget=UnfoldAdminTextInputWidget)
    field_order = ["user", "reason"]


class RecuseForm(ReasonForm):
    """Which of the committee's members, and from which project."""

    wants_instance = True
    member = forms.ModelChoiceField(
        CommitteeMember.objects.none(), label=_("Committee member"), widget=UnfoldAdminSelectWidget
    )
    project = forms.ModelChoiceField(Project.objects.none(), label=_("Project"), widget=UnfoldAdminSelectWidget)
    field_order = ["member", "project", "reason"]

    def __init__(self, *args: Any, instance: Committee, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = instance.members.serving(on=localdate()).select_related("user")
        self.fields["project"].queryset = Project.objects.running().within(instance.region.code)


def _recuse(committee: Committee, *, member: CommitteeMember, project: Project, reason: str, by: User) -> Recusal:
    return recusals.recuse(member.user, project=project, region=committee.region, reason=reason, by=by)


class MemberInline(ReadOnlyInline):
    model = CommitteeMember
    fields = ["user", "group", "since", "until", "replaces"]
    readonly_fields = ["replaces"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("user", "replaces__user")


@admin.register(Committee)
class CommitteeAdmin(ScopedAdmin):
    place_level = "street"
    list_display = ["name", "region", "status"]
    list_select_related = ["region"]
    list_filter = ["status"]
    search_fields = ["name", "region__name"]
    fields = ["region", "name", "status"]
    readonly_fields = ["status"]
    inlines = [MemberInline]
    moves = [
        Move(
            name="appoint",
            label=_("Appoint a member"),
            service=committees.appoint,
            perm=CHANGE,
            form=AppointForm,
            when=lambda committee: committee.status == "active",
        ),
        Move(
            name="recuse",
            label=_("Recuse a member"),
            service=_recuse,
            perm="evaluations.add_recusal",
            form=RecuseForm,
            when=lambda committee: committee.status == "active",
        ),
        Move(
            name="dissolve",
            label=_("Dissolve"),
            service=committees.dissolve,
            perm=CHANGE,
            to="dissolved",
            form=ReasonForm,
        ),
    ]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        obj.pk = committees.found(by=request.user, **form.cleaned_data).pk


@admin.register(CommitteeMember)
class CommitteeMemberAdmin(ScopedAdmin):
    ordering = ["-id"]
    list_display = ["user", "group", "committee", "since", "until", "replaces"]
    list_select_related = ["user", "committee", "replaces__user"]
    list_filter = ["group", "until"]
    search_fields = ["user__name"]
    moves = [
        Move(
            name="replace",
            label=_("Give the seat to a successor"),
            service=committees.replace,
            perm=CHANGE,
            form=ReplaceForm,
            when=lambda member: member.serves(localdate()),
        ),
        Move(
            name="dismiss",
            label=_("End the term"),
            service=committees.dismiss,
            perm=CHANGE,
            form=ReasonForm,
            when=lambda member: member.serves(localdate()),
        ),
    ]


@admin.register(Declaration)
class DeclarationAdmin(ScopedAdmin):
    """What members declared about their interests."""

    list_display = ["member", "rating", "has_interest", "words", "at"]
    list_select_related = ["member__user", "rating__project"]
    list_filter = ["has_interest", "at"]
    search_fields = ["member__user__name", "rating__project__title"]


@admin.register(Recusal)
class RecusalAdmin(ScopedAdmin):
    list_display = ["user", "project", "region", "reason", "by", "at"]
    list_select_related = ["user", "project", "region", "by"]
    list_filter = ["at"]
    search_fields = ["user__name", "project__title", "reason"]

    def has_add_permission(self, request: Any) -> bool:
        return False
