"""到期处理: what is due is done one by one, and one that fails holds up no other."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db import models, transaction

from communities.models import Refused

logger = logging.getLogger(__name__)
T = TypeVar("T")
R = TypeVar("R")


def each(due: Iterable[T], do: Callable[[T], R]) -> list[R]:
    """Do this to everything that is due, each in a transaction of its own; what it gave where it went well.

    One that fails is left as it was and named in the log; as it is still due, the next run tries it again.
    """
    given = []
    for thing in due:
        try:
            with transaction.atomic():
                given.append(do(thing))
        except Refused as no:  # somebody was there first, or a rule forbids it
            logger.warning("not done to %s: %s", _name_of(thing), no.code)
        except Exception:  # whatever is wrong with this one, the others go on
            logger.exception("failed for %s", _name_of(thing), extra={"fields": {"thing": _name_of(thing)}})
    return given


def _name_of(thing: Any) -> str:
    """What the log may say of a thing: its kind and number, never what people call it."""
    if isinstance(thing, models.Model):
        return f"{thing._meta.label_lower} {thing.pk}"
    return str(getattr(thing, "__name__", thing))
