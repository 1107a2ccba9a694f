"""People in the console: accounts, masked; what may be done with them is done by moves."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from communities import phones
from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.forms.people import EnrolForm, GiveRoleForm, region_field, role_field
from communities.models import AuditEvent, Refused, RoleAssignment, User
from communities.services import people, roles, second_factors

from .reveals import reveal_move

# How much of an account's history stands on its page.
EVENTS = 50


def _password_link(user: User, *, by: User) -> str:
    return f"{settings.SITE_URL}{people.password_link(user, by=by)}"


class RolesInline(ReadOnlyInline):
    model = RoleAssignment
    fields = ("role", "region", "ended_at")
    readonly_fields = fields

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("user", "region")


@admin.register(User)
class UserAdmin(ScopedAdmin):
    list_display = ["person", "masked_phone", "running_roles", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["name", "username"]
    search_help_text = gettext_lazy("Name, user name or whole phone number")
    fields = ["person", "masked_phone", "username", "language", "is_active", "joined_at", "last_login"]
    readonly_fields = fields
    inlines = [RolesInline]
    moves = [
        Move(
            name="give_role",
            label=gettext_lazy("Give a role"),
            service=roles.give,
            perm="communities.assign_role",
            when=lambda user: user.is_active,
            form=GiveRoleForm,
        ),
        reveal_move("communities.reveal_user"),
        Move(
            name="password_link",
            label=gettext_lazy("Make a password link"),
            service=_password_link,
            perm="communities.reset_user",
            when=lambda user: user.is_active,
            shows=True,
        ),
        Move(
            name="factor_off",
            label=gettext_lazy("Switch the second factor off"),
            service=second_factors.switch_off,
            perm="communities.reset_user",
            when=second_factors.is_on,
            form=ReasonForm,
        ),
        Move(
            name="deactivate",
            label=gettext_lazy("Deactivate"),
            service=people.deactivate,
            perm="communities.deactivate_user",
            when=lambda user: user.is_active,
            form=ReasonForm,
        ),
        Move(
            name="reactivate",
            label=gettext_lazy("Reactivate"),
            service=people.reactivate,
            perm="communities.deactivate_user",
            when=lambda user: not user.is_active,
            form=ReasonForm,
            hurts=False,
        ),
    ]

    @display(description=gettext_lazy("Name"))
    def person(self, user: User) -> str:
        return user.shown_name

    @display(description=gettext_lazy("phone"))
    def masked_phone(self, user: User) -> str:
        return user.masked_phone

    @display(description=gettext_lazy("roles"))
    def running_roles(self, user: User) -> str:
        held = [held for held in user.role_assignments.all() if held.ended_at is None]
        return "、".join(f"{held.get_role_display()} ({held.region})" for held in held)

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).prefetch_related("role_assignments__region").order_by("-id")

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        user = super().get_object(request, object_id, from_field)
        if user:
            user.is_masked = True
        return user

    def get_search_results(self, request: Any, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """A whole phone number finds its one person through the index; part of one finds nobody."""
        try:
            return queryset.with_phone(phones.normalise(search_term)), False
        except Refused:
            return super().get_search_results(request, queryset, search_term)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        fields = self.fields if obj else ["name", "phone", "username", "role", "region"]
        return [(None, {"fields": fields})]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return self.readonly_fields if obj else []

    def get_inlines(self, request: Any, obj: Any) -> Any:
        return self.inlines if obj else []

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            choices = {
                "role": role_field(request.user),
                "region": region_field(request.user, "communities.add_user"),
            }
            kwargs["form"] = type("EnrolForm", (EnrolForm,), choices)
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        made = people.enrol(**form.cleaned_data, by=request.user)
        obj.__dict__.update(made.__dict__)
        if form.cleaned_data["username"]:
            messages.info(request, _("Now make a password link for this person, and hand it over."))

    def _record_of(self, request: Any, object_id: Any) -> Any:
        if not object_id or not request.user.has_perm("communities.view_auditevent"):
            return None
        events = AuditEvent.objects.for_user(request.user, "communities.view_auditevent").filter(subject=object_id)
        return events.select_related("actor").prefetch_related("actor__role_assignments").order_by("-id")[:EVENTS]
