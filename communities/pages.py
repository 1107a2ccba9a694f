"""What every page for people has in common: fetching is authorising, and a rule's no stands at the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, models, transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from communities.models import Refused, User

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class SignedInRequest(HttpRequest):
    """What a view behind `signed_in` gets: somebody we know is asking."""

    user: User


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], R],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for people who are signed in; everybody else is led to the sign-in page and back."""

    @wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(cast(SignedInRequest, request), *args, **kwargs)
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        if request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate":  # a script has its own words for it
            messages.warning(request, _("You had been signed out, so nothing was sent. Please sign in and send again."))
        return redirect_to_login(_page_of_the_form(request))

    return door


def _page_of_the_form(request: HttpRequest) -> str:
    """Where it was filled in: what a form is sent to may be no page at all."""
    came_from = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}):
        return "/"
    return str(urlsplit(came_from)._replace(scheme="", netloc="").geturl())


def visible_or_404(model: type[M], user: Any, perm: str, **lookup: Any) -> M:
    """The one thing of this kind that the person may reach with this permission; a stranger's is 404."""
    manager: Any = model._default_manager
    found: M | None = manager.for_user(user, perm).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


@contextmanager
def tries_on(form: BaseForm) -> Iterator[None]:
    """`refusals_on` for a code that is tried: in no transaction, as a wrong one is refused and yet counted."""
    try:
        yield
    except Refused as no:
        form.add_error(None, str(no))


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Call a service inside: a refusal becomes an error of the form, nothing is saved, nothing typed is lost.

    with refusals_on(form):
        thing = calls.publish(call, by=request.user)
        return redirect(thing)
    return render(…)   # reached when the form has errors
    """
    try:
        with transaction.atomic():
            yield
    except Refused as no:
        form.add_error(None, str(no))
    except IntegrityError as error:
        form.add_error(None, str(Refused.from_database(error)))
