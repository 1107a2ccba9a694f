"""Files leave the house one way: as what they were checked to be."""

from django.http import FileResponse

from communities.models import Upload


def handed_out(upload: Upload) -> FileResponse:
    """The file itself: a picture is shown, a PDF downloaded."""
    is_document = upload.kind == Upload.Kind.PDF
    response = FileResponse(
        upload.file.open(), content_type=upload.content_type, as_attachment=is_document, filename=upload.name
    )
    response["Cache-Control"] = "private, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response
