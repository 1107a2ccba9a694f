"""今日待办: what waits for a member of staff. Every app adds its own in AppConfig.ready:

from communities.todo import CARDS, TODO, Card, Todo
TODO.append(Todo(_("Applications to check"), waiting, url="/admin/teams/admission/?status=submitted"))
CARDS.append(Card(_("Active teams"), "/api/v1/teams/?status=active", perm="teams.view_team", link="/admin/teams/team/"))
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Max, Model, QuerySet

from communities.models import Lifecycle, StatusChange, User

# More than this is “a lot”, and is not counted further.
MOST = 99


class Todo(NamedTuple):
    """A kind of thing that waits: `rows(user)` are those that this person can do something about."""

    label: Any
    rows: Callable[[User], QuerySet[Any]]
    url: str
    # Since when one waits: a field; for a Lifecycle without one, its last change of status.
    since: str = ""


class Card(NamedTuple):
    """A figure on the console's front page, asked of a list of the API."""

    label: Any
    api: str
    perm: str
    link: str


TODO: list[Todo] = []
CARDS: list[Card] = []


def waiting_for(user: User) -> list[dict[str, Any]]:
    """What waits for this person: kinds with nothing left out, the longest waiting first."""
    entries = [entry for todo in TODO if (entry := _entry(todo, user))]
    return sorted(entries, key=lambda entry: (entry["oldest"] is None, entry["oldest"]))


def _entry(todo: Todo, user: User) -> dict[str, Any] | None:
    rows = todo.rows(user).order_by()
    count = rows[: MOST + 1].count()
    if not count:
        return None
    oldest = _oldest(todo, rows)
    return {
        "label": str(todo.label),
        "count": min(count, MOST),
        "is_more": count > MOST,
        "url": todo.url,
        "oldest": oldest,
    }


def _oldest(todo: Todo, rows: QuerySet[Any]) -> datetime | None:
    if todo.since:
        found: datetime | None = rows.order_by(todo.since).values_list(todo.since, flat=True).first()
        return found
    model: type[Model] = rows.model
    if not issubclass(model, Lifecycle):
        return None
    changes = StatusChange.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=rows.values("pk")
    )
    last = changes.values("object_id").annotate(last=Max("at")).order_by("last")
    longest: datetime | None = last.values_list("last", flat=True).first()
    return longest


def on_front_page(request: Any, context: dict[str, Any]) -> dict[str, Any]:
    """What the console's front page shows besides the menu (Unfold's DASHBOARD_CALLBACK)."""
    return context | {"cards": [card for card in CARDS if request.user.has_perm(card.perm)]}
