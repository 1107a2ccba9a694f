"""名册导入: a spreadsheet of residents, looked at before anything of it is saved."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .sheet_imports import SheetImport


class RollImport(SheetImport):
    """名册导入: what a spreadsheet would add to a roll."""

    class Meta:
        verbose_name = _("roll import")
        verbose_name_plural = _("roll imports")
