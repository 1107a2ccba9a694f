"""验证码: what pages that send a code and ask for it have in common."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest
from django.utils.timezone import now

from communities.addresses import address_of
from communities.encryption import mask_phone
from communities.models import Refused
from communities.services import phone_codes, sms


def send(request: HttpRequest, phone: str, form: Form) -> dict[str, str] | None:
    """Send a code; what the page that asks for it shows of that, or None with the reason at the form.

    When one is on its way already, that page says when to ask for another.
    """
    try:
        code = phone_codes.send(phone, at=now(), address=address_of(request))
    except Refused as no:
        if no.code == "too_many_codes" and phone_codes.is_waiting(phone, at=now()):
            messages.warning(request, str(no))
            return {}
        form.add_error(None, str(no))
        return None
    return {"sms": phone_codes.sms_key(code)}


def about(phone: str, key: str) -> dict[str, Any]:
    """What the page that asks for a code says of it."""
    again = phone_codes.next_at(phone, at=now())
    sent = sms.shown(key) if settings.DEMO else ""
    wait = max(int((again - now()).total_seconds()) + 1, 0) if again else 0
    return {"phone": mask_phone(phone), "again": again, "wait": wait, "sent": sent}
