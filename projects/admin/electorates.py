"""Who votes besides the roll, in the console: substitutes, experts, the uploaded list."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from communities.admin.reveals import reveal_move
from communities.console import WIDGETS, Move, ReasonForm, ScopedAdmin
from communities.forms.fields import PhoneField
from communities.models import Refused, Resident
from projects.models import Expert, ListedVoter, Poll, Substitution
from projects.services import electorates

TEXT = WIDGETS[forms.CharField]


class ByNumber(forms.ModelChoiceField):
    """Representatives to choose from, by grid; names as lists may show them."""

    def label_from_instance(self, resident: Any) -> str:
        return f"{resident.grid} {resident.masked_name}".strip()


class SubstituteForm(ReasonForm):
    """Who cannot come, and who votes instead."""

    wants_instance = True
    absent = ByNumber(Resident.objects.none(), label=_("who cannot come"), widget=UnfoldAdminSelectWidget)
    phone = PhoneField(
        label=_("phone of who votes instead"), max_length=24, widget=TEXT, help_text=_("As it stands on the roll.")
    )
    field_order = ("absent", "phone", "reason")

    def __init__(self, *args: Any, instance: Poll, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Resident.objects.filter(region=instance.region)
        self.here = here.verified()
        self.fields["absent"].queryset = here.representatives().order_by("grid", "pk")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if phone := said.pop("phone", ""):
            said["substitute"] = self.here.with_phone(phone).first()
            if said["substitute"] is None:
                self.add_error("phone", _("Nobody on this roll has this phone number."))
        return said


class ExpertForm(forms.Form):
    """An expert, by the phone of their account."""

    phone = PhoneField(label=_("Phone"), max_length=24, widget=TEXT)
    field = forms.CharField(label=_("expert for"), max_length=100, required=False, widget=TEXT)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        try:
            if phone := said.pop("phone", ""):
                said["user"] = electorates.find_expert(phone)
        except Refused as no:
            self.add_error("phone", str(no))
        return said


class ListForm(forms.Form):
    """The list of who votes, as a spreadsheet."""

    file = forms.FileField(
        label=_("Spreadsheet"),
        widget=UnfoldAdminFileFieldWidget,
        help_text=_("With the headings 姓名 and 手机号 (.xlsx or .csv); it replaces the list that is there."),
    )


def is_changeable(poll: Poll) -> bool:
    return poll.status in electorates.CHANGEABLE


MOVES = [
    Move(
        name="name_substitute",
        label=_("Name a substitute"),
        service=electorates.substitute,
        perm="projects.add_substitution",
        when=lambda poll: is_changeable(poll) and poll.electorate == Poll.Electorate.REPRESENTATIVES,
        form=SubstituteForm,
        hurts=False,
    ),
    Move(
        name="name_expert",
        label=_("Name an expert"),
        service=electorates.name_expert,
        perm="projects.add_expert",
        when=lambda poll: is_changeable(poll) and poll.has_experts,
        form=ExpertForm,
    ),
    Move(
        name="upload_list",
        label=_("Upload the list of who votes"),
        service=electorates.upload_list,
        perm="projects.add_listedvoter",
        when=lambda poll: is_changeable(poll) and poll.electorate == Poll.Electorate.LIST,
        form=ListForm,
    ),
]


class ElectorateAdmin(ScopedAdmin):
    list_filter = ["poll__status"]
    search_fields = ["poll__roadshow__title"]

    def has_add_permission(self, request: Any) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Substitution)
class SubstitutionAdmin(ElectorateAdmin):
    list_display = ["poll", "absent", "substitute", "reason"]
    list_select_related = ["poll__roadshow", "absent", "substitute"]
    fields = ["poll", "absent", "substitute", "reason"]
    moves = [
        Move(
            name="end_substitution",
            label=_("Take the substitution back"),
            service=electorates.end_substitution,
            perm="projects.add_substitution",
            when=lambda substitution: is_changeable(substitution.poll),
            hurts=True,
        )
    ]


@admin.register(Expert)
class ExpertAdmin(ElectorateAdmin):
    list_display = ["poll", "masked_name", "field"]
    list_select_related = ["poll__roadshow", "user"]
    fields = ["poll", "masked_name", "field"]
    readonly_fields = ["masked_name"]
    moves = [
        Move(
            name="remove_expert",
            label=_("Remove from the experts"),
            service=electorates.remove_expert,
            perm="projects.add_expert",
            when=lambda expert: is_changeable(expert.poll),
            hurts=True,
        ),
        reveal_move("projects.reveal_expert"),
    ]

    @admin.display(description=_("name"))
    def masked_name(self, expert: Expert) -> str:
        return expert.masked_name


@admin.register(ListedVoter)
class ListedVoterAdmin(ElectorateAdmin):
    list_display = ["poll", "resident", "grid"]
    list_select_related = ["poll__roadshow", "resident"]
    fields = ["poll", "resident"]

    @admin.display(description=_("grid"))
    def grid(self, listed: ListedVoter) -> str:
        return listed.resident.grid
