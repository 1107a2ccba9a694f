"""Asking to be added to the residents' roll."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from communities.forms.residents import AskForm
from communities.models import Region, Resident
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.services import residents


@signed_in
def ask(request: SignedInRequest, code: str) -> HttpResponse:
    """A resident who is not on the roll asks to be added."""
    region = visible_or_404(Region, request.user, "communities.view_region", code=code)
    form = AskForm(request.POST or None, initial={"name": request.user.name})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            resident = residents.ask(region, user=request.user, by=request.user, **form.cleaned_data)
            messages.success(request, _answer(resident))
            return redirect(resident)
    return render(request, "communities/ask.html", {"region": region, "form": form})


def _answer(resident: Resident) -> str:
    if resident.status == Resident.Status.VERIFIED:
        return _("You are on the residents' roll already.")
    return _("Thank you. The community checks it and lets you know.")
