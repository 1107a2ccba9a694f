"""日历: activities as calendars read them (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

LINE_OCTETS = 75  # without the line's end (RFC 5545, 3.1)
PRODUCT = "-//small-lane teams//volunteering//EN"


@dataclass(frozen=True, kw_only=True)
class Event:
    """One entry of a calendar; `uid` is its own for ever, `sequence` grows whenever it is changed."""

    uid: str
    sequence: int
    status: str  # TENTATIVE, CONFIRMED or CANCELLED
    starts_at: datetime
    ends_at: datetime
    revised_at: datetime
    summary: str
    location: str
    description: str
    category: str
    url: str

    def lines(self) -> Iterator[str]:
        yield "BEGIN:VEVENT"
        yield f"UID:{self.uid}"
        yield f"DTSTAMP:{_moment(self.revised_at)}"
        yield f"LAST-MODIFIED:{_moment(self.revised_at)}"
        yield f"SEQUENCE:{self.sequence}"
        yield f"DTSTART:{_moment(self.starts_at)}"
        yield f"DTEND:{_moment(self.ends_at)}"
        yield f"STATUS:{self.status}"
        yield f"SUMMARY:{escape(self.summary)}"
        yield f"LOCATION:{escape(self.location)}"
        yield f"DESCRIPTION:{escape(self.description)}"
        yield f"CATEGORIES:{escape(self.category)}"
        yield f"URL:{self.url}"
        yield "END:VEVENT"


def calendar(name: str, events: Iterable[Event]) -> str:
    """A whole calendar with this name, each line ended and folded as the standard wants it."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{escape(name)}",
        f"X-WR-CALNAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT2H",
        "X-PUBLISHED-TTL:PT2H",
    ]
    for event in events:
        lines += event.lines()
    return "".join(f"{fold(line)}\r\n" for line in [*lines, "END:VCALENDAR"])


def escape(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and line's end are written out (RFC 5545, 3.3.11)."""
    for plain, written in [("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")]:
        text = text.replace(plain, written)
    return "".join(char for char in text if char >= " " or char == "\t")


def fold(line: str) -> str:
    """A line in pieces of at most 75 octets, each but the first after a blank; no character is cut in two."""
    pieces, piece, room = [], "", LINE_OCTETS
    for char in line:
        if len((piece + char).encode()) > room:
            pieces.append(piece)
            piece, room = "", LINE_OCTETS - 1
        piece += char
    return "\r\n ".join([*pieces, piece])


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
