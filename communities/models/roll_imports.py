"""名册导入: a spreadsheet of residents, looked at before anything of it is saved."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField

from .lifecycle import Lifecycle
from .regions import ScopedQuerySet


class RollImportQuerySet(ScopedQuerySet):
    def overdue(self, *, at: datetime) -> Self:
        """Those whose contents must be forgotten by now."""
        return self.filter(expires_at__lte=at).exclude(payload="")


class RollImport(Lifecycle):
    """名册导入: what a spreadsheet would add to a roll, kept encrypted until it is confirmed or its time is over."""

    class Status(models.TextChoices):
        PREVIEWED = "previewed", _("to be confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")
        EXPIRED = "expired", _("expired")

    MOVES = {Status.PREVIEWED: {Status.CONFIRMED, Status.CANCELLED, Status.EXPIRED}}

    file_name = models.CharField(_("file"), max_length=255)
    good_count = models.PositiveIntegerField(_("rows that can be added"))
    bad_count = models.PositiveIntegerField(_("rows with errors"))
    payload = EncryptedField(blank=True, editable=False)
    expires_at = models.DateTimeField(_("kept until"))

    objects = RollImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("roll import")
        verbose_name_plural = _("roll imports")

    def __str__(self) -> str:
        return self.file_name

    @property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """{"good": [fields …], "bad": [{"line": …, "cells": …, "error": …} …]}; empty once forgotten."""
        kept: dict[str, list[dict[str, Any]]] = json.loads(self.payload) if self.payload else {"good": [], "bad": []}
        return kept
