"""投票凭条: printed by staff, shown once; and voting by one, without an account."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from communities.models import Refused, Resident
from communities.pages import SignedInRequest, signed_in
from communities.qr import qr_to_fit
from projects.forms.ballots import is_id
from projects.forms.hall import SearchForm
from projects.models import Poll, Turnout, VotingSlip
from projects.services import rolls, slips

from .ballot_papers import Way, fill_in
from .hall import found, page_of, poll_of_staff

# So many codes are drawn in about a second, and fill a good part of a ream.
AT_ONCE = 200


@never_cache
@signed_in
def slip_desk(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Who has a slip; print them all, one anew, or revoke one."""
    poll = poll_of_staff(request, pk)
    if request.method == "POST":
        return _do(request, poll)
    form = SearchForm(request.GET or None)
    query = form.cleaned_data["q"] if form.is_valid() else ""
    people = rolls.entitled(poll).order_by("grid", "pk")
    valid = poll.slips.valid().filter(helper="")
    context = {
        "poll": poll,
        "form": form,
        "query": query,
        "page": page_of(request, found(people, query)),
        "holders": set(valid.values_list("resident", flat=True)),
        "experts": poll.experts.select_related("user").order_by("pk"),
        "expert_holders": set(valid.values_list("user", flat=True)),
        "without": _without(poll).count(),
        "at_once": AT_ONCE,
        "is_printable": poll.status in Poll.UNDER_WAY,
    }
    return render(request, "projects/slip_desk.html", context)


def _without(poll: Poll) -> QuerySet[Resident]:
    have = poll.slips.valid().exclude(resident=None).values("resident")
    return rolls.entitled(poll).exclude(pk__in=have).order_by("grid", "pk")


def _do(request: SignedInRequest, poll: Poll) -> HttpResponseBase:
    """Print for those who have none, or for the person named; or revoke that person's."""
    people: Any = Resident.objects.filter(pk__in=_named(request, "resident"))
    experts = poll.experts.filter(pk__in=_named(request, "expert"))
    if request.POST.get("do") == "revoke":
        for slip in poll.slips.valid().filter(Q(resident__in=people) | Q(user__in=experts.values("user"))):
            slips.revoke(slip, by=request.user)
        messages.success(request, _("The slip is no longer valid."))
        return redirect("projects:slip-desk", poll.pk)
    if request.POST.get("do") == "experts" or "expert" in request.POST:
        some = experts if "expert" in request.POST else None
        printed = slips.print_named_for_experts(poll, experts=some, by=request.user)
    else:
        wanted = people if "resident" in request.POST else _without(poll)[:AT_ONCE]
        printed = slips.print_named(poll, residents=wanted, by=request.user)
    sheets = [{"name": name, "slip": each, "qr": qr_to_fit(_address(request, each))} for name, each in printed]
    return render(request, "projects/slips_printed.html", {"poll": poll, "slips": sheets})


def _named(request: HttpRequest, who: str) -> list[int]:
    number = request.POST.get(who, "")
    return [int(number)] if is_id(number) else []


def _address(request: HttpRequest, printed: slips.Printed) -> str:
    return request.build_absolute_uri(reverse("projects:slip", args=[printed.secret]))


class BySlip(Way):
    """凭条投票: the voter is found by the secret in the printed code."""

    base = "projects/slip_base.html"

    def __init__(self, request: HttpRequest, slip: VotingSlip) -> None:
        super().__init__(request, slip.poll_id)
        self.slip = slip

    def poll(self) -> Poll:
        return self.slip.poll

    def cast(self, **paper: Any) -> str:
        return slips.cast(self.slip, channel=Turnout.Channel.SLIP, **paper)

    def entry(self, poll: Poll) -> Any:
        return slips.entry_of(self.slip)


@never_cache
@sensitive_post_parameters()
def vote_by_slip(request: HttpRequest, secret: str) -> HttpResponse:
    """The ballot paper of whom this slip was made for; the address is the secret, and is told to nobody."""
    try:
        slip = slips.find(secret)
    except Refused as no:
        response = render(request, "projects/slip_refused.html", {"refusal": no}, status=409)
    else:
        response = fill_in(BySlip(request, slip))
    # With “no-referrer” browsers name no origin to a form either, and its protection would refuse the vote.
    response["Referrer-Policy"] = "strict-origin"
    return response
