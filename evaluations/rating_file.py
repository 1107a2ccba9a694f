"""The scheme and the marks behind a grade as a file, for whoever wants to reckon it again."""

from __future__ import annotations

from typing import Any

from evaluations.explanation import numbers_of
from evaluations.interchange import marks_in, shown, write_scheme
from evaluations.models import Rating
from evaluations.services.ratings import core


def file_of(rating: Rating) -> dict[str, Any]:
    """The scheme and the marks that count, as `manage.py score` reads them; members are numbers, a survey is itself."""
    known = numbers_of(rating)
    marks = [
        mark._asdict() | {"member": str(known.get(mark.member, mark.member)), "value": shown(mark.value)}
        for mark in marks_in(rating.breakdown or {})
    ]
    return {"scheme": write_scheme(core(rating.round)), "marks": marks}
