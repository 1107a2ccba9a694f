"""What every page for people has in common: fetching is authorising, and a rule's no stands at the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, models, transaction
from django.forms import BaseForm
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from communities.models import Refused, User

M = TypeVar("M", bound=models.Model)
P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class SignedInRequest(HttpRequest):
    """What a view behind `signed_in` gets: somebody we know is asking."""

    user: User


def signed_in(view: Callable[Concatenate[SignedInRequest, P], R]) -> Callable[Concatenate[HttpRequest, P], R]:
    """A page for people who are signed in; everybody else is led to the sign-in page and back."""
    return login_required(view)  # type: ignore[return-value]  # the stubs say that the view is called as it is


def visible_or_404(model: type[M], user: Any, perm: str, **lookup: Any) -> M:
    """The one thing of this kind that the person may reach with this permission; a stranger's is 404."""
    manager: Any = model._default_manager
    found: M | None = manager.for_user(user, perm).filter(**lookup).first()
    if found is None:
        raise Http404
    return found


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
