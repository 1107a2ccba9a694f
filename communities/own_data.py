"""What is kept about a person, for that person (PIPL 45): each app names its rows, and what it does not hand out.

An app adds in AppConfig.ready:

    KEPT.append(Kept(Signup, lambda user: Signup.objects.filter(volunteer__user=user), ["activity__title", "status"]))

A ballot names nobody, so there is nothing of it to hand out; that somebody was on a roll is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from communities.models import StatusChange, User

Model = type[models.Model]
Words = dict[Any, Any]


@dataclass(frozen=True)
class Kept:
    """Rows of one noun that concern a person: which ones, and which of their fields (paths, as of the ORM)."""

    model: Model
    rows: Callable[[User], Any]
    fields: list[str]
    title: Any = ""


KEPT: list[Kept] = []
NAMES = {"name", "title"}
# Nouns that name a person and are not handed out → why.
NOT_HANDED_OUT: dict[str, str] = {}


class Cell(NamedTuple):
    """A value in words, below its heading; the day of a moment is never broken into lines."""

    heading: str
    said: str
    is_moment: bool


@dataclass
class Part:
    """One noun's rows, as people and as programs read them."""

    name: str
    title: str
    headings: list[str]
    fields: list[str]
    values: list[tuple[Any, ...]]
    words: list[Callable[[dict[str, Any]], Words]] = field(default_factory=list)

    @property
    def cells(self) -> Iterator[list[Cell]]:
        """The rows in words."""
        for row in self.rows:
            columns = zip(self.fields, self.headings, row.values(), self.words, strict=True)
            yield [
                Cell(heading, _said(value, words(row)), isinstance(value, date))
                for path, heading, value, words in columns
                if _is_read(path)
            ]

    @property
    def columns(self) -> list[str]:
        """The headings of what the cells say."""
        return [heading for path, heading in zip(self.fields, self.headings, strict=True) if _is_read(path)]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows as they are kept."""
        return [dict(zip(self.fields, row, strict=True)) for row in self.values]


def parts(user: User) -> list[Part]:
    """Everything the apps keep about a person, noun by noun; nouns without a row are left out."""
    found = [_part(kept, user) for kept in KEPT]
    return [part for part in found if part.values]


def _part(kept: Kept, user: User) -> Part:
    ends = [_field(kept.model, path) for path in kept.fields]
    return Part(
        name=kept.model._meta.label_lower,
        title=capfirst(str(kept.title or kept.model._meta.verbose_name_plural)),
        headings=[_heading(kept.model, path) for path in kept.fields],
        fields=kept.fields,
        values=list(kept.rows(user).order_by("pk").values_list(*kept.fields)),
        words=[_words_for(kept.model, end) for end in ends],
    )


def _is_read(path: str) -> bool:
    """An English name beside the Chinese one is for those who read English."""
    return not (path.endswith("_en") and (get_language() or "zh").startswith("zh"))


def _heading(model: Model, path: str) -> str:
    """What a column is called: another thing's name or title by what that thing is here."""
    way, _step, name = path.rpartition("__")
    if way and name in NAMES:
        return capfirst(str(_field(model, way).verbose_name))
    end = _field(model, path)
    return capfirst(str(_("kind of thing") if end.model is ContentType else end.verbose_name))


def _words_for(model: Model, end: Any) -> Callable[[dict[str, Any]], Words]:
    """What a field's values are called in a row: kinds of things, statuses of its kind of thing, or its choices."""
    if model is StatusChange and end.name in {"old", "new"}:
        statuses = {each._meta.model_name: _statuses(each) for each in apps.get_models()}
        return lambda row: statuses.get(row["content_type__model"], {})
    if end.model is ContentType:
        kinds = {each._meta.model_name: each._meta.verbose_name for each in apps.get_models()}
        return lambda _row: kinds
    choices = dict(end.flatchoices or ())
    return lambda _row: choices


def _statuses(model: Model) -> Words:
    return dict(getattr(getattr(model, "Status", None), "choices", ())) | getattr(model, "EVENTS", {})


def _field(model: Model, path: str) -> Any:
    """The field at the end of a path."""
    *way, name = path.split("__")
    for step in way:
        related: Any = model._meta.get_field(step)
        model = related.related_model
    return model._meta.get_field(name)


def _said(value: Any, choices: Words) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return pgettext("answer", "yes") if value else pgettext("answer", "no")
    if isinstance(value, datetime):
        return date_format(localtime(value), "Y-m-d H:i")
    return value.isoformat() if isinstance(value, date) else str(choices.get(value, value))
