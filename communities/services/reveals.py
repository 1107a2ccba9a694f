"""查看个人信息: masked data is shown to who may see it and says why; each time is written down."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from communities.models import Refused, Region, Reveal, User


@transaction.atomic
def reveal(thing: models.Model, *, field: str, by: User, purpose: str) -> str:
    """Show one personal field of a thing, and record who saw it and what for.

    The thing's model names its fields in PERSONAL; the permission is `reveal_<model>`.
    """
    if field not in getattr(thing, "PERSONAL", ()):
        raise Refused(_("There is no such field to show."), code="no_such_field")
    if not by.has_perm(f"{thing._meta.app_label}.reveal_{thing._meta.model_name}", thing):
        raise Refused(_("You may not see this."), code="not_allowed")
    if not purpose.strip():
        raise Refused(_("Say what you need it for."), code="purpose_needed")
    Reveal.objects.create(target=thing, field=field, region=_region_of(thing), by=by, purpose=purpose.strip())
    return _shown(thing, field)


@transaction.atomic
def reveal_all(things: Any, *, field: str, by: User, purpose: str) -> dict[Any, str]:
    """Show the same personal field of all these things that the person may see, as print needs it; each is recorded."""
    model = things.model
    allowed = list(things.for_user(by, f"{model._meta.app_label}.reveal_{model._meta.model_name}"))
    if field not in model.PERSONAL or len(allowed) != things.count():
        raise Refused(_("You may not see this."), code="not_allowed")
    Reveal.objects.bulk_create(
        Reveal(target=thing, field=field, region=_region_of(thing), by=by, purpose=purpose) for thing in allowed
    )
    return {thing.pk: _shown(thing, field) for thing in allowed}


def _shown(thing: models.Model, field: str) -> str:
    value = getattr(thing, field)
    return value.name if isinstance(value, User) else str(value)


def _region_of(thing: Any) -> Region | None:
    region: Region | None = thing.home_region() if isinstance(thing, User) else getattr(thing, "region", None)
    return region
