"""The API's gate: every action of every viewset names its permission."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission

from communities.grants import ANYONE, roles_granting


class ActionPermission(BasePermission):
    """Strangers may call what the matrix opens to ANYONE; for the rest one signs in.

    What a signed-in person may not reach is not in the queryset, so it answers 404; only creating, which has no
    row yet, is checked by the viewset's `perform_create` through a service or `check_region`.
    """

    def has_permission(self, request: Any, view: Any) -> bool:
        perm = getattr(view, "perms", {}).get(view.action)
        if view.action is None:  # a method the resource does not have: 405 follows
            return True
        if perm is None:
            return False
        return request.user.is_authenticated or ANYONE in roles_granting(perm)
