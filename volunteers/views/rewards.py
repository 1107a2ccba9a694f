"""兑换: the catalogue, redeeming with a second look, and the voucher."""

from __future__ import annotations

import secrets
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localdate, localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities import keeping
from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.views.uploads import hand_out
from volunteers.forms.vouchers import RedeemForm
from volunteers.models import CourseSession, Redemption, Reservation, Reward, RewardKind, RewardPhoto
from volunteers.models.rewards import RewardQuerySet
from volunteers.services import courses, redemptions, reservations, signatures

from . import qr
from .volunteers import figures, volunteer_of

A_PAGE = 20


def catalogue(request: HttpRequest) -> HttpResponse:
    """What points buy: for a volunteer what is offered where they live, for others everything; kind by kind."""
    volunteer, at = volunteer_of(request), now()
    mine = figures(volunteer) if volunteer else {}
    offered = Reward.objects.offered(on=localdate(at))
    if volunteer:
        offered = offered.around(volunteer.region)
    asked: dict[str, Any] = {"kind": request.GET.get("kind", "")}
    asked["affordable"] = bool(volunteer and request.GET.get("affordable"))
    rows = _narrowed(offered, points=mine.get("points", 0), **asked)
    rows = rows.select_related("partner", "region", "kind").prefetch_related("photos").with_free(at=at)
    context = {
        "page": Paginator(rows.order_by("points", "id"), A_PAGE).get_page(request.GET.get("page")),
        "kinds": RewardKind.objects.active(),
        "volunteer": volunteer,
        "is_narrowed": any(asked.values()),
        **asked,
        **mine,
    }
    return render(request, "volunteers/rewards.html", context)


def _narrowed(offered: RewardQuerySet, *, kind: str, affordable: bool, points: int) -> RewardQuerySet:
    if kind:
        offered = offered.filter(kind__code=kind)
    return offered.filter(points__lte=points) if affordable else offered


def reward(request: HttpRequest, pk: int) -> HttpResponse:
    """One reward, with what one has and what is left afterwards, and the button that redeems."""
    shown, at = visible_or_404(Reward, request.user, "volunteers.view_reward", pk=pk), now()
    volunteer = volunteer_of(request)
    classes = CourseSession.objects.filter(reward=shown).to_come(at=at).with_free() if shown.is_course else None
    form = RedeemForm(request.POST or None, initial={"key": secrets.token_urlsafe(16)}, classes=classes)
    if request.method == "POST" and volunteer and form.is_valid():
        with refusals_on(form):
            made = redemptions.redeem(shown, volunteer=volunteer, by=volunteer.user, **form.cleaned_data)
            return redirect(made)
    have = figures(volunteer)["points"] if volunteer else 0
    held = reservations.live_of(volunteer, shown, at=at) if volunteer else None
    context = {
        "reward": Reward.objects.filter(pk=pk).select_related("partner", "kind").with_free(at=at).get(),
        "photos": shown.photos.all(),
        "volunteer": volunteer,
        "form": form,
        "classes": classes,
        "held": held,
        "may_reserve": shown.hold_hours and not held,
        "have": have,
        "left": have - shown.points,
    }
    return render(request, "volunteers/reward.html", context)


def photo(request: HttpRequest, pk: int, photo: int) -> FileResponse:
    """A picture of a reward, for whoever sees the reward."""
    shown = visible_or_404(RewardPhoto, request.user, "volunteers.view_rewardphoto", pk=photo, reward=pk)
    return hand_out(shown.thumb if shown.thumb and "thumb" in request.GET else shown.upload)


@signed_in
@require_POST
def reserve(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have a piece held for some hours."""
    shown = visible_or_404(Reward, request.user, "volunteers.view_reward", pk=pk)
    volunteer = volunteer_of(request)
    if volunteer is None:
        return redirect("volunteers:mine")
    try:
        held = reservations.reserve(shown, volunteer=volunteer, by=volunteer.user)
    except Refused as no:
        messages.error(request, str(no))
    else:
        until = date_format(localtime(held.held_until), "DATETIME_FORMAT")
        messages.success(request, _("Held for you until %(moment)s.") % {"moment": until})
    return redirect(shown)


@signed_in
@require_POST
def give_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let others have what was held for oneself."""
    held = visible_or_404(
        Reservation, request.user, "volunteers.withdraw_reservation", pk=pk, volunteer__user=request.user
    )
    reservations.give_up(held, by=request.user)
    messages.success(request, _("The reservation is given up; nothing was paid."))
    return redirect(held.reward)


@signed_in
def voucher(request: SignedInRequest, pk: int) -> HttpResponse:
    """One's own voucher, to show on the phone or to print."""
    shown = visible_or_404(
        Redemption, request.user, "volunteers.cancel_redemption", pk=pk, volunteer__user=request.user
    )
    path = reverse("volunteers:till-voucher", args=[shown.code])
    scanned = f"{request.build_absolute_uri(path)}#{signatures.of(shown)}"
    context = {
        "voucher": shown,
        "place": courses.place_of(shown),
        "scanned": scanned,
        "qr": qr.draw(scanned),
        "worker": keeping.WORKER,
    }
    return keeping.may_be_kept(render(request, "volunteers/voucher.html", context), request)


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
