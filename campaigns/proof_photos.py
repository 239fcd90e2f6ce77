"""Where photos of tasks lie: each under a name of its own, apart from stories' pictures, which every member may see.

No two rows share one, so a photo goes with its row and takes nobody else's along. What went without us being told
(with a story a year on, with a crash half-way) is let go of once a day: what no row names is dropped.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.identifiers import new_public_id
from accounts.selectors.organization import every_id
from accounts.tenancy import acting_in, acting_organization_id
from campaigns.media_store import MediaDamaged, store
from campaigns.models import TaskDone
from integrations.picture_process import DecodedPicture

SPARED = timedelta(days=1)  # its row may still be on the way


@dataclass(frozen=True)
class KeptPhoto:
    """What a row says of its photo; `public_id` will be the row's. Width and height in pixels."""

    public_id: str
    sha256: str
    content_type: str
    width: int
    height: int


def keep_photo(organization_id: int, photo: DecodedPicture) -> KeptPhoto:
    """Call it outside any transaction."""
    public_id, sha256 = new_public_id(), hashlib.sha256(photo.content).hexdigest()
    store().save(_name(organization_id, public_id), ContentFile(photo.content))
    return KeptPhoto(public_id, sha256, photo.content_type, photo.width, photo.height)


@contextmanager
def photo_for_row(organization_id: int, photo: DecodedPicture | None) -> Iterator[KeptPhoto | None]:
    """Keeps it for a row that is written within; where that is refused, the photo goes again."""
    kept = keep_photo(organization_id, photo) if photo is not None else None
    try:
        yield kept
    except BaseException:
        if kept is not None:
            drop_photo(organization_id, kept.public_id)
        raise


def photo_bytes(done: TaskDone) -> bytes:
    """Surely what was given. Raises `FileNotFoundError` or `MediaDamaged`."""
    with store().open(_name(done.organization_id, done.public_id), "rb") as file:
        content = cast("bytes", file.read())
    if hashlib.sha256(content).hexdigest() != done.photo_sha256:
        raise MediaDamaged(done.photo_sha256)
    return content


def drop_photo(organization_id: int, public_id: str) -> None:
    with contextlib.suppress(FileNotFoundError):
        store().delete(_name(organization_id, public_id))


def drop_with(done: TaskDone) -> None:
    """When the row's going is committed. A store that does not answer then is asked again by the daily look."""
    if not done.photo_sha256:
        return
    organization_id, public_id = acting_organization_id(), done.public_id
    transaction.on_commit(lambda: drop_photo(organization_id, public_id), robust=True)


def drop_what_no_row_names() -> int:
    """Daily, in every company; answers how many went."""
    return sum(_drop_in(organization_id) for organization_id in every_id())


def _drop_in(organization_id: int) -> int:
    lying = [public_id for public_id in _lying(organization_id) if _is_old(organization_id, public_id)]
    with acting_in(organization_id):
        named = set(TaskDone.objects.filter(public_id__in=lying).values_list("public_id", flat=True))
    gone = [public_id for public_id in lying if public_id not in named]
    for public_id in gone:
        drop_photo(organization_id, public_id)
    return len(gone)


def _lying(organization_id: int) -> list[str]:
    try:
        return list(store().listdir(f"proofs/{organization_id}")[1])
    except FileNotFoundError:  # nobody gave one yet
        return []


def _is_old(organization_id: int, public_id: str) -> bool:
    try:
        return bool(store().get_modified_time(_name(organization_id, public_id)) <= timezone.now() - SPARED)
    except FileNotFoundError:
        return False


def _name(organization_id: int, public_id: str) -> str:
    """A row's name is random, and nobody is shown where media lie."""
    return f"proofs/{organization_id}/{public_id}"
