"""The queue in files of the embedded installation: Kombu's own, made whole.

Kombu's file transport lets a worker read a message, or the list of queues, that another process has only begun to
write; the worker then dies of a JSON error (kombu issue 1551). Here a file appears under its name when it is complete.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

NAME = "files"


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]  # Kombu names it in two ways
        _write(Path(self.data_folder_out) / f"{time.time_ns():020}_{uuid4().hex}.{queue}.msg", payload)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        """The oldest message; whoever renames it first has it."""
        for path in sorted(Path(self.data_folder_in).iterdir()):
            if path.name.partition(".")[2] == f"{queue}.msg" and (content := _take(path)):
                return loads(content)
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._only_one():
            bindings = self.get_table(exchange)
            if binding not in bindings:
                _write(self._exchange_file(exchange), [binding, *bindings])

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        with (self.control_folder / ".lock").open("w") as held:
            filesystem.lock(held, filesystem.LOCK_EX)
            try:
                yield
            finally:
                filesystem.unlock(held)


class Transport(filesystem.Transport):
    Channel = Channel


def register() -> None:
    """Let broker addresses begin with files://."""
    TRANSPORT_ALIASES[NAME] = f"{__name__}:Transport"


def _write(path: Path, content: Any) -> None:
    part = path.with_name(f"{uuid4().hex}.part")
    part.write_text(dumps(content))
    part.replace(path)


def _take(path: Path) -> bytes:
    """The content of a message that is nobody else's from now on; nothing when somebody was faster."""
    mine = path.with_name(f"{path.name}.taken")
    try:
        path.rename(mine)
    except FileNotFoundError:
        return b""
    content = mine.read_bytes()
    mine.unlink()
    return content
