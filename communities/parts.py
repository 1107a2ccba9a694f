"""Which parts of the installation are silent, for pages on which somebody must see it at once.

What knows the parts stands above all apps and hangs itself in here when it starts:

    from communities.parts import ASKED
    ASKED.append(silent)   # silent() -> ["worker", "beat"]
"""

from __future__ import annotations

from collections.abc import Callable

ASKED: list[Callable[[], list[str]]] = []


def silent() -> list[str]:
    """The names of the parts that give no sign of life."""
    return [part for ask in ASKED for part in ask()]
