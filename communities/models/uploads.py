"""Files that people hand in: documents and photos, kept outside the web root."""

from __future__ import annotations

import secrets

from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

EXTENSIONS = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}


def random_place(upload: Upload, _name: str) -> str:
    """A name that nobody can guess and that says nothing about its content."""
    return f"uploads/{localdate():%Y/%m}/{secrets.token_hex(20)}.{EXTENSIONS[upload.kind]}"


class Upload(models.Model):
    """文件: one file as somebody handed it in, its true type checked by content.

    It has no address of its own: a view of the thing it belongs to hands it out and asks who is asking.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        JPEG = "jpeg", "JPEG"
        PNG = "png", "PNG"

    file = models.FileField(
        _("file"),
        upload_to=random_place,
        max_length=200,
        unique=True,
        error_messages={"unique": _("This file is kept already.")},
    )
    name = models.CharField(_("file name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey("communities.User", models.PROTECT, related_name="uploads", verbose_name=_("by whom"))
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["pdf", "jpeg", "png"]),
                name="upload_is_of_a_known_kind",
                violation_error_message=_("Only PDF, JPEG and PNG files are accepted."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def content_type(self) -> str:
        """Its media type, from what it is, not from what its name claims."""
        return "application/pdf" if self.kind == self.Kind.PDF else f"image/{self.kind}"
