"""How a team was graded over the years: the figures, and where they stand in the plot. Final grades only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate

from evaluations.models import Rating
from evaluations.models.schemes import GRADES

# The plot's box, in units of the drawing; large enough to be read on a phone of 360 pixels.
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 360, 236, 40, 24, 24, 36
STEP = (HEIGHT - TOP - BOTTOM) // (len(GRADES) - 1)
# What tells the projects apart besides their colour.
DASHES = ("none", "7 4", "2 4", "9 3 2 3")
SHAPES = ("circle", "square", "diamond", "triangle")


@dataclass(frozen=True)
class Grade:
    """One final grade of a project, which its number tells from others of the same title."""

    number: int
    project: str
    day: date
    grade: str


@dataclass(frozen=True)
class Point:
    """Where a grade stands in the plot."""

    x: int
    y: int
    grade: str


@dataclass(frozen=True)
class Line:
    """One project's grades, in the order of time."""

    project: str
    shape: str
    dash: str
    points: tuple[Point, ...]

    @property
    def path(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


@dataclass(frozen=True)
class Plot:
    """Everything the drawing needs: a row for each grade, a mark for each year, a line for each project."""

    rows: tuple[tuple[int, str], ...]
    years: tuple[tuple[int, int], ...]
    lines: tuple[Line, ...]
    threshold: int
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT


def y_of(grade: str) -> int:
    """The row of a grade, the best on top."""
    return TOP + GRADES.index(grade) * STEP


def plot(grades: Sequence[Grade]) -> Plot:
    """Draw grades, at least one, over whole years."""
    first, last = (
        date(min(each.day.year for each in grades), 1, 1),
        date(max(each.day.year for each in grades) + 1, 1, 1),
    )
    room, days = WIDTH - LEFT - RIGHT, (last - first).days

    def x_of(day: date) -> int:
        return LEFT + round(room * (day - first).days / days)

    in_time = sorted(grades, key=lambda each: each.day)
    titles = {each.number: each.project for each in in_time}
    alike = Counter(titles.values())
    lines = []
    for place, (number, title) in enumerate(titles.items()):
        points = tuple(Point(x_of(each.day), y_of(each.grade), each.grade) for each in in_time if each.number == number)
        name = title if alike[title] == 1 else f"{title} ({number})"
        lines.append(Line(name, SHAPES[place % len(SHAPES)], DASHES[place % len(DASHES)], points))
    every = -(-(last.year - first.year) // 6)
    years = tuple((x_of(date(year, 1, 1)), year) for year in range(first.year, last.year, every))
    rows = tuple((y_of(grade), grade) for grade in GRADES)
    return Plot(rows, years, tuple(lines), threshold=y_of("3A") + STEP // 2)


def ratings_of(team: Any) -> QuerySet[Rating]:
    """A team's final grades, the latest first."""
    final = Rating.objects.final().filter(project__team=team)
    return final.select_related("project", "round").order_by("-final_at", "-pk")


def history_of(team: Any) -> dict[str, Any]:
    """The plot and the rows beside it; nothing for a team never graded."""
    ratings = list(ratings_of(team))
    if not ratings:
        return {}
    grades = [Grade(each.project_id, str(each.project), localdate(each.final_at), each.grade) for each in ratings]
    return {"ratings": ratings, "plot": plot(grades)}
