"""审核台: what waits for a decision of the person who asks, described so that one page can show any of it.

A noun joins by a Desk in DESKS (from its app's `AppConfig.ready`); nothing here or in the page knows which there are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import reverse

from communities.models import Lifecycle, StatusChange, User
from teams.priority import said


@dataclass(frozen=True, kw_only=True)
class Step:
    """A button: where it posts, who may press it, and the text it asks for (the name of the field), if any."""

    name: str
    label: Any
    perm: str
    to: str
    asks: str = ""
    asks_label: Any = ""
    hurts: bool = False


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One kind of thing that waits.

    `resource` is its name in the API, `waiting` keeps what this person has to act on (with what the list shows
    selected), `facts` are (label, text) pairs as this person may see them, `texts` longer ones, `files` are (name,
    address) pairs.
    """

    resource: str
    label: Any
    model: type[Lifecycle]
    waiting: Callable[[User], models.QuerySet]
    perm: str
    since: Callable[[Any], Any]
    facts: Callable[[Any, User], Iterable[tuple[Any, Any]]]
    texts: Callable[[Any], Iterable[tuple[Any, str]]]
    files: Callable[[Any], Iterable[tuple[str, str]]]
    steps: tuple[Step, ...]


DESKS: dict[str, Desk] = {}


def may_review(user: User) -> bool:
    """Whether any button of the desk is this person's."""
    return any(user.has_perm(step.perm) for desk in DESKS.values() for step in desk.steps)


def row(desk: Desk, thing: Any) -> dict[str, Any]:
    """One line of the list."""
    return {
        "key": f"{desk.resource}-{thing.pk}",
        "kind": " · ".join(filter(None, [str(desk.label), said(thing)])),
        "title": str(thing),
        "region": thing.region.name,
        "status": thing.status,
        "status_label": thing.get_status_display(),
        "since": desk.since(thing),
    }


def sheet(desk: Desk, thing: Any, user: User) -> dict[str, Any]:
    """Everything that somebody who decides needs to see, and the buttons that are theirs."""
    meta = desk.model._meta
    return {
        **row(desk, thing),
        "console": reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[thing.pk]),
        "facts": [_pair(label, text) for label, text in desk.facts(thing, user)],
        "texts": [_pair(label, text) for label, text in desk.texts(thing)],
        "files": [{"name": name, "url": url} for name, url in desk.files(thing)],
        "steps": [_button(desk, step, thing) for step in desk.steps if _is_theirs(step, thing, user)],
        "record": [
            {
                "at": change.at,
                "by": change.actor_name,
                "to": change.new_label,
                "reason": change.reason,
            }
            for change in StatusChange.objects.about(thing).with_names()
        ],
    }


def _pair(label: Any, text: Any) -> dict[str, str]:
    return {"label": str(label), "text": str(text or "")}


def _is_theirs(step: Step, thing: Lifecycle, user: User) -> bool:
    return thing.can_move(step.to) and user.has_perm(step.perm, thing)


def _button(desk: Desk, step: Step, thing: Any) -> dict[str, Any]:
    return {
        "name": step.name,
        "label": str(step.label),
        "url": f"/api/v1/{desk.resource}/{thing.pk}/{step.name}/",
        "asks": step.asks,
        "asks_label": str(step.asks_label),
        "hurts": step.hurts,
    }
