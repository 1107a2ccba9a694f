"""What the frame of every page shows."""

from __future__ import annotations

from typing import Any

from django.utils.functional import SimpleLazyObject

from communities.models import Notice

# More is shown as 99+, and is not counted.
MOST = 99


def unread(request: Any) -> dict[str, Any]:
    """How many notices wait in the reader's inbox; asked only where it is shown."""
    return {"unread_notices": SimpleLazyObject(lambda: _count(request))}


def _count(request: Any) -> str:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ""
    count = Notice.objects.to(user).unread()[: MOST + 1].count()
    return f"{MOST}+" if count > MOST else str(count or "")
