"""What others put on the pages of the ground, without the ground knowing them.

An app adds its part in AppConfig.ready:

    from communities.home import MY_SECTIONS, SECTIONS, Section
    SECTIONS.append(Section("teams/_open_calls.html", open_calls, order=10))

`content(region, user)` (for MY_SECTIONS: `content(user)`) returns what the template shows as `section`; where that is
empty, nothing is shown. The template brings its own <section> with a heading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple


class Section(NamedTuple):
    """One part of a page."""

    template: str
    content: Callable[..., Any]
    order: int = 100


# The home page of a community: content(region, user).
SECTIONS: list[Section] = []
# “Mine”, what waits for a person and what concerns them: content(user).
MY_SECTIONS: list[Section] = []


def filled(sections: Iterable[Section], *about: Any) -> list[tuple[str, Any]]:
    """(template, content) of the parts that have something to show, in their order."""
    parts = ((part.template, part.content(*about)) for part in sorted(sections, key=lambda part: part.order))
    return [(template, content) for template, content in parts if content]
