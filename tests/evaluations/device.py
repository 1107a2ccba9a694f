"""A device in the tests: what it sends of a sheet, change by change and photo by photo."""

import io
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PHOTOS = "/api/v1/mark-photos/"


def url_of(sheet, move=""):
    return f"/api/v1/score-sheets/{sheet.pk}/{move}"


def change(indicator="A1", value="8", *, based_on=None, key=None, **more):
    return {"indicator": indicator, "value": value, "key": str(key or uuid4()), "based_on": based_on, **more}


def send(client, sheet, *given):
    return client.post(url_of(sheet, "changes/"), {"changes": given})


def picture(*, exif=False):
    """A photo as a phone makes it, with the place where it was taken inside."""
    out, image = io.BytesIO(), Image.new("RGB", (40, 30), "#0b6450")
    inside = image.getexif()
    inside.get_ifd(0x8825)[1] = "N"
    image.save(out, "JPEG", exif=inside if exif else b"")
    return out.getvalue()


def post_photo(client, sheet, *, content=None, key=None, indicator="A1", **more):
    file = SimpleUploadedFile("现场.jpg", picture() if content is None else content)
    body = {"sheet": sheet.pk, "indicator": indicator, "key": str(key or uuid4()), "file": file, **more}
    return client.post(PHOTOS, body, format="multipart")


def marks_of(sheet):
    return dict(sheet.marks.values_list("indicator__code", "value"))
