"""志愿活动 in the console: written, published, and below it who came."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.grants import Role
from communities.models import RoleAssignment, User
from volunteers.models import Activity, ActivityKind, Attendance, Signup, Skill
from volunteers.services import activities, repetitions, safeguards
from volunteers.services.activities import LATER

from .repetitions import RepeatForm
from .safeguards import NoteForm

Status, RUN = Activity.Status, "volunteers.run_activity"
EDITED = [
    *["region", "kind", "title", "title_en", "about", "about_en", "place", "place_en"],
    *["starts_at", "ends_at", "places", "withdraw_hours", "leader", "skills"],
    *["risk_note", "risk_note_en", "needs_insurance", "needs_training"],
]


class SignupInline(ReadOnlyInline):
    model = Signup
    fields = readonly_fields = ["volunteer", "place_number", "status", "queued_at"]
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("volunteer").order_by("place_number", "queued_at")


class AttendanceInline(ReadOnlyInline):
    model = Attendance
    fields = readonly_fields = ["volunteer", "started_at", "ended_at", "minutes", "points", "status"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("volunteer").order_by("started_at")


@admin.register(Activity)
class ActivityAdmin(ScopedAdmin):
    list_display = ["title", "kind", "region", "starts_at", "taken_places", "status"]
    list_select_related = ["kind", "region"]
    list_filter = ["status", "kind", "needs_insurance", "needs_training"]
    search_fields = ["title", "place"]
    ordering = ["-starts_at", "-id"]
    autocomplete_fields = ["region"]
    inlines = [SignupInline, AttendanceInline]
    moves = [
        Move(
            name="publish",
            label=_("Publish"),
            service=activities.publish,
            perm=RUN,
            to=Status.PUBLISHED,
            done=_("Everybody can see it and sign up now."),
        ),
        Move(
            name="copy",
            label=_("Copy"),
            service=activities.copy,
            perm="volunteers.change_activity",
            done=_("This is the copy: a draft, on the next same weekday."),
            leads_on=True,
        ),
        Move(
            name="repeat",
            label=_("Repeat"),
            service=repetitions.start,
            perm="volunteers.change_activity",
            when=lambda activity: not activity.repetition_id and activity.status in {Status.DRAFT, Status.PUBLISHED},
            form=RepeatForm,
            hurts=False,
            done=_("What comes in the next four weeks is made; the rest follows by itself."),
        ),
        Move(
            name="note_safeguard",
            label=_("Note insurance or training of all"),
            service=safeguards.note_all,
            perm="volunteers.add_safeguard",
            when=lambda activity: activity.status == Status.PUBLISHED,
            form=NoteForm,
            done=_("Noted of everybody who has a place."),
        ),
        Move(name="end", label=_("End"), service=activities.end, perm=RUN, to=Status.ENDED),
        Move(
            name="cancel", label=_("Cancel"), service=activities.cancel, perm=RUN, to=Status.CANCELLED, form=ReasonForm
        ),
    ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_taken()

    @admin.display(description=_("places taken"))
    def taken_places(self, activity: Any) -> str:
        return f"{activity.taken}/{activity.places}"

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return [*EDITED, "repetition", "status"] if obj else EDITED

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """What was published stands; only places and leader may still change."""
        if obj is None:
            return []
        made = ["repetition", "status"]
        return made if obj.status == Status.DRAFT else [name for name in [*EDITED, *made] if name not in LATER]

    def get_inlines(self, request: Any, obj: Any) -> Any:
        return self.inlines if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is ActivityKind:
            kwargs["queryset"] = ActivityKind.objects.active()
        if db_field.name == "leader":
            return _leader_field(db_field, codes=request.user.codes_granting(RUN))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        kwargs |= {"queryset": Skill.objects.active(), "widget": UnfoldAdminCheckboxSelectMultipleWidget}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if not change:
            activities.draft(obj, by=request.user, skills=form.cleaned_data["skills"])
        else:
            values = {name: form.cleaned_data[name] for name in form.changed_data}
            activities.edit(obj, by=request.user, **values)


class LeaderField(forms.ModelChoiceField):
    """A choice among people, masked as everywhere; the end of the number tells two of one name apart."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.shown_name} {obj.masked_phone}".strip()


def _leader_field(db_field: Any, *, codes: list[str]) -> LeaderField:
    """Staff, volunteers and teams' contacts of one's own communities: nobody else's names."""
    held = RoleAssignment.objects.active().within(*codes).filter(role__in=LEADERS)
    return LeaderField(
        User.objects.active().filter(pk__in=held.values("user")).prefetch_related("role_assignments").order_by("pk"),
        label=db_field.verbose_name.capitalize(),
        required=not db_field.blank,
        widget=UnfoldAdminSelectWidget,
    )


LEADERS = (Role.COMMUNITY_STAFF, Role.VOLUNTEER, Role.TEAM_CONTACT)
