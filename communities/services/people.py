"""人员: accounts are made, changed, switched off and on; passwords are set by their owners alone."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import default_token_generator
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from communities import own_data
from communities.models import Refused, Region, RoleAssignment, User

from . import devices, failures, roles
from .audit import Kind, write


@transaction.atomic
def enrol(*, name: str, role: str, region: Region, by: User, phone: str = "", username: str = "") -> User:
    """Make an account with a first role; whoever has this phone already keeps the account and gets the role.

    Somebody with a user name is then given a password link; the others sign in by phone.
    """
    if not phone and not username:
        raise Refused(_("Give a phone number, a user name or both."), code="no_way_in")
    user = User.objects.by_phone(phone) if phone else None
    if user is None:
        if User.objects.filter(username=username).exists():
            raise Refused(_("This user name is taken."), code="username_taken")
        user = User.objects.create_user(username, name=name, phone=phone)
        write(Kind.ENROLLED, by=by, subject=user)
    roles.give(user, role=role, region=region, by=by)
    return user


@transaction.atomic
def change(user: User, *, by: User, **fields: Any) -> User:
    """Correct a name or a language; what was there before is not kept."""
    if user != by:
        roles.refuse_above(user, by=by)
    for field, value in fields.items():
        setattr(user, field, value)
    user.save(update_fields=list(fields))
    write(Kind.CHANGED, by=by, subject=user, fields=sorted(fields))
    return user


@transaction.atomic
def deactivate(user: User, *, by: User, reason: str) -> None:
    """Switch an account off: it is signed out everywhere at once and cannot sign in."""
    if user == by:
        raise Refused(_("You cannot switch off your own account."), code="own_account")
    _switch(user, on=False, by=by, reason=reason)
    devices.end_all(user, by=by)


@transaction.atomic
def reactivate(user: User, *, by: User, reason: str) -> None:
    """Switch an account on again, with the roles it had."""
    _switch(user, on=True, by=by, reason=reason)


def _switch(user: User, *, on: bool, by: User, reason: str) -> None:
    roles.refuse_above(user, by=by)
    if not reason.strip():
        raise Refused(_("Please give a reason."), code="reason_needed")
    if not User.objects.filter(pk=user.pk, is_active=not on).update(is_active=on):
        raise Refused(_("This is no longer possible: somebody was here before you."), code="wrong_status")
    user.is_active = on
    write(Kind.REACTIVATED if on else Kind.DEACTIVATED, by=by, subject=user, reason=reason)


@transaction.atomic
def password_link(user: User, *, by: User) -> str:
    """A link, good once and for a day, by which this person sets a password; it is shown once and kept nowhere."""
    roles.refuse_above(user, by=by)
    if user.has_made_up_username and not user.is_staff:
        # Who makes a link could use it: nobody signs in, and votes, as a resident who has a phone of their own.
        raise Refused(_("This person signs in by phone and needs no password."), code="signs_in_by_phone")
    write(Kind.PASSWORD_LINK, by=by, subject=user)
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return reverse("communities:new-password", args=[uid, default_token_generator.make_token(user)])


def behind_link(uid: str, token: str) -> User | None:
    """The person whose password link this is, while it is good."""
    try:
        user = User.objects.active().filter(pk=int(urlsafe_base64_decode(uid))).first()
    except ValueError:
        return None
    return user if user and default_token_generator.check_token(user, token) else None


@transaction.atomic
def set_password(user: User, *, password: str, by: User, but: str = "") -> None:
    """Set a person's password and sign them out everywhere else (`but` is the session that stays).

    Raises ValidationError when the password is weak.
    """
    validate_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    devices.end_all(user, by=by, but=but)
    failures.forgive(f"password:{user.username.casefold()}")
    write(Kind.PASSWORD_CHANGED, by=by, subject=user)


@transaction.atomic
def export(user: User, *, at: datetime, by: User) -> dict[str, Any]:
    """All that is kept about a person, for that person (PIPL 45): the account, and what each app keeps."""
    write(Kind.EXPORTED, by=by, subject=user)
    own = ("username", "name", "phone", "email", "language", "joined_at", "last_login")
    assignments = RoleAssignment.objects.filter(user=user).select_related("region").order_by("id")
    return {
        "made_at": at,
        "account": {field: getattr(user, field) for field in own},
        "roles": [{"role": a.role, "region": a.region.code, "ended_at": a.ended_at} for a in assignments],
        "consents": list(user.consents.order_by("id").values("kind", "version", "given_at", "withdrawn_at")),
        "devices": [
            {"device": str(d.label), "started_at": d.started_at, "seen_at": d.seen_at}
            for d in user.devices.order_by("id")
        ],
        "events": list(user.audit_events.order_by("id").values("kind", "at")),
        "kept": [{"noun": part.name, "rows": part.rows} for part in own_data.parts(user)],
    }
