"""课次 in the console: planned for a course, and below it who has a place."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from volunteers.models import CoursePlace, CourseSession, Reward
from volunteers.services import courses, redemptions

Status, RUN = CourseSession.Status, "volunteers.run_coursesession"
WRITTEN = ["reward", "starts_at", "place", "place_en", "seats"]


class SeatsForm(forms.Form):
    seats = forms.IntegerField(label=_("Seats"), min_value=1, max_value=10_000, widget=UnfoldAdminIntegerFieldWidget)


class PlaceInline(ReadOnlyInline):
    model = CoursePlace
    fields = readonly_fields = ["seat_number", "volunteer", "voucher", "given_back_at"]
    show_change_link = False

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("volunteer", "redemption").order_by("seat_number")

    @admin.display(description=_("voucher"))
    def voucher(self, place: CoursePlace) -> str:
        return place.redemption.get_status_display()


@admin.register(CourseSession)
class CourseSessionAdmin(ScopedAdmin):
    list_display = ["reward", "starts_at", "region", "taken_seats", "status"]
    list_select_related = ["reward", "region"]
    list_filter = ["status", "starts_at"]
    search_fields = ["reward__title", "reward__title_en"]
    ordering = ["-starts_at", "-id"]
    inlines = [PlaceInline]
    moves = [
        Move(
            name="change_seats",
            label=_("Change the seats"),
            service=courses.change_seats,
            perm=RUN,
            when=lambda session: session.status == Status.PLANNED,
            form=SeatsForm,
        ),
        Move(
            name="call_off",
            label=_("Call off"),
            service=redemptions.call_off,
            perm=RUN,
            to=Status.CANCELLED,
            form=ReasonForm,
            done=_("Everybody who had a place has their points back and is told."),
        ),
    ]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_free()

    @admin.display(description=_("seats taken"))
    def taken_seats(self, session: Any) -> str:
        return f"{session.seats - session.free}/{session.seats}"

    def get_fields(self, request: Any, obj: Any = None) -> Any:
        return [*WRITTEN, "ends_at", "status"] if obj else WRITTEN

    def get_inlines(self, request: Any, obj: Any) -> Any:
        return self.inlines if obj else []

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.related_model is Reward:
            mine = Reward.objects.within(*request.user.codes_granting("volunteers.add_coursesession"))
            kwargs["queryset"] = mine.exclude(lesson_minutes=None).exclude(status=Reward.Status.CLOSED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        courses.plan(obj, by=request.user)
