"""A video, a GIF or a PDF for a story: received in pieces, opened by a worker, kept, and posted from then on.

Pieces and files go to the store outside any transaction; each step that is written down names where it began, so
that what came twice counts once. Opening it is an errand, and so is letting go of what never became whole.
"""

from __future__ import annotations

import io
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import require
from accounts.audit import audit
from accounts.errands import (
    WORKERS_DIED,
    Done,
    ErrandResult,
    GiveUp,
    Later,
    outside,
    owe,
    still_at_it,
    when_given_up,
)
from accounts.models import Member
from accounts.refusals import BadInput
from accounts.roles import Right, may
from accounts.tenancy import acting_in
from campaigns.actions.media import one_line
from campaigns.actions.renditions import owe_renditions
from campaigns.actions.stories import hold_for_changed_story
from campaigns.file_decoding import DecodedFile, Undecodable, decode_file
from campaigns.media_store import drop_pieces, join_pieces, keep_media_file, keep_piece, piece_hash, read_piece
from campaigns.models import Activity, Item, ItemKind, ItemState, Media, MediaUpload, UploadState
from integrations.media_process import Kind, kind_of

PIECE_BYTES = 900_000  # of one call: under the limit of an ordinary request's body, and little to hold
LEFT_AFTER = timedelta(days=1)
MOST_UNDERWAY = 40  # of one company
ABANDONED_AFTER = timedelta(hours=1)  # without a piece; it may go on, and counts as none that is on its way


def begin_upload(item: Item, *, by: Member, file_name: str, size: int, alt_text: str = "") -> MediaUpload:
    """Say what will come. Limits are told before a byte is sent."""
    require(by, Right.CURATE)
    if item.kind == ItemKind.ANNOUNCEMENT or item.asks != Activity.SHARE:
        raise BadInput(_("Only a story that people post about carries a file."), field="upload")
    if size <= 0:
        raise BadInput(_("This file is empty. Choose it again."), field="upload")
    if size > settings.DIRECT_UPLOAD_BYTES:
        limit = settings.DIRECT_UPLOAD_BYTES // 1_000_000
        raise BadInput(
            _("This file is too large. Up to %(limit)s MB are fine; nothing was sent.") % {"limit": limit},
            field="upload",
        )
    if _underway() >= MOST_UNDERWAY:
        raise BadInput(
            _("Many files of your company are on their way already. Choose it again once they are through."),
            field="upload",
        )
    with transaction.atomic():
        upload = MediaUpload.objects.create(
            item=item, uploaded_by=by, file_name=file_name[-200:], bytes=size, alt_text=one_line(alt_text)
        )
        cause = f"upload over {upload.public_id}"
        owe("upload_over", cause=cause, payload={"upload": upload.public_id}, due_at=timezone.now() + LEFT_AFTER)
        audit("begin_upload", by=by, subject=f"item {item.public_id}", bytes=size)
    return upload


def _underway() -> int:
    coming = Q(state=UploadState.RECEIVING, updated_at__gt=timezone.now() - ABANDONED_AFTER)
    return MediaUpload.objects.filter(coming | Q(state=UploadState.PREPARING)).count()


def take_piece(upload: MediaUpload, *, by: Member, offset: int, content: bytes) -> MediaUpload:
    """Keep what comes next, outside a transaction. A piece that is there already, or comes too early, changes nothing:
    `received` says where to go on. Other bytes for a place that is taken are refused. The last one has the file
    opened."""
    require(by, Right.CURATE)
    fits = len(content) <= PIECE_BYTES and offset + len(content) <= upload.bytes
    if not fits:
        raise BadInput(_("More came than was said. Choose the file again."), field="upload")
    if str(offset) in upload.pieces:
        _require_same(upload, offset, piece_hash(content))
    if upload.state != UploadState.RECEIVING or offset != upload.received or not content:
        return upload
    sha256 = keep_piece(upload.organization_id, upload.public_id, offset, content)
    is_last = offset + len(content) == upload.bytes
    errand = _errand_for(upload, content) if is_last else ""
    with acting_in(upload.organization_id):
        rows = MediaUpload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING, received=offset)
        pieces = {**upload.pieces, str(offset): sha256}
        kept = rows.update(received=offset + len(content), pieces=pieces, updated_at=timezone.now())
        upload.refresh_from_db()
        if kept and errand:
            _have_it_opened(upload, errand, by=by)
    _require_same(upload, offset, sha256)  # another call was faster; with the same bytes it did no harm
    return upload


def _errand_for(upload: MediaUpload, last: bytes) -> str:
    """Its kind of errand, by how the file begins: an hour's video must not stand before somebody's PDF."""
    first = last
    if "0" in upload.pieces:
        try:
            first = read_piece(upload.organization_id, upload.public_id, 0, upload.pieces["0"])
        except FileNotFoundError:  # whoever opens it finds that out and says it
            return "open_upload"
    return "open_video" if kind_of(io.BytesIO(first)) is Kind.VIDEO else "open_upload"


def _require_same(upload: MediaUpload, offset: int, sha256: str) -> None:
    if upload.pieces.get(str(offset), sha256) != sha256:
        raise BadInput(_("This is not the file that was begun. Choose it again; nothing was changed."), field="upload")


def take_whole(upload: MediaUpload, *, by: Member, file: IO[bytes] | File[Any]) -> MediaUpload:
    """A file that came in one request, and lies on the disk: piece by piece, as if it had come so."""
    require(by, Right.CURATE)
    while upload.state == UploadState.RECEIVING and (piece := file.read(PIECE_BYTES)):
        upload = take_piece(upload, by=by, offset=upload.received, content=piece)
    return upload


def _have_it_opened(upload: MediaUpload, errand: str, *, by: Member) -> None:
    upload.state = UploadState.PREPARING
    upload.save(update_fields=["state", "updated_at"])
    owe(errand, cause=f"open upload {upload.public_id}", payload={"upload": upload.public_id, "by": by.pk})
    audit("take_piece", by=by, subject=f"upload {upload.public_id}", bytes=upload.bytes)


def describe_file(item: Item, *, by: Member, alt_text: str) -> None:
    """Say what it shows, or a PDF's title. It is part of what was approved, so posts wait."""
    require(by, Right.CURATE)
    file, alt_text = item.file, one_line(alt_text)
    if file is None or file.alt_text == alt_text:
        return
    with transaction.atomic():
        Media.objects.filter(pk=file.pk).update(alt_text=alt_text)
        for other in Item.objects.filter(file=file).exclude(state=ItemState.DRAFT).order_by("pk"):
            hold_for_changed_story(other, by=by)
        audit("describe_file", by=by, subject=f"file {file.sha256[:12]}")


def remove_file(item: Item, *, by: Member) -> None:
    """Posts of this story carry it no more; those that wait are held, those that are out stay as they are."""
    require(by, Right.CURATE)
    with transaction.atomic():
        _carry(item, None, by=by)
        audit("remove_file", by=by, subject=f"item {item.public_id}")


def _carry(item: Item, file: Media | None, *, by: Member) -> None:
    item = Item.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if item.file_id == (file.pk if file else None):
        return
    if item.file is not None and item.picture_id == item.file.poster_id and item.kind != ItemKind.PICTURE:
        item.picture = None  # it showed how the old file begins
    item.file = file
    if file is not None and item.picture_id is None:
        item.picture = file.poster
    item.save(update_fields=["file", "picture", "updated_at"])
    if item.state != ItemState.DRAFT:
        hold_for_changed_story(item, by=by)


# --- errands ------------------------------------------------------------------------------------------------------


def _not_opened(payload: dict[str, Any], reason: str) -> None:
    """Workers that died over it say that it is too much; pieces that are gone, and errors of ours, do not."""
    upload = MediaUpload.objects.filter(public_id=payload["upload"]).first()
    if upload is not None:
        _end(upload, UploadState.REFUSED, "too_much" if reason == WORKERS_DIED else "lost")


@when_given_up(_not_opened)
@outside
def open_upload(payload: dict[str, Any]) -> ErrandResult:
    """Open it in its cage, keep what came of it, and let the story carry it."""
    organization_id = int(payload["organization_id"])
    with acting_in(organization_id):
        upload = MediaUpload.objects.filter(public_id=payload["upload"], state=UploadState.PREPARING).first()
        by = Member.objects.filter(pk=payload["by"]).first()
    if upload is None or by is None:
        return Done()
    with tempfile.TemporaryDirectory(prefix="upload-") as place:
        source, made = Path(place) / "whole", Path(place) / "made"
        made.mkdir()
        try:
            join_pieces(organization_id, upload.public_id, {int(at): one for at, one in upload.pieces.items()}, source)
            if source.stat().st_size != upload.bytes:
                return GiveUp("Its pieces do not make up what was said.")
            decoded = decode_file(source, made, still_waiting=still_at_it)
        except Undecodable as refused:
            with acting_in(organization_id):
                _end(upload, UploadState.REFUSED, refused.reason)
        except FileNotFoundError:
            return GiveUp("Some of its pieces are gone.")
        else:
            file, poster = (keep_media_file(organization_id, path) for path in (decoded.made, decoded.poster))
            with acting_in(organization_id):
                by.refresh_from_db()
                if by.is_active and may(by.role, Right.CURATE):
                    _keep(upload, decoded, file, poster, by=by)
                else:
                    _end(upload, UploadState.REFUSED, "nobodys")
    drop_pieces(organization_id, upload.public_id)
    return Done()


def _keep(upload: MediaUpload, decoded: DecodedFile, sha256: str, poster: str, *, by: Member) -> None:
    from PIL import Image  # one header of a picture that we made ourselves

    with Image.open(decoded.poster) as picture:
        sizes = {"width": picture.width, "height": picture.height, "bytes": decoded.poster.stat().st_size}
    still, _new = Media.objects.get_or_create(sha256=poster, defaults={"content_type": "image/jpeg", **sizes})
    about = {
        "content_type": decoded.content_type,
        "bytes": decoded.made.stat().st_size,
        "width": decoded.width,
        "height": decoded.height,
        "seconds": decoded.seconds,
        "pages": decoded.pages,
        "poster": still,
        "alt_text": upload.alt_text,
    }
    file, _new = Media.objects.get_or_create(sha256=sha256, defaults=about)
    owe_renditions(file)
    item = upload.item
    if item is not None:
        _carry(item, file, by=by)
        item.refresh_from_db()
        if upload.alt_text:  # the file may be an old one, described otherwise
            describe_file(item, by=by, alt_text=upload.alt_text)
    _end(upload, UploadState.READY)
    audit("open_upload", by=by, subject=f"file {sha256[:12]}", bytes=about["bytes"])


def _end(upload: MediaUpload, state: UploadState, reason: str = "") -> None:
    upload.state, upload.reason = state, reason
    upload.save(update_fields=["state", "reason", "updated_at"])


@outside
def upload_over(payload: dict[str, Any]) -> ErrandResult:
    """What nothing came of for a day, and what is done: its pieces and its row go."""
    organization_id = int(payload["organization_id"])
    with acting_in(organization_id):
        upload = MediaUpload.objects.filter(public_id=payload["upload"]).first()
    if upload is None:
        return Done()
    if upload.state == UploadState.PREPARING:  # it waits for a worker, or is in one's hands
        return Later("It is still being opened.", LEFT_AFTER)
    left = upload.updated_at + LEFT_AFTER - timezone.now()
    if left > timedelta():
        return Later("It is still on its way.", left)
    drop_pieces(organization_id, upload.public_id)
    with acting_in(organization_id):
        upload.delete()
    return Done()


# The same deed by two names: what takes an hour waits apart (`settings.HEAVY_ERRANDS`).
ERRANDS = {"open_upload": open_upload, "open_video": open_upload, "upload_over": upload_over}
