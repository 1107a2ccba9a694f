"""佐证照片: taken for an indicator while the sheet is being filled in, sealed with it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from communities.models import Refused, Upload, User
from communities.services import uploads
from evaluations.models import Indicator, MarkPhoto, ScoreSheet
from evaluations.services.drafts import SEALED, check_open

MOST = 9  # photos of one indicator

Place = tuple[Decimal, Decimal]


@transaction.atomic
def add(
    sheet: ScoreSheet,
    *,
    indicator: Indicator,
    file: UploadedFile,
    key: UUID,
    by: User,
    place: Place | None = None,
    taken_at: datetime | None = None,
    at: datetime | None = None,
) -> MarkPhoto:
    """Keep a photo with an indicator; sent again under its key it is the one that is there."""
    at = at or now()
    locked: ScoreSheet = ScoreSheet.objects.select_for_update(of=("self",)).get(pk=sheet.pk)
    known: MarkPhoto | None = sheet.photos.filter(key=key).select_related("upload", "indicator").first()
    if known:
        return known
    _check_draft(locked, sheet, at)
    if sheet.photos.kept().filter(indicator=indicator).count() >= MOST:
        raise Refused(_("At most %(most)s photos for one indicator.") % {"most": MOST}, code="too_many")
    latitude, longitude = place or (None, None)
    photo = MarkPhoto(sheet=sheet, indicator=indicator, key=key, upload=_picture(file, by=by), taken_at=taken_at, at=at)
    photo.latitude, photo.longitude = latitude, longitude
    photo.save(force_insert=True)
    return photo


def _picture(file: UploadedFile, *, by: User) -> Upload:
    upload = uploads.store(file, by=by)
    if upload.kind == Upload.Kind.PDF:
        raise Refused(
            _("“%(name)s” is not a picture; photos are JPEG or PNG.") % {"name": upload.name}, code="bad_file"
        )
    return upload


@transaction.atomic
def take_back(photo: MarkPhoto, *, by: User, at: datetime | None = None) -> None:
    """Take a photo out of a draft; its bytes go, unless an earlier version holds them. Again is no harm."""
    at = at or now()
    locked: ScoreSheet = ScoreSheet.objects.select_for_update(of=("self",)).get(pk=photo.sheet_id)
    photo.refresh_from_db(fields=["upload", "removed_at"])
    upload = photo.upload
    if upload is None:
        return
    _check_draft(locked, photo.sheet, at)
    photo.upload, photo.removed_at = None, at
    photo.save(update_fields=["upload", "removed_at"])
    if not upload.mark_photos.exists():
        uploads.forget(upload)


def copy(old: ScoreSheet, new: ScoreSheet) -> None:
    """Take the photos of a sealed sheet over into its correction; the old ones stay."""
    MarkPhoto.objects.bulk_create(
        MarkPhoto(
            **{name: getattr(photo, name) for name in ("indicator_id", "key", "upload_id", "latitude", "longitude")},
            sheet=new,
            taken_at=photo.taken_at,
            at=photo.at,
        )
        for photo in old.photos.kept()
    )


def _check_draft(locked: ScoreSheet, sheet: ScoreSheet, at: datetime) -> None:
    check_open(sheet, at)
    if locked.is_sealed:
        raise Refused(SEALED, code="sheet_is_sealed")
