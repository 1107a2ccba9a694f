"""荣誉评选 in the console: the rule, the shortlist, the confirmation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextareaWidget

from communities.console import Move, ReadOnlyInline, ReasonForm, ScopedAdmin
from communities.models import Region
from evaluations.models import Honour, HonourEntry
from evaluations.services import honours

RUN = "evaluations.run_honour"
RULE = ["title", "year", "places", "least_grade", "compare"]


class ConfirmForm(forms.Form):
    """Which of those tied at the last place are honoured, and how that was settled; without a tie nothing is asked."""

    wants_instance = True
    tied = forms.ModelMultipleChoiceField(
        HonourEntry.objects.none(),
        label=gettext_lazy("Of those tied at the last place"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    reason = forms.CharField(
        label=gettext_lazy("How the tie was settled"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, instance: Honour, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tied = instance.entries.filter(is_tied=True, status="shortlisted").select_related("project", "honour")
        if tied.exists():
            self.fields["tied"].queryset = tied
        else:
            del self.fields["tied"], self.fields["reason"]


def shown_share(entry: HonourEntry) -> str:
    """Percent of the votes, as people read it."""
    return "—" if entry.support is None else f"{entry.support:.2f}"


class EntryInline(ReadOnlyInline):
    model = HonourEntry
    per_page = 50
    fields = readonly_fields = ["rank", "project", "grade", "votes", "share", "is_tied", "status"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).select_related("project")

    @admin.display(description=gettext_lazy("support in percent"))
    def share(self, entry: HonourEntry) -> str:
        return shown_share(entry)


@admin.register(Honour)
class HonourAdmin(ScopedAdmin):
    list_display = ["title", "year", "region", "places", "status"]
    list_select_related = ["region"]
    list_filter = ["status", "year"]
    search_fields = ["title", "region__name"]
    ordering = ["-year", "-id"]
    fields = ["region", "title", ("year", "places"), ("least_grade", "compare"), "status", "rule"]
    readonly_fields = ["status", "rule"]
    inlines = [EntryInline]
    moves = [
        Move(
            name="announce", label=gettext_lazy("Announce the rule"), service=honours.announce, perm=RUN, to="announced"
        ),
        Move(name="draw", label=gettext_lazy("Draw the shortlist"), service=honours.draw, perm=RUN, to="shortlisted"),
        Move(
            name="confirm",
            label=gettext_lazy("Confirm who is honoured"),
            service=honours.confirm,
            perm=RUN,
            to="awarded",
            form=ConfirmForm,
        ),
        Move(
            name="cancel",
            label=gettext_lazy("Cancel"),
            service=honours.cancel,
            perm=RUN,
            to="cancelled",
            form=ReasonForm,
        ),
    ]

    def _places(self, request: Any) -> Any:
        return super()._places(request).exclude(level=Region.Level.COMMUNITY)

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status == Honour.Status.DRAFT)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return [*self.readonly_fields, "region"] if obj else self.readonly_fields

    @admin.display(description=gettext_lazy("How it is decided"))
    def rule(self, honour: Honour) -> str:
        return render_to_string("evaluations/_honour_rule.html", {"honour": honour})

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        said = {name: form.cleaned_data[name] for name in RULE}
        if change:
            honours.edit(obj, by=request.user, **said)
        else:
            made = honours.draft(form.cleaned_data["region"], by=request.user, **said)
            obj.pk, obj.status = made.pk, made.status


@admin.register(HonourEntry)
class HonourEntryAdmin(ScopedAdmin):
    list_display = ["rank", "project", "honour", "grade", "votes", "share", "is_tied", "status"]
    list_select_related = ["project", "honour"]
    list_filter = ["status", "is_tied", "honour"]
    search_fields = ["project__title", "project__team__name", "honour__title"]
    ordering = ["-honour", "rank", "id"]
    fields = readonly_fields = ["honour", "project", "region", "rank", "grade", "votes", "share", "is_tied", "status"]
    moves = [
        Move(
            name="leave_out",
            label=gettext_lazy("Take off the shortlist"),
            service=honours.leave_out,
            perm="evaluations.leave_out_honourentry",
            to="not_chosen",
            form=ReasonForm,
        ),
        Move(
            name="revoke",
            label=gettext_lazy("Revoke the honour"),
            service=honours.revoke,
            perm="evaluations.revoke_honourentry",
            to="revoked",
            form=ReasonForm,
        ),
    ]

    @admin.display(description=gettext_lazy("support in percent"), ordering="support")
    def share(self, entry: HonourEntry) -> str:
        return shown_share(entry)
