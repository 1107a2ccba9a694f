"""住户清单: the households of a community's roll, as codes that say nothing of who lives there."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from communities.encryption import index_of
from communities.models import Resident
from evaluations.models import Survey
from evaluations.sampling import Place

HEAD = ["grid", "household"]
DRAWN_HEAD = ["grid", "place", "household", "what"]
CODE_LENGTH = 16


@dataclass(frozen=True)
class Household:
    """Those who live together, as the roll says; `door` is the resident who leads to the address."""

    code: str
    grid: str
    door: Resident


def households_of(survey: Survey) -> tuple[list[Household], int]:
    """Every household of the survey's community, and how many residents name neither household nor address.

    A household is what has the same household number, or, without one, the same address. Its grid is the one that
    most of its residents have.
    """
    together: dict[str, list[Resident]] = defaultdict(list)
    unlisted = 0
    people = Resident.objects.filter(region=survey.region).verified()
    for resident in people.only("household", "address", "grid").order_by("pk").iterator(chunk_size=2000):
        if key := _key(resident):
            together[key].append(resident)
        else:
            unlisted += 1
    return [_household(survey, key, members) for key, members in together.items()], unlisted


def _key(resident: Resident) -> str:
    if number := _plain(resident.household):
        return f"number:{number}"
    address = _plain(resident.address)
    return f"address:{address}" if address else ""


def _plain(text: str) -> str:
    """Without blanks and case: 3 幢 1 室 and 3幢1室 are one place."""
    return "".join(text.split()).casefold()


def _household(survey: Survey, key: str, members: list[Resident]) -> Household:
    grids = Counter(member.grid for member in members if member.grid)
    grid = min(grids, key=lambda name: (-grids[name], name), default="")
    door = next((member for member in members if member.address), members[0])
    return Household(code_of(survey, key), grid, door)


def code_of(survey: Survey, key: str) -> str:
    """The household's code in this survey alone: without the platform's key nobody leads it back, or to another's."""
    return index_of(f"survey:{survey.pk}:household:{key}")[:CODE_LENGTH]


def write_frame(households: Iterable[Household]) -> str:
    """The list as it is published, in one order whatever the order of the roll."""
    return _csv(HEAD, sorted([each.grid, each.code] for each in households))


def read_frame(content: str) -> list[tuple[str, str]]:
    """(grid, household code) of a published list."""
    return [(grid, code) for grid, code in list(csv.reader(content.splitlines()))[1:]]


def fingerprint(content: str) -> str:
    """The SHA-256 of a list as it is downloaded."""
    return sha256(content.encode()).hexdigest()


def write_draw(places: Iterable[Place]) -> str:
    """The draw as it is published: who is drawn and who substitutes, in order."""
    return _csv(DRAWN_HEAD, _places(places))


def _places(places: Iterable[Place]) -> Iterator[list[str]]:
    for place in places:
        yield [place.grid, str(place.number), place.household, "drawn" if place.is_drawn else "substitute"]


def _csv(head: list[str], rows: Iterable[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([head, *rows])
    return out.getvalue()
