"""The console as Django knows it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.sites import UnfoldAdminSite


class Console(UnfoldAdminSite):
    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Django's list of nouns, made only where it is read: every page is given it, but has a menu of its own."""
        return SimpleLazyObject(lambda: super(Console, self).get_app_list(request, app_label))
