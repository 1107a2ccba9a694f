"""验证码: one-time codes by SMS: sent within limits that hold for each phone, tried five times, used once."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from communities import totp
from communities.encryption import index_of
from communities.models import PhoneCode, Refused
from communities.models.phone_codes import LIFETIME, TRIES

from . import sms

logger = logging.getLogger(__name__)

# How many codes one phone may be sent in which time. There is no small limit for a place: a hall of three
# hundred phones shares one address.
LIMITS = (
    (1, timedelta(minutes=1)),
    (5, timedelta(hours=1)),
    (10, timedelta(days=1)),
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@sensitive_variables("code", "text")
def send(phone: str, *, at: datetime, address: str = "") -> PhoneCode:
    """Send a new code to this phone; the one before it is good no longer."""
    code = f"{secrets.randbelow(10**6):06}"
    made = _keep(phone, code, at=at, address=address)
    text = _("Your code is %(code)s. It is good for 10 minutes. Tell it to nobody.") % {"code": code}
    try:
        sms.sender().send(sms_key(made), phone, text)
    except Exception as error:  # noqa: BLE001 (whatever a gateway throws; its words might hold the code: not logged)
        logger.error("the SMS gateway did not take a code: %s", type(error).__name__)  # noqa: TRY400
        PhoneCode.objects.filter(pk=made.pk).update(failed=True)
        raise Refused(_("The message could not be sent. Please try again in a moment."), code="sms_failed") from None
    return made


def sms_key(code: PhoneCode) -> str:
    """The key that makes a repeat to the gateway harmless."""
    return f"code-{code.salt}"


def _keep(phone: str, code: str, *, at: datetime, address: str) -> PhoneCode:
    salt, index = secrets.token_hex(16), index_of(phone)
    try:
        with transaction.atomic():
            _refuse_if_limited(phone, at=at, address=address)
            PhoneCode.objects.to(index).open().update(closed_at=at)
            return PhoneCode.objects.create(
                phone_index=index,
                address_index=index_of(address) if _is_one_place(address) else "",
                salt=salt,
                code_hash=_hash(salt, code),
                at=at,
                expires_at=at + LIFETIME,
            )
    except IntegrityError as error:
        raise Refused.from_database(error) from None


def _refuse_if_limited(phone: str, *, at: datetime, address: str) -> None:
    again = next_at(phone, at=at)
    if again:
        message = _("A code was just sent to this phone. You can ask for another one at %(time)s.")
        raise Refused(message % {"time": f"{localtime(again):%H:%M:%S}"}, code="too_many_codes")
    if _is_one_place(address):
        here = PhoneCode.objects.filter(address_index=index_of(address)).since(at - HOUR)
        if here.count() >= settings.SMS_CODES_PER_ADDRESS_AND_HOUR:
            raise Refused(_("Too many codes were asked for from here. Please try again later."), code="too_many_codes")


def next_at(phone: str, *, at: datetime) -> datetime | None:
    """From when another code may be sent to this phone; None when it may be at once."""
    codes = PhoneCode.objects.to(index_of(phone)).sent().since(at - DAY).order_by("-at")
    times = list(codes.values_list("at", flat=True)[: LIMITS[-1][0]])
    waits = [times[count - 1] + span for count, span in LIMITS if len(times) >= count]
    return max((wait for wait in waits if wait > at), default=None)


def is_waiting(phone: str, *, at: datetime) -> bool:
    """Whether a code that is still good was sent to this phone."""
    return PhoneCode.objects.to(index_of(phone)).usable(at=at).exists()


def _is_one_place(address: str) -> bool:
    """Whether an address tells places apart: behind a proxy or in a house's network everybody has the same."""
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


@sensitive_variables("typed")
def verify(phone: str, *, typed: str, at: datetime) -> PhoneCode:
    """The code that was sent to this phone, when it is what was typed; each try counts, whatever comes after.

    Raises Refused (bad_code, no_code).
    """
    open_now = PhoneCode.objects.to(index_of(phone)).usable(at=at)
    # The try is counted and committed before the comparison, so that no burst of requests gets more of them.
    counted = open_now.update(tries=F("tries") + 1)
    code = PhoneCode.objects.to(index_of(phone)).open().first() if counted else None
    if code is None:
        raise Refused(_("This code is no longer good. Please ask for a new one."), code="no_code")
    if hmac.compare_digest(code.code_hash, _hash(code.salt, totp.plain(typed))):
        return code
    raise Refused(_wrong(code.tries_left), code="bad_code")


def consume(code: PhoneCode, *, at: datetime) -> None:
    """Use a verified code; of two at once only one may."""
    if not PhoneCode.objects.open().filter(pk=code.pk).update(closed_at=at):
        raise Refused(_("This code is no longer good. Please ask for a new one."), code="no_code")


def _wrong(left: int) -> str:
    if not left:
        return _("This code is not right, and it cannot be tried again. Please ask for a new one.")
    text = ngettext(
        "This code is not right. You can try %(left)s more time.",
        "This code is not right. You can try %(left)s more times.",
        left,
    )
    return text % {"left": left}


def _hash(salt: str, code: str) -> str:
    return hmac.new(settings.INDEX_KEY.encode(), f"{salt}:{code}".encode(), hashlib.sha256).hexdigest()


def forget(*, at: datetime) -> int:
    """Delete the codes that no limit looks at any more."""
    return PhoneCode.objects.filter(at__lt=at - 2 * DAY).delete()[0]


__all__ = ["TRIES", "consume", "forget", "is_waiting", "next_at", "send", "sms_key", "verify"]
