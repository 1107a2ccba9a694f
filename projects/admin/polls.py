"""Polls in the console: rule, moves, turnout while it runs, the sealed result afterwards. Ballots are nowhere here."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from communities.console import Move, ReasonForm, ScopedAdmin
from communities.console_fields import without
from communities.console_money import SHOWN
from projects.forms.polls import PollForm
from projects.forms.roadshows import CloseForm, ExtendForm, OpenForm, RunOffForm, SettleForm
from projects.models import Poll, Roadshow, VoterRollEntry
from projects.services import counting, polls, rolls, runoffs

from . import electorates
from .poll_fieldsets import FIELDSETS

Status = Poll.Status
TENTH = Decimal("0.1")


def _is_counting(poll: Poll) -> bool:
    return poll.status == Status.COUNTING


def move(name: str, label: Any, service: Any, **kwargs: Any) -> Move:
    return Move(name=name, label=label, service=service, perm="projects.run_poll", **kwargs)


@admin.register(Poll)
class PollAdmin(ScopedAdmin):
    list_display = ["roadshow", "status", "opens_at", "closes_at", "turnout_now", "region"]
    list_select_related = ["roadshow", "region"]
    list_filter = ["status", "electorate", "closes_at"]
    search_fields = ["roadshow__title"]
    fieldsets = FIELDSETS
    form = PollForm
    readonly_fields = ["status", "turnout_now", "results_now", "at_the_venue", "seal", "lot_seed"]
    moves = [
        move("announce", _("Announce the rule"), polls.announce, to=Status.ANNOUNCED),
        move("open_now", _("Open the vote"), polls.open_, to=Status.OPEN, form=OpenForm),
        move(
            "extend",
            _("Extend"),
            polls.extend,
            when=lambda poll: poll.status == Status.OPEN and not poll.extended_from,
            form=ExtendForm,
        ),
        move(
            "close",
            _("Close the vote"),
            polls.close,
            when=lambda poll: poll.status == Status.OPEN,
            form=CloseForm,
            to=Status.CLOSED,
        ),
        move("finish", _("All paper ballots are counted in"), polls.finish, when=_is_counting),
        move(
            "run_off",
            _("Plan the run-off"),
            runoffs.plan,
            when=counting.awaits_runoff,
            form=RunOffForm,
        ),
        move(
            "settle",
            _("Settle the tie"),
            counting.settle,
            when=lambda poll: poll.status == Status.TIED and not counting.needs_runoff(poll),
            form=SettleForm,
        ),
        move(
            "withdraw",
            _("Take back to correct"),
            polls.withdraw,
            when=lambda poll: poll.status == Status.ANNOUNCED,
            form=ReasonForm,
        ),
        *electorates.MOVES,
        move("cancel", _("Call off"), polls.cancel, to=Status.CANCELLED, form=ReasonForm),
    ]

    class Media:
        css: ClassVar = {"all": ["poll_form.css"]}
        js = ("turnout.js",)

    def get_fieldsets(self, request: Any, obj: Any = None) -> Any:
        """Once the rule is fixed, only what counts in it is shown."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None or obj.status == Status.DRAFT:
            return fieldsets
        return without({*obj.unused, *(name + SHOWN for name in obj.unused)}, fieldsets)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        return [*self.readonly_fields, "roadshow"] if obj else self.readonly_fields

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.status == Status.DRAFT)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "roadshow":
            kwargs["queryset"] = Roadshow.objects.for_user(request.user, "projects.add_poll")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: Any, obj: Any, form: Any, change: bool) -> None:
        if change:
            polls.edit(obj, by=request.user, **form.cleaned_data)
        else:
            planned = polls.plan(by=request.user, **form.cleaned_data)
            obj.pk, obj.status, obj.region = planned.pk, planned.status, planned.region

    @admin.display(description=_("at the venue"))
    def at_the_venue(self, poll: Poll) -> Any:
        reader = getattr(poll, "reader", None)
        if poll.status == Status.DRAFT or not (reader and reader.has_perm("projects.run_poll", poll)):
            return "—"
        pages = [("control", _now("Control page of the evening")), ("hall", _now("Slips, kiosks, paper ballots"))]
        links = ((reverse(f"projects:{name}", args=[poll.pk]), words) for name, words in pages)
        return format_html_join(" · ", '<a class="underline" href="{}">{}</a>', links)

    @admin.display(description=_("turnout"))
    def turnout_now(self, poll: Poll) -> Any:
        if poll.roll_size is None:
            return "—"
        figures = rolls.figures(poll)
        return format_html(
            '<span data-turnout="{}"><b data-figure="voted">{}</b> / {} · {} <b data-figure="missing">{}</b></span>',
            reverse("poll-turnout", args=[poll.pk]) if poll.status == Status.OPEN else "",
            figures.voted,
            figures.roll,
            _now("missing for the quorum:"),
            figures.missing,
        )

    @admin.display(description=_("result"))
    def results_now(self, poll: Poll) -> Any:
        results = poll.results.select_related("project")
        rows = ((r.rank, r.project, r.votes, r.support.quantize(TENTH), r.get_outcome_display()) for r in results)
        lines = format_html_join("", "<div>{}. {} — <b>{}</b> ({} %) · {}</div>", rows)
        return lines or _now("Hidden until the poll closes.")


@admin.register(VoterRollEntry)
class VoterRollEntryAdmin(ScopedAdmin):
    """The roll, names masked, with the bare fact who has voted."""

    list_display = ["masked_name", "poll", "voice", "grid", "struck", "has_voted"]
    list_select_related = ["resident", "user", "poll__roadshow"]
    search_fields = ["poll__roadshow__title", "resident__grid"]
    search_help_text = _("A roadshow or a grid")
    list_filter = ["voice", ("turnout", admin.EmptyFieldListFilter), ("struck", admin.EmptyFieldListFilter)]
    fields = ["masked_name", "poll", "voice", "struck", "has_voted"]
    readonly_fields = ["masked_name", "has_voted"]

    def get_queryset(self, request: Any) -> Any:
        return super().get_queryset(request).with_voted()

    @admin.display(description=_("name"))
    def masked_name(self, entry: VoterRollEntry) -> str:
        return entry.masked_name

    @admin.display(description=_("grid"))
    def grid(self, entry: VoterRollEntry) -> str:
        return entry.grid

    @admin.display(description=_("has voted"), boolean=True)
    def has_voted(self, entry: Any) -> bool:
        return bool(entry.has_voted)
