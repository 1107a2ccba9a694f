"""兑换项目照片: pictures that show what one gets."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image

from communities.models import Refused, Upload, User
from communities.services import uploads
from volunteers.models import Reward, RewardPhoto
from volunteers.models.photos import MOST_PHOTOS

LARGE, SMALL = 1000, 160  # pixels of the longer side


@transaction.atomic
def add(reward: Reward, *, photo: UploadedFile, by: User, caption: str = "", caption_en: str = "") -> RewardPhoto:
    """Keep a picture of a reward, written anew without place and camera data; six at most."""
    reward.locked()
    if reward.photos.count() >= MOST_PHOTOS:
        raise Refused(_("A reward has at most %(most)d photos.") % {"most": MOST_PHOTOS}, code="too_many_photos")
    checked = uploads.check(photo)
    if checked.kind == Upload.Kind.PDF:
        raise Refused(_("A photo is a JPEG or PNG picture."), code="bad_file")
    made = [uploads.store(_shrunk(checked, longest), by=by) for longest in (LARGE, SMALL)]
    return RewardPhoto.objects.create(
        reward=reward, upload=made[0], thumb=made[1], caption=caption, caption_en=caption_en
    )


@transaction.atomic
def remove(photo: RewardPhoto, *, by: User) -> None:
    """Show a picture no longer; its file goes too."""
    files = [file for file in (photo.upload, photo.thumb) if file]
    photo.delete()
    for file in files:
        uploads.forget(file)


def _shrunk(checked: uploads.Checked, longest: int) -> SimpleUploadedFile:
    """The picture so large at most, as a JPEG: a catalogue of twenty opens on a phone at once."""
    out = BytesIO()
    with Image.open(BytesIO(checked.content)) as image:
        paper = Image.new("RGB", image.size, "white")  # what is transparent would come out black
        paper.paste(image.convert("RGBA"), mask=image.convert("RGBA").getchannel("A"))
        paper.thumbnail((longest, longest))
        paper.save(out, "JPEG", quality=80)
    return SimpleUploadedFile(f"{PurePath(checked.name).stem}.jpg", out.getvalue())
