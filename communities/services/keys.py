"""密钥更换: what was written with other keys is written anew, with the first of FIELD_KEYS and with INDEX_KEY."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Cast

from communities.encryption import EncryptedField, Unreadable, has_first_key, index_of, opened

BATCH = 500


@dataclass
class Progress:
    """How far the rows of one model are: looked at, written anew, and those that no key opens (number: field)."""

    seen: int = 0
    renewed: int = 0
    unreadable: list[str] = field(default_factory=list)


def encrypted() -> dict[type[models.Model], list[str]]:
    """Every model that keeps something encrypted, and which of its fields do."""
    kept = {model: [f.name for f in model._meta.concrete_fields if isinstance(f, EncryptedField)] for model in _ours()}
    return {model: names for model, names in kept.items() if names}


def _ours() -> list[type[models.Model]]:
    return sorted(apps.get_models(), key=lambda model: model._meta.label_lower)


def renew(model: type[models.Model], *, batch: int = BATCH) -> Iterator[Progress]:
    """Write anew what of this model needs it, batch by batch, each kept as it is done: how far it is after each.

    May be stopped at any moment and run again: what is done already is only looked at.
    """
    names, progress, last = encrypted()[model], Progress(), 0
    while True:
        found = _renew_batch(model, names, last, batch, progress)
        if not found:
            return
        last = found
        yield progress


@transaction.atomic
def _renew_batch(model: type[models.Model], names: list[str], after: int, batch: int, progress: Progress) -> int:
    """The rows behind this number, locked so that no change made meanwhile is lost; the last one's number, or 0."""
    stored = {f"stored_{name}": Cast(name, models.TextField()) for name in names}
    indexes = [f"{name}_index" for name in names if _has_index(model, name)]
    rows = model._default_manager.select_for_update().filter(pk__gt=after).order_by("pk").annotate(**stored)
    pk = after
    for row in rows.values("pk", *stored, *indexes)[:batch]:
        pk = row["pk"]
        progress.seen += 1
        fields = dict(_renewed(model, names, row, progress))
        if fields:
            model._default_manager.filter(pk=pk).update(**fields)
            progress.renewed += 1
    return 0 if pk == after else pk


def _renewed(
    model: type[models.Model], names: list[str], row: dict[str, Any], progress: Progress
) -> Iterator[tuple[str, str]]:
    """The fields of a row that are written anew."""
    for name in names:
        stored = row[f"stored_{name}"]
        try:
            value = opened(stored)
        except Unreadable:
            progress.unreadable.append(f"{row['pk']}: {name}")
            continue
        if not has_first_key(stored):
            yield name, value
        if value and _has_index(model, name) and row[f"{name}_index"] != index_of(value):
            yield f"{name}_index", index_of(value)


def _has_index(model: type[models.Model], name: str) -> bool:
    return any(field.name == f"{name}_index" for field in model._meta.concrete_fields)
