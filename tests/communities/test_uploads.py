"""文件: what is accepted, and what a file is turned into."""

import os
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils.timezone import now
from PIL import Image

from communities.models import Refused, Upload
from communities.services import orphans, uploads
from tests.factories import UploadFactory, UserFactory

PDF = b"%PDF-1.4\n1 0 obj << >> endobj\ntrailer << >>\nstartxref\n9\n%%EOF\n"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def file(content, name="some.pdf"):
    return SimpleUploadedFile(name, content)


def image(kind="JPEG", size=(8, 6), **options):
    out = BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def zipped(prefix=b""):
    out = BytesIO(prefix)
    out.seek(0, 2)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("run.exe", b"MZ")
    return out.getvalue()


def refusal(content, name="some.pdf"):
    with pytest.raises(Refused) as caught:
        uploads.check(file(content, name))
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "kind"), [(PDF, "pdf"), (image("JPEG"), "jpeg"), (image("PNG"), "png")], ids=["pdf", "jpeg", "png"]
)
def test_the_three_kinds_are_told_by_content_not_by_name(content, kind):
    checked = uploads.check(file(content, "a.txt"))

    assert (checked.kind, checked.name) == (kind, {"pdf": "a.pdf", "jpeg": "a.jpg", "png": "a.png"}[kind])


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\0" * 100,
        b"<html><script>alert(1)</script>",
        b"GIF89a" + b"\0" * 20,
        image("GIF"),
        image("WEBP"),
        b"\x89PNG\r\n\x1a\n" + b"broken",
        image("JPEG")[:40],
        b"\xff\xd8\xff\xe0" + b"MZ" * 50,
        b"not %PDF-1.4 at the beginning startxref %%EOF",
        zipped(),
    ],
    ids=["exe", "html", "gif-head", "gif", "webp", "broken-png", "cut-jpeg", "fake-jpeg", "late-pdf", "zip"],
)
def test_anything_else_is_refused_whatever_its_name(content):
    assert refusal(content) == "bad_file"


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.4\n",
        PDF[: PDF.index(b"%%EOF")],
        PDF + b"<script>alert(1)</script>",
        zipped(PDF),
        PDF.replace(b"<< >> endobj", b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj"),
        PDF.replace(b"<< >> endobj", b"<< /Type /EmbeddedFile >> endobj"),
    ],
    ids=["empty", "cut", "html-behind", "zip-behind", "script", "file-inside"],
)
def test_a_pdf_that_is_broken_or_something_else_as_well_is_refused(content):
    assert refusal(content) == "bad_file"


def test_a_file_over_ten_megabytes_is_refused_before_it_is_read():
    assert refusal(PDF + b" " * uploads.MAX_BYTES) == "too_large"


def test_a_file_of_exactly_ten_megabytes_is_accepted():
    content = PDF[:9] + b" " * (uploads.MAX_BYTES - len(PDF)) + PDF[9:]

    assert uploads.check(file(content)).kind == "pdf"


def test_an_empty_file_is_refused():
    assert refusal(b"") == "empty_file"


@pytest.mark.parametrize("side", [7200, 14000])
def test_a_small_file_that_unfolds_into_a_huge_picture_is_refused(side):
    out = BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")

    assert refusal(out.getvalue()) == "too_large"


def test_a_picture_loses_where_it_was_taken_and_what_is_hidden_behind_it():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6  # turned by a quarter
    content = image("JPEG", exif=exif) + b"<script>alert(1)</script>"

    checked = uploads.check(file(content, "photo.jpg"))

    kept = Image.open(BytesIO(checked.content))
    assert (dict(kept.getexif()), kept.size) == ({}, (6, 8))
    assert b"secret" not in checked.content
    assert b"script" not in checked.content


def test_a_transparent_picture_stays_transparent():
    out = BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")

    kept = Image.open(BytesIO(uploads.check(file(out.getvalue(), "logo.png")).content))

    assert kept.getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("登记 证书.pdf", "登记_证书.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\docs\\a.pdf", "a.pdf"),
        ("...", "file.pdf"),
        ("长" * 300 + ".pdf", "长" * 80 + ".pdf"),
        ("a.pdf.exe", "a.pdf.pdf"),
    ],
)
def test_a_name_is_made_harmless(name, kept):
    made = SimpleUploadedFile("x.pdf", PDF)
    made._name = name  # noqa: SLF001 (a client may send any name; Django's setter would tidy it)

    assert uploads.check(made).name == kept


@pytest.mark.django_db
def test_a_stored_file_lies_under_a_name_that_says_nothing(settings):
    by = UserFactory()

    upload = uploads.store(file(PDF, "身份证.pdf"), by=by)

    assert Upload.objects.get() == upload
    assert (upload.name, upload.size, upload.by) == ("身份证.pdf", len(PDF), by)
    assert "身份证" not in upload.file.name
    with upload.file.open() as kept:
        assert kept.read() == PDF


@pytest.mark.django_db(transaction=True)
def test_a_file_is_taken_back_by_its_owner_alone():
    by = UserFactory()
    upload = uploads.store(file(PDF), by=by)
    storage, place = upload.file.storage, upload.file.name

    with pytest.raises(Refused):
        uploads.discard(upload, by=UserFactory())
    assert storage.exists(place)

    uploads.discard(upload, by=by)
    assert not storage.exists(place)


@pytest.fixture
def kept(tmp_path):
    """The names of the files that lie in the store."""
    return lambda: {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}


def lost(by):
    """A file whose row came to nothing: where it lies."""
    with transaction.atomic():
        place = uploads.store(file(PDF), by=by).file.name
        transaction.set_rollback(True)
    return place


@pytest.mark.django_db
def test_what_a_failed_request_left_is_deleted_after_a_day(kept):
    upload = UploadFactory()
    place = lost(upload.by)

    assert kept() == {upload.file.name, place}
    assert (orphans.remove(at=now() + timedelta(hours=23)), len(kept())) == (0, 2)
    assert orphans.remove(at=now() + timedelta(hours=25)) == 1
    assert orphans.remove(at=now() + timedelta(hours=25)) == 0
    assert kept() == {upload.file.name}


@pytest.mark.django_db
def test_with_an_empty_database_nothing_is_deleted(kept):
    place = lost(UserFactory())

    orphans.remove(at=now() + timedelta(days=2))

    assert kept() == {place}


@pytest.mark.django_db
def test_what_somebody_else_put_there_stays(tmp_path, kept):
    upload = UploadFactory()
    notes = (tmp_path / upload.file.name).parent / "notes.txt"
    notes.write_text("x")
    os.utime(notes, (0, 0))

    orphans.remove(at=now())

    assert kept() == {upload.file.name, str(notes.relative_to(tmp_path))}
