"""What the console calls a thing that another one names, and who gets a link to it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models
from unfold.fields import UnfoldAdminReadonlyField

from communities.models import User


def named(thing: Any) -> str:
    """What a thing is called in the console; people who hold no public function are masked."""
    return thing.shown_name if isinstance(thing, User) else str(thing)


def may_open(reader: User, thing: models.Model) -> bool:
    """Whether the console has a page of this thing for this person."""
    if type(thing) not in admin.site._registry:  # noqa: SLF001 (no public list)
        return False
    perm = f"{thing._meta.app_label}.view_{thing._meta.model_name}"
    rows: Any = type(thing)._default_manager.filter(pk=thing.pk)
    return bool(rows.within(*reader.codes_granting(perm)).for_user(reader, perm).exists())


def _linked(field: Any, remote_field: Any, thing: Any) -> str:
    """A thing that another one names: a link for those who may open it, words for the others."""
    reader = getattr(field.form, "reader", None)
    return _unfold_link(field, remote_field, thing) if reader and may_open(reader, thing) else named(thing)


# Unfold links everything it knows an address of, also what the reader would be refused.
_unfold_link = UnfoldAdminReadonlyField.get_admin_url
UnfoldAdminReadonlyField.get_admin_url = _linked
