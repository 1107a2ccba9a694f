"""兑换: the catalogue, redeeming with a second look, and the voucher."""

from __future__ import annotations

import secrets

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from volunteers.forms.vouchers import RedeemForm
from volunteers.models import Redemption, Reward
from volunteers.services import redemptions

from . import qr
from .volunteers import figures, volunteer_of

A_PAGE = 20


def catalogue(request: HttpRequest) -> HttpResponse:
    """What points buy: for a volunteer what is offered where they live, for others everything."""
    volunteer = volunteer_of(request)
    offered = Reward.objects.offered(on=localdate())
    if volunteer:
        offered = offered.around(volunteer.region)
    rows = offered.select_related("partner", "region").order_by("points", "id")
    context = {
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "volunteer": volunteer,
        **(figures(volunteer) if volunteer else {}),
    }
    return render(request, "volunteers/rewards.html", context)


def reward(request: HttpRequest, pk: int) -> HttpResponse:
    """One reward, with what one has and what is left afterwards, and the button that redeems."""
    shown = visible_or_404(Reward, request.user, "volunteers.view_reward", pk=pk)
    volunteer = volunteer_of(request)
    form = RedeemForm(request.POST or None, initial={"key": secrets.token_urlsafe(16)})
    if request.method == "POST" and volunteer and form.is_valid():
        with refusals_on(form):
            made = redemptions.redeem(shown, volunteer=volunteer, key=form.cleaned_data["key"], by=volunteer.user)
            return redirect(made)
    have = figures(volunteer)["points"] if volunteer else 0
    context = {"reward": shown, "volunteer": volunteer, "form": form, "have": have, "left": have - shown.points}
    return render(request, "volunteers/reward.html", context)


@signed_in
def voucher(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own voucher, to show on the phone or to print."""
    shown = visible_or_404(
        Redemption, request.user, "volunteers.cancel_redemption", pk=pk, volunteer__user=request.user
    )
    path = reverse("volunteers:till-voucher", args=[shown.code])
    context = {"voucher": shown, "qr": qr.draw(request.build_absolute_uri(path))}
    return render(request, "volunteers/voucher.html", context)


@signed_in
@require_POST
def cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give an unused voucher back."""
    shown = visible_or_404(
        Redemption, request.user, "volunteers.cancel_redemption", pk=pk, volunteer__user=request.user
    )
    redemptions.cancel(shown, by=request.user)
    messages.success(request, _("The voucher is cancelled; your points are back."))
    return redirect("volunteers:mine")
