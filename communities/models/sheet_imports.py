"""表格导入: what a spreadsheet would bring in, looked at before anything of it is saved."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from communities.encryption import EncryptedField

from .lifecycle import Lifecycle
from .regions import ScopedQuerySet

Rows = list[dict[str, Any]]


class SheetImportQuerySet(ScopedQuerySet):
    def overdue(self, *, at: datetime) -> Self:
        """Those whose contents must be forgotten by now."""
        return self.filter(expires_at__lte=at).exclude(payload="")


class SheetImport(Lifecycle):
    """An uploaded spreadsheet, kept encrypted until it is confirmed or its time is over.

    Subclasses give MOVES, and may give more statuses and other words for the rows that are good.
    """

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

    objects = SheetImportQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.file_name

    @property
    def rows(self) -> dict[str, Rows]:
        """{"good": [fields …], "bad": [{"line": …, "cells": …, "error": …} …]}; empty once forgotten."""
        kept: dict[str, Rows] = json.loads(self.payload) if self.payload else {"good": [], "bad": []}
        return kept


def payload_of(*, good: Rows, bad: Rows) -> str:
    """What is kept of a spreadsheet's rows."""
    return json.dumps({"good": good, "bad": bad}, ensure_ascii=False)
