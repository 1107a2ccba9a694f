"""权限一览: the whole matrix of grants.py as a page of the console."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from communities.grants import ANYONE, GRANTS, OWNER, Role
from communities.permissions import label_of


def columns() -> list[tuple[str, Any]]:
    """Everybody to whom something is granted, in the order of the page."""
    return [*Role.choices, (OWNER, _("whom it concerns")), (ANYONE, _("everybody"))]


def matrix() -> list[dict[str, Any]]:
    """For each app its permissions, each with a yes or no for every column."""
    rows = [(perm, [who in held for who, _label in columns()]) for perm, held in GRANTS.items()]
    return [
        {
            "app": apps.get_app_config(app).verbose_name,
            "rows": [{"perm": perm, "label": label_of(perm), "cells": cells} for perm, cells in grants],
        }
        for app, grants in groupby(sorted(rows), key=lambda row: row[0].split(".")[0])
    ]


def permissions(request: HttpRequest) -> HttpResponse:
    """Which role may do what, for whoever wonders."""
    if not request.user.has_perm("communities.view_roleassignment"):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": _("Who may do what"),
        "columns": [label for _name, label in columns()],
        "matrix": matrix(),
    }
    return render(request, "admin/permissions.html", context)
