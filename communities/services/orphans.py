"""无主文件: bytes that lie in the store and belong to nothing.

A file is written before its row is certain: when the request fails afterwards, or the process dies, the row is gone
and the file stays. So does the file of a row that was deleted when the process died just then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage

from communities.models import Upload

from . import sweeps

FOLDER = "uploads"
# Nothing else is ever deleted, whatever somebody puts there.
OURS = re.compile(r"[0-9a-f]{40}\.[a-z]{3}")
# Long enough for any request that is still under way.
GRACE = timedelta(days=1)
BATCH = 500


def remove(*, at: datetime) -> int:
    """Delete the files of longer than a day ago that no row knows; how many.

    Where no row knows any file, the database is not the one that these files belong to (a back-up half restored).
    """
    storage: Storage = Upload._meta.get_field("file").storage
    if not Upload.objects.exists():
        return 0
    orphans = (path for folder in _months(storage) for path in _orphans_in(storage, folder, before=at - GRACE))
    return len(sweeps.each(orphans, storage.delete))


def _months(storage: Storage) -> Iterator[str]:
    if storage.exists(FOLDER):
        for year in storage.listdir(FOLDER)[0]:
            yield from (f"{FOLDER}/{year}/{month}" for month in storage.listdir(f"{FOLDER}/{year}")[0])


def _orphans_in(storage: Storage, folder: str, *, before: datetime) -> Iterator[str]:
    paths = [f"{folder}/{name}" for name in storage.listdir(folder)[1] if OURS.fullmatch(name)]
    for start in range(0, len(paths), BATCH):
        some = paths[start : start + BATCH]
        known = set(Upload.objects.filter(file__in=some).values_list("file", flat=True))
        yield from (path for path in some if path not in known and storage.get_modified_time(path) < before)
