"""商户核销: the partner's phone: scan or enter a code, look, accept once; who came to a class."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities import keeping
from communities.models import Refused
from communities.pages import SignedInRequest, refusals_on, signed_in
from volunteers.forms.vouchers import CodeForm
from volunteers.models import CoursePlace, CourseSession, Partner, Redemption, Reward
from volunteers.models.courses import CourseSessionQuerySet
from volunteers.services import redemptions, signatures

LATEST = 10


@signed_in
def till(request: SignedInRequest) -> HttpResponse:
    """Where a clerk enters codes, with the vouchers accepted last; a phone keeps it for when there is no network."""
    partners = _partners_of(request)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            found = redemptions.find(form.cleaned_data["code"], by=request.user)
            return redirect("volunteers:till-voucher", code=found.code)
    mine = Redemption.objects.acceptable_by(request.user)
    accepted = mine.filter(status="used").select_related("reward__partner", "volunteer").order_by("-used_at")
    context = {
        "form": form,
        "partners": partners,
        "accepted": accepted[:LATEST],
        "rewards": Reward.objects.filter(partner__in=partners).exclude(status="draft").order_by("partner", "id"),
        "classes": _classes_of(request).filter(ends_at__gt=now(), status="planned")[:LATEST],
        "key": signatures.public_key(),
        "worker": keeping.WORKER,
    }
    response = render(request, "volunteers/till.html", context)
    return keeping.may_be_kept(response, request) if request.method == "GET" else response


@signed_in
def voucher(request: SignedInRequest, code: str) -> HttpResponse:
    """What a voucher is for and whose it is (masked); accepted by one button, once."""
    _partners_of(request)
    found = redemptions.find(code, by=request.user)
    if request.method == "POST":
        redemptions.accept(found, by=request.user)
        messages.success(request, _("Accepted: %(reward)s") % {"reward": found.reward})
        return redirect("volunteers:till")
    place = CoursePlace.objects.filter(redemption=found).select_related("session").first()
    return render(request, "volunteers/till_voucher.html", {"voucher": found, "place": place})


@signed_in
def attendance(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who has a place in a class of one's own; each is marked as come, or after the class as not come."""
    session = get_object_or_404(_classes_of(request), pk=pk)
    taken = session.places.taken().select_related("volunteer", "redemption__reward", "redemption__journal")
    if request.method == "POST":
        place = get_object_or_404(
            taken, pk=request.POST.get("place") if request.POST.get("place", "").isdecimal() else 0
        )
        _mark(request, place)
        return redirect("volunteers:attendance", pk=session.pk)
    context = {"session": session, "places": taken, "is_over": session.ends_at <= now()}
    return render(request, "volunteers/attendance.html", context)


def _mark(request: SignedInRequest, place: CoursePlace) -> None:
    mark = redemptions.did_not_come if request.POST.get("came") == "no" else redemptions.accept
    try:
        mark(place.redemption, by=request.user)
    except Refused as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("Noted: %(name)s") % {"name": place.volunteer.masked_name})


def _classes_of(request: SignedInRequest) -> CourseSessionQuerySet:
    """Classes of the partners whose clerk asks."""
    mine = CourseSession.objects.filter(reward__partner__clerks__user=request.user)
    return mine.select_related("reward__partner").with_free().order_by("starts_at", "id")


def _partners_of(request: SignedInRequest) -> list[Partner]:
    partners = list(Partner.objects.filter(clerks__user=request.user).order_by("id"))
    if not partners:
        raise Http404
    return partners
