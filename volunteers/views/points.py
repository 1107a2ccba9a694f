"""积分: how points work at a place, for everybody, and giving some of one's own away, with a second look."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _

from communities.models import Region
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from volunteers.forms.gifts import GiftForm
from volunteers.models import Account, Funding, PointsRule, Volunteer
from volunteers.services import gifts, pools, volunteers

SHOWN = 20


def pool(request: HttpRequest, code: str) -> HttpResponse:
    """What service is worth here, who gave the points that are issued, and how far they are covered."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code)
    nearest = Funding.objects.standing().around(region).select_related("region").first()
    place = nearest.region if nearest else region
    issuing = Account.objects.pools().filter(region=place).first()
    rules = PointsRule.objects.in_force(on=localdate()).around(region).select_related("kind", "region")
    context = {
        "region": region,
        "rules": rules.order_by("-region__code", "kind__order", "role", "-starts_on"),
        "place": place,
        "coverage": pools.coverage(issuing) if issuing else None,
        "fundings": Funding.objects.standing().filter(region=place).order_by("-at", "-id")[:SHOWN],
    }
    return render(request, "volunteers/pool.html", context)


@signed_in
def gift(request: SignedInRequest) -> HttpResponse:
    """Give points to somebody: say to whom, look whether that is right, give."""
    giver, at = _giver(request), now()
    form = GiftForm(request.POST or None, initial={"key": secrets.token_urlsafe(16)})
    receiver = None
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data
        with refusals_on(form):
            receiver = volunteers.with_number(wanted["number"])
            about = {"receiver": receiver, "relation": wanted["relation"]}
            gifts.check(giver, at=at, **about)
            if "sure" in request.POST:
                gifts.give(giver, points=wanted["points"], key=wanted["key"], by=request.user, **about)
                messages.success(request, _("Given. Both of you are told."))
                return redirect("volunteers:points")
    asks = receiver is not None and form.is_valid()
    context = {
        "form": form.hidden() if asks else form,
        "receiver": receiver if asks else None,
        "have": Account.objects.filter(volunteer=giver).values_list("balance", flat=True).first() or 0,
        "left": gifts.left_this_month(giver, at=at),
    }
    return render(request, "volunteers/gift.html", context)


def _giver(request: SignedInRequest) -> Volunteer:
    """The volunteer who asks, where a rule lets points be given away."""
    giver = visible_or_404(Volunteer, request.user, "volunteers.give_points", user_id=request.user.pk)
    if gifts.rule_for(giver, at=now()) is None:
        raise Http404
    return giver
