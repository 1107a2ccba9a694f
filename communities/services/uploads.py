"""文件: what people hand in is looked at byte by byte before it is kept."""

from __future__ import annotations

import hashlib
import warnings
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from communities.models import Refused, Upload, User
from communities.models.uploads import EXTENSIONS

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_NAME = 80
TAIL = 2048
# What a document needs to run a program, start one, or carry another file inside.
ACTIVE_IN_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile", b"/RichMedia")


@dataclass(frozen=True)
class Checked:
    """A file that is what it says: its content (images written anew), its kind and a harmless name."""

    name: str
    kind: str
    content: bytes


def check(file: UploadedFile) -> Checked:
    """Look at a file's size and true type. Raises Refused unless it is a sound PDF, JPEG or PNG of at most 10 MB."""
    if (file.size or 0) > MAX_BYTES:
        raise Refused(_("The file is larger than %(most)s.") % {"most": filesizeformat(MAX_BYTES)}, code="too_large")
    file.seek(0)
    content = file.read()
    if not content:
        raise Refused(_("The file is empty."), code="empty_file")
    if content.startswith(b"%PDF-"):
        kind = _checked_pdf(content)
    else:
        kind, content = _rewritten_image(content)
    return Checked(_safe_name(file.name or "", kind), kind, content)


@transaction.atomic
def store(file: UploadedFile, *, by: User) -> Upload:
    """Check a file and keep it under a name that nobody can guess."""
    checked = check(file)
    upload = Upload(
        name=checked.name,
        kind=checked.kind,
        size=len(checked.content),
        sha256=hashlib.sha256(checked.content).hexdigest(),
        by=by,
    )
    upload.file.save(checked.name, ContentFile(checked.content), save=True)
    return upload


@transaction.atomic
def discard(upload: Upload, *, by: User) -> None:
    """Remove a file that its owner took back; the bytes go when that is certain."""
    if upload.by_id != by.pk:
        raise Refused(_("Only the person who handed in a file can take it back."))
    forget(upload)


@transaction.atomic
def forget(upload: Upload) -> None:
    """Remove a file that must not be kept any longer."""
    stored, place = upload.file.storage, str(upload.file.name)
    upload.delete()
    transaction.on_commit(lambda: stored.delete(place))


def _checked_pdf(content: bytes) -> str:
    tail = content[-TAIL:]
    if b"startxref" not in tail or not tail.rstrip(b"\r\n\t \0").endswith(b"%%EOF"):
        raise Refused(_("This PDF is damaged or incomplete."), code="bad_file")
    if any(word in content for word in ACTIVE_IN_PDF) or zipfile.is_zipfile(BytesIO(content)):
        raise Refused(_("This PDF contains a program or another file. Print it to a new PDF."), code="bad_file")
    return Upload.Kind.PDF


def _rewritten_image(content: bytes) -> tuple[str, bytes]:
    """The picture alone: turned upright, without place and camera data and without anything hidden behind it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Any = Image.open(BytesIO(content), formats=("JPEG", "PNG"))
        if image.width * image.height > MAX_PIXELS:
            raise Refused(_("The picture has too many pixels."), code="too_large")
        # A phone's picture with a second one inside (MPO) is a JPEG; the second one goes.
        kind = Upload.Kind.PNG if image.format == "PNG" else Upload.Kind.JPEG
        return kind, _written(image, kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Refused(_("The picture has too many pixels."), code="too_large") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Refused(
            _("Only PDF, JPEG and PNG files are accepted, and this is none of them."), code="bad_file"
        ) from error


def _written(image: Any, kind: str) -> bytes:
    out = BytesIO()
    upright = ImageOps.exif_transpose(image)
    upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
    if kind == Upload.Kind.JPEG:
        upright.convert("L" if upright.mode == "L" else "RGB").save(out, "JPEG", quality=88)
    else:
        upright.save(out, "PNG")
    return out.getvalue()


def _safe_name(name: str, kind: str) -> str:
    stem = PurePath(name.replace("\\", "/")).stem
    safe = get_valid_filename(stem or "file") if stem.strip(". ") else "file"
    return f"{safe[:MAX_NAME]}.{EXTENSIONS[kind]}"
