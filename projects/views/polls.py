"""Where people read about a vote: its rule, its turnout, and after closing its result and every ballot."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from communities.models import StatusChange
from communities.pages import visible_or_404
from projects.forms.ballots import ReceiptForm
from projects.models import Poll, Turnout
from projects.services import ballots, counting, pabulib, rolls


@never_cache
@sensitive_post_parameters("receipt")
def poll_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The rule and the turnout; after closing the result. By POST one finds one's own ballot again."""
    poll = visible_or_404(Poll, request.user, "projects.view_poll", pk=pk)
    context = {**_context(request, poll), "form": ReceiptForm(request.POST or None)}
    if poll.is_counted and request.method == "POST" and context["form"].is_valid():
        found = ballots.find(poll, receipt=context["form"].cleaned_data["receipt"])
        context["searched"] = True
        said = found or {}
        context["found"] = [(r.project, said[r.project_id]) for r in context["results"] if r.project_id in said]
    return render(request, "projects/poll.html", context)


def how_to_vote(request: HttpRequest) -> HttpResponse:
    """A page to print for whoever has never voted this way: four steps, and why it is secret."""
    return render(request, "projects/how_to_vote.html")


def _context(request: HttpRequest, poll: Poll) -> dict[str, Any]:
    user = request.user
    return {
        "poll": poll,
        "roadshow": poll.roadshow,
        "figures": rolls.figures(poll),
        "is_open": poll.is_open(now()),
        "is_run_by_me": user.is_authenticated and user.is_staff and user.has_perm("projects.run_poll", poll),
        "entry": poll.roll.with_voted().filter(user=user).first() if user.is_authenticated else None,
        "entries": poll.roadshow.entries.select_related("project__team", "project__scene"),
        "results": list(poll.results.select_related("project__team")),
        "channels": _channels(poll) if poll.is_counted else [],
        "papers": poll.sheets.exists() if poll.is_counted else False,
        "needs_runoff": poll.status == Poll.Status.TIED and counting.needs_runoff(poll),
        "runoffs": poll.runoffs.valid(),
        "needs_lot": poll.status == Poll.Status.TIED and counting.needs_lot(poll),
        "record": [change for change in StatusChange.objects.about(poll) if change.new != Poll.Status.DRAFT],
    }


def _channels(poll: Poll) -> list[tuple[Any, int]]:
    """Turnout by channel, in words."""
    words = dict(Turnout.Channel.choices)
    return [(words[channel], number) for channel, number in rolls.by_channel(poll).items() if number]


def ballot_list(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every ballot with its receipt code as CSV; the file's SHA-256 is the seal."""
    poll = _counted_or_404(request, pk)
    return _download(ballots.lines(poll), name=f"ballots-{poll.pk}.csv", content_type="text/csv; charset=utf-8")


def pabulib_file(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The vote in the open format of participatory budgeting."""
    poll = _counted_or_404(request, pk)
    return _download(pabulib.export(poll), name=f"poll-{poll.pk}.pb", content_type="text/plain; charset=utf-8")


def _counted_or_404(request: HttpRequest, pk: int) -> Poll:
    poll = visible_or_404(Poll, request.user, "projects.view_poll", pk=pk)
    if not poll.is_counted:
        raise Http404
    return poll


def _download(lines: Iterator[str], *, name: str, content_type: str) -> StreamingHttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines, content_type=content_type, headers=headers)
