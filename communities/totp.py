"""Codes of authenticator apps: TOTP (RFC 6238) with SHA-1, six digits and steps of 30 seconds, as every app has it."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
import unicodedata
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30
DIGITS = 6
# How many steps a phone's clock may be off, either way.
WINDOW = 1


def new_secret() -> str:
    """160 random bits, as RFC 4226 advises, in base 32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_at(at: datetime) -> int:
    return int(at.timestamp()) // STEP


def code_of(secret: str, *, step: int) -> str:
    """The code of one step (RFC 4226, section 5.3)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), "sha1").digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def plain(typed: str) -> str:
    """A code without blanks, its digits as every keyboard of the world may write them (１２３) made plain ones."""
    return "".join(unicodedata.normalize("NFKC", typed).split())


def matching_step(secret: str, typed: str, *, at: datetime) -> int | None:
    """The step to which a typed code belongs, when it is one of those around this moment."""
    typed = plain(typed)
    around = range(step_at(at) - WINDOW, step_at(at) + WINDOW + 1)
    matches = [step for step in around if hmac.compare_digest(code_of(secret, step=step).encode(), typed.encode())]
    return matches[-1] if matches else None


def uri(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says to an authenticator app."""
    query = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
