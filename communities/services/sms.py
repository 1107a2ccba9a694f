"""Short messages: whatever gateway a city has, behind one method."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import ssl
import time
import urllib.request
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Sender(Protocol):
    """A way to send short messages. The same key a second time is the same message and must not go out again."""

    def send(self, key: str, phone: str, text: str) -> None: ...


class ConsoleSender:
    """The demo's and the tests' gateway: one file per message below SMS_DIR, named by its key."""

    def send(self, key: str, phone: str, text: str) -> None:
        folder = Path(settings.SMS_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError), (folder / f"{key}.txt").open("x", encoding="utf-8") as file:
            file.write(f"{phone}\n{text}\n")


def shown(key: str) -> str:
    """The text of a message that the console sender kept; the demo shows it on the page."""
    path = Path(settings.SMS_DIR) / f"{Path(key).name}.txt"
    return path.read_text(encoding="utf-8").split("\n", 1)[1].strip() if key and path.is_file() else ""


class HttpSender:
    """A gateway behind HTTPS: one signed JSON POST for each message, dropped by its key when it comes twice.

    The body is {"key", "phone", "text"}; `Idempotency-Key` repeats the key; `X-Signature` is the HMAC-SHA-256, with
    SMS_GATEWAY_SECRET, of `X-Timestamp` (seconds), a line feed and the body. Any 2xx answer means taken. A provider
    without keys (most take templates instead of texts) is put behind a small adapter that keeps them.
    """

    timeout = 5.0

    def send(self, key: str, phone: str, text: str) -> None:
        """Hand one message over; raises OSError when the gateway did not take it."""
        if not settings.SMS_GATEWAY_URL.startswith("https://"):
            raise OSError("SMS_GATEWAY_URL must be an https address")
        body = json.dumps({"key": key, "phone": phone, "text": text}, ensure_ascii=False).encode()
        request = urllib.request.Request(  # noqa: S310 (https, as just checked)
            settings.SMS_GATEWAY_URL, data=body, headers=self._headers(key, body), method="POST"
        )
        context = ssl.create_default_context(cafile=settings.SMS_GATEWAY_CA or None)
        with urllib.request.urlopen(request, timeout=self.timeout, context=context):  # noqa: S310
            pass

    def _headers(self, key: str, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        signature = hmac.new(settings.SMS_GATEWAY_SECRET.encode(), f"{stamp}\n".encode() + body, hashlib.sha256)
        return {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": key,
            "X-Timestamp": stamp,
            "X-Signature": signature.hexdigest(),
        }


def sender() -> Sender:
    """The gateway that the settings name."""
    made: Sender = import_string(settings.SMS_SENDER)()
    return made
