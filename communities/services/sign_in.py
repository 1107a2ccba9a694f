"""登录: who somebody is: by user name and password, or by a phone and the code sent to it."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from communities.models import Refused, User

from . import consents, failures, second_factors


@sensitive_variables("password")
def by_password(username: str, *, password: str, at: datetime, address: str = "") -> User:
    """The person with this name and password.

    Raises Refused (bad_password, locked), in the same words and time whether or not there is such a name. The
    failed try stays counted, so this is never called in a transaction that the refusal would undo.
    """
    what = f"password:{username.casefold()}"
    left = failures.count(what, at=at)
    user = authenticate(username=username, password=password)
    if not isinstance(user, User):
        subject = User.objects.filter(username=username).first()
        failures.note(what, left=left, subject=subject, address=address, how="password")
        raise Refused(_wrong(left), code="bad_password")
    failures.forgive(what)
    return user


def _wrong(left: int) -> str:
    if left:
        return _("The user name or the password is not right. Tries left: %(left)s.") % {"left": left}
    return _("The user name or the password is not right. For safety this account is now locked for 15 minutes.")


def by_phone(phone: str) -> User | None:
    """The person with this proven phone; None when there is none yet.

    Raises Refused (inactive).
    """
    user = User.objects.by_phone(phone)
    if user and not user.is_active:
        raise Refused(_("This account is switched off. Please ask your community."), code="inactive")
    return user


def needs_welcome(user: User | None) -> bool:
    """Whether somebody must still give a name or agree to the privacy policy before they are let in."""
    return user is None or not user.name or consents.is_missing(user)


def welcome(phone: str, *, name: str, version: str, at: datetime) -> User:
    """Let somebody with a proven phone in who has given a name and agreed to the privacy policy."""
    if version != settings.PRIVACY_VERSION:
        raise Refused(_("The privacy policy has changed. Please read it again."), code="consent_needed")
    try:
        with transaction.atomic():
            user = User.objects.by_phone(phone) or User.objects.create_user(name=name, phone=phone)
    except IntegrityError:  # the same phone on two devices at once
        user = User.objects.with_phone(phone).get()
    if not user.name:
        user.name = name
        user.save(update_fields=["name"])
    consents.give(user, version=version, at=at, by=user)
    return user


def needs_factor(user: User) -> bool:
    """Whether this person must show a second factor."""
    return second_factors.is_on(user)
