"""Short messages: whatever gateway a city has, behind one method."""

from __future__ import annotations

import contextlib
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


def sender() -> Sender:
    """The gateway that the settings name."""
    made: Sender = import_string(settings.SMS_SENDER)()
    return made
