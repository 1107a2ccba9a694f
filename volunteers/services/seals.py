"""记录单位印章: one in use in a place; the next takes its place, and what was sealed keeps its own."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from communities.models import Refused, Region, Upload, User
from communities.services import uploads
from volunteers.models import Seal

Status = Seal.Status


@transaction.atomic
def keep(region: Region, *, unit: str, unit_en: str = "", file: UploadedFile, by: User) -> Seal:
    """Take a unit's seal into use, drawn anew from its picture (PNG or JPEG); the one before it is retired."""
    picture = uploads.store(file, by=by)
    if picture.kind == Upload.Kind.PDF:
        raise Refused(_("A seal is a picture: PNG or JPEG."), code="bad_file")
    Region.objects.select_for_update().get(pk=region.pk)
    for old in Seal.objects.in_use().filter(region=region):
        retire(old, by=by)
    seal = Seal(region=region, unit=unit.strip(), unit_en=unit_en.strip(), picture=picture)
    seal.begin(by=by)
    return seal


def retire(seal: Seal, *, by: User) -> None:
    """Use a seal no more; certificates that carry it keep it."""
    seal.move(Status.RETIRED, by=by)
