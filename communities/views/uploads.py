"""Handing out a stored file, once a view has decided that this person may have it."""

from __future__ import annotations

from django.http import FileResponse

from communities.models import Upload


def hand_out(upload: Upload) -> FileResponse:
    """The file as it was checked: pictures are shown, documents are saved; no page can make it anything else."""
    response = FileResponse(
        upload.file.open("rb"),
        as_attachment=upload.kind == Upload.Kind.PDF,
        filename=upload.name,
        content_type=upload.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
