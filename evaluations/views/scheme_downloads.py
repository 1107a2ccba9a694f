"""A scheme to take along as a spreadsheet."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from communities import tables
from evaluations import scheme_sheet
from evaluations.models import Scheme

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WRITERS = {"xlsx": (tables.as_xlsx, XLSX), "csv": (tables.as_csv, "text/csv; charset=utf-8")}


def of(scheme: Scheme, *, kind: str) -> HttpResponse:
    """The file of this kind; any other kind is 404."""
    if kind not in WRITERS:
        raise Http404
    write, content_type = WRITERS[kind]
    headers = {"Content-Disposition": f'attachment; filename="scheme-{scheme.pk}-v{scheme.version}.{kind}"'}
    return HttpResponse(write(scheme_sheet.write(scheme)), content_type=content_type, headers=headers)
