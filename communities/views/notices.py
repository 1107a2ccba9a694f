"""通知: what people were told, and how they want to be told."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from communities.forms.notices import ChannelForm
from communities.models import ChannelChoice, Notice
from communities.pages import SignedInRequest, refusals_on, signed_in, visible_or_404
from communities.services import notices

PAGE = 20


@signed_in
def inbox(request: SignedInRequest) -> HttpResponse:
    """Everything one was told, the newest first."""
    told = Notice.objects.for_user(request.user, "communities.view_notice").with_words().order_by("-id")
    page = Paginator(told, PAGE).get_page(request.GET.get("page"))
    return render(request, "communities/inbox.html", {"page": page})


@signed_in
@require_POST
def read(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark as read, and go where it leads."""
    notice = visible_or_404(Notice, request.user, "communities.view_notice", pk=pk)
    notices.read(notice, by=request.user)
    is_ours = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
    return redirect(notice.url if is_ours else "communities:inbox")


@signed_in
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark everything as read."""
    notices.read_all(request.user, by=request.user)
    return redirect("communities:inbox")


@signed_in
def channels(request: SignedInRequest) -> HttpResponse:
    """Choose to be told by SMS and e-mail, or not."""
    choice = ChannelChoice.objects.filter(user=request.user).first() or ChannelChoice(user=request.user)
    form = ChannelForm(request.POST or None, instance=choice)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            notices.choose_channels(request.user, by=request.user, **form.cleaned_data)
            messages.success(request, _("Saved."))
            return redirect("communities:mine")
    return render(request, "communities/channels.html", {"form": form})
