"""动态口令: a second proof after the password: a code from an authenticator app, or a recovery code once."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from communities import totp
from communities.encryption import index_of
from communities.models import RecoveryCode, Refused, SecondFactor, User

from . import failures, roles
from .audit import Kind, write

RECOVERY_CODES = 10
# Without what is mistaken for one another on paper.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def is_on(user: User) -> bool:
    """Whether this person's sign-in asks for a second factor."""
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def begin(user: User, *, by: User) -> SecondFactor:
    """A secret for the app to read; it counts for nothing until a code from it was right."""
    factor, _is_new = SecondFactor.objects.get_or_create(user=user, defaults={"secret": totp.new_secret()})
    return factor


@transaction.atomic
def confirm(factor: SecondFactor, *, code: str, at: datetime, by: User) -> list[str]:
    """Switch it on with a first code from the app; gives the recovery codes, which are shown once."""
    step = totp.matching_step(factor.secret, code, at=at)
    waiting = SecondFactor.objects.filter(pk=factor.pk, confirmed_at=None)
    if step is None or not waiting.update(confirmed_at=at, last_step=step):
        raise Refused(_("This code is not right. Check that the phone's clock is right, and try the next code."))
    write(Kind.FACTOR_ON, by=by, subject=factor.user)
    return make_recovery_codes(factor.user, by=by)


@transaction.atomic
def make_recovery_codes(user: User, *, by: User) -> list[str]:
    """Ten new recovery codes, shown once; those before them are good no longer."""
    codes = ["".join(secrets.choice(ALPHABET) for _n in range(10)) for _n in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user=user, code_hash=_hash(user, code)) for code in codes])
    write(Kind.RECOVERY_CODES, by=by, subject=user)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@sensitive_variables("code")
def check(user: User, *, code: str, at: datetime, address: str = "") -> None:
    """Take a code from the app or a recovery code; each is good once.

    Raises Refused (bad_factor, locked). The failed try stays counted, so this is never called in a transaction
    that the refusal would undo.
    """
    what = f"factor:{user.pk}"
    left = failures.count(what, at=at)
    if not (_take_step(user, code, at=at) or _take_recovery_code(user, code, at=at)):
        failures.note(what, left=left, subject=user, address=address, how="factor")
        raise Refused(_("This code is not right."), code="bad_factor")
    failures.forgive(what)


def _take_step(user: User, code: str, *, at: datetime) -> bool:
    factor = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = totp.matching_step(factor.secret, code, at=at) if factor else None
    if step is None:
        return False
    return bool(SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step))


def _take_recovery_code(user: User, code: str, *, at: datetime) -> bool:
    unused = RecoveryCode.objects.filter(user=user, code_hash=_hash(user, code), used_at=None)
    return bool(unused.update(used_at=at))


@transaction.atomic
def switch_off(user: User, *, by: User, reason: str = "") -> None:
    """Ask for the password alone again, and forget the secret and the recovery codes."""
    if user != by:
        roles.refuse_above(user, by=by)
    was_on = is_on(user)
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if was_on:
        write(Kind.FACTOR_OFF, by=by, subject=user, reason=reason)


def _hash(user: User, code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter in ALPHABET)
    return index_of(f"recovery:{user.pk}:{plain}")
