"""Personal data at rest: encrypted with keys of its own, found again through a keyed index, shown masked."""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def index_of(value: str) -> str:
    """A keyed fingerprint (HMAC-SHA-256) by which an encrypted value is found without being readable."""
    return hmac.new(settings.INDEX_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()


def fingerprint(secret: str) -> str:
    """What is stored of a random secret (SHA-256): nothing can be told from it but whether it is the same."""
    return hashlib.sha256(secret.encode()).hexdigest()


CHINA = "+86"  # nobody here says it


def mask(value: str, *, head: int = 0, tail: int = 0) -> str:
    """The value with its middle hidden: `mask("13800001234", head=3, tail=4)` is `138****1234`."""
    if len(value) <= head + tail:
        return "*" * len(value)
    return f"{value[:head]}****{value[len(value) - tail :] if tail else ''}"


def mask_name(name: str) -> str:
    """王** for a Chinese name, J*** for a foreign one."""
    return name[:1] + "*" * min(len(name) - 1, 3) if name else ""


def mask_phone(phone: str) -> str:
    """138****1234, +44****5678: enough to tell one's own number, not to call somebody."""
    return mask(phone.removeprefix(CHINA), head=3, tail=4)


def opened(stored: str) -> str:
    """What was encrypted with any of the keys; raises Unreadable when it was with none of them."""
    try:
        return _box(tuple(settings.FIELD_KEYS)).decrypt(stored.encode()).decode() if stored else stored
    except InvalidToken:
        raise Unreadable from None


def has_first_key(stored: str) -> bool:
    """Whether this was encrypted with the first key, so that the others could go."""
    try:
        return not stored or bool(_box(tuple(settings.FIELD_KEYS[:1])).decrypt(stored.encode()))
    except InvalidToken:
        return False


class Unreadable(Exception):
    """Something was encrypted with a key that is in FIELD_KEYS no more."""


class EncryptedField(models.TextField):
    """Text that is stored encrypted (Fernet: AES-128-CBC with HMAC); it cannot be filtered or sorted by.

    `<name>_index` beside it, where there is one, is its keyed index.
    """

    def get_prep_value(self, value: Any) -> Any:
        return _box(tuple(settings.FIELD_KEYS)).encrypt(str(value).encode()).decode() if value else value

    def from_db_value(self, value: Any, *_: Any) -> Any:
        return opened(value) if value else value
