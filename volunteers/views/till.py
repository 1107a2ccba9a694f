"""商户核销: the partner's phone: enter or scan a code, look, accept once."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.pages import SignedInRequest, refusals_on, signed_in
from volunteers.forms.vouchers import CodeForm
from volunteers.models import Clerk, Redemption
from volunteers.services import redemptions

LATEST = 10


@signed_in
def till(request: SignedInRequest) -> HttpResponse:
    """Where a clerk enters codes, with the vouchers accepted last."""
    _must_be_clerk(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = redemptions.find(form.cleaned_data["code"], by=request.user)
            return redirect("volunteers:till-voucher", code=found.code)
    accepted = (
        Redemption.objects.acceptable_by(request.user).filter(status="used").select_related("reward", "volunteer")
    )
    context = {"form": form, "accepted": accepted.order_by("-used_at")[:LATEST]}
    return render(request, "volunteers/till.html", context)


@signed_in
def voucher(request: SignedInRequest, code: str) -> HttpResponse:
    """What a voucher is for and whose it is (masked); accepted by one button, once."""
    _must_be_clerk(request)
    found = redemptions.find(code, by=request.user)
    if request.method == "POST":
        redemptions.accept(found, by=request.user)
        messages.success(request, _("Accepted: %(reward)s") % {"reward": found.reward})
        return redirect("volunteers:till")
    return render(request, "volunteers/till_voucher.html", {"voucher": found})


def _must_be_clerk(request: SignedInRequest) -> None:
    if not Clerk.objects.filter(user=request.user).exists():
        raise Http404
