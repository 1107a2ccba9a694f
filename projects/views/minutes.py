"""What staff print after the evening: the minutes, and the draft of the public notice."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now

from communities.pages import SignedInRequest, signed_in, visible_or_404
from projects.models import Poll
from projects.services import minutes as written

RUN = "projects.run_poll"


@signed_in
def minutes(request: SignedInRequest, pk: int) -> HttpResponse:
    """会议纪要 as sheets of A4 with lines to sign; from the opening of the vote on."""
    poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    if poll.opened_at is None:
        raise Http404
    return render(request, "projects/minutes.html", written.draft(poll) | {"now": now()})


@signed_in
def notice_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """公示稿: all that were shortlisted, as one sheet for the notice board."""
    poll = visible_or_404(Poll, request.user, RUN, pk=pk)
    if poll.status != Poll.Status.SETTLED:
        raise Http404
    return render(request, "projects/notice_draft.html", written.notice(poll, on=localdate()))
