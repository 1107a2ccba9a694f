"""异常线索 in the console: what looks odd, why, and what staff said to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from communities.console import Move, ScopedAdmin
from communities.console_links import named
from volunteers.models import Oddity
from volunteers.services import oddities

Status, DECIDE = Oddity.Status, "volunteers.decide_oddity"


class FineForm(forms.Form):
    reason = forms.CharField(
        label=_("What did you find?"), required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )


class NotFineForm(forms.Form):
    """Why not, and whose hours are not accepted for it."""

    wants_instance = True
    reason = forms.CharField(label=_("Reason"), widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))
    stays = forms.TypedMultipleChoiceField(
        label=_("Hours that are not accepted"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Points that were given for them go back; the volunteers read the reason."),
    )

    def __init__(self, *args: Any, instance: Oddity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stays = instance.stays.select_related("activity", "volunteer").order_by("started_at")
        self.fields["stays"].choices = [
            (stay.pk, f"{localtime(stay.started_at):%m-%d %H:%M} {stay} ({stay.get_status_display()})")
            for stay in stays
            if stay.status != "rejected"
        ]


@admin.register(Oddity)
class OddityAdmin(ScopedAdmin):
    list_display = ["kind", "reason", "region", "found_at", "status"]
    list_select_related = ["region", "volunteer"]
    list_filter = ["status", "kind"]
    search_fields = ["stays__activity__title", "stays__volunteer__number", "volunteer__number"]
    ordering = ["-found_at", "-id"]
    fields = ["kind", "reason", "region", "found_at", "status", "rows"]
    readonly_fields = ["reason", "rows"]
    moves = [
        Move(
            name="clear",
            label=_("Looked at: fine"),
            service=oddities.clear,
            perm=DECIDE,
            to=Status.FINE,
            form=FineForm,
            done=_("Decided. This pattern does not come again."),
        ),
        Move(
            name="reject",
            label=_("Not fine"),
            service=oddities.reject,
            perm=DECIDE,
            to=Status.REJECTED,
            form=NotFineForm,
            hurts=True,
            done=_("Decided. This pattern does not come again."),
        ),
    ]

    @admin.display(description=_("reason"))
    def reason(self, oddity: Any) -> str:
        return str(oddity.says)

    @admin.display(description=_("attendances or profile"))
    def rows(self, oddity: Any) -> str:
        """Each stay, or whose profile it is, with a link, so that one can look at it before one decides."""
        stays = oddity.stays.select_related("activity", "volunteer").order_by("started_at")
        lines = [
            (stay.pk, f"{localtime(stay.started_at):%Y-%m-%d %H:%M}", named(stay), stay.get_status_display())
            for stay in stays
        ]
        if oddity.volunteer:
            page = reverse("admin:volunteers_volunteer_change", args=[oddity.volunteer_id])
            return format_html('<a class="underline" href="{}">{}</a>', page, oddity.volunteer)
        link = '<li><a class="underline" href="/admin/volunteers/attendance/{}/change/">{} {}</a> · {}</li>'
        return format_html("<ul>{}</ul>", format_html_join("", link, lines))
