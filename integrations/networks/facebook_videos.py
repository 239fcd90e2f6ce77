"""A Page's video: brought there in the pieces that Facebook asks for, and published by the call that ends the session.

Until then nobody sees it. Wants the permission `publish_video`, which no other post does, so an operator adds it.
Facts: developers.facebook.com/docs/graph-api/reference/page/videos (upload_phase), 2026.
"""

from __future__ import annotations

from typing import BinaryIO

from django.utils.translation import gettext_noop

from integrations import http
from integrations.networks import graph_api
from integrations.networks.base import Grant, ReadPicture, Refused, SurelyNotPosted, TryLater, Video, opened
from integrations.networks.file_bodies import piece_by_piece
from integrations.networks.replies import SOON, UNCLEAR, repeatable

PERMISSION = "publish_video"
LARGEST_PIECE = 32_000_000  # bytes; Facebook names where each piece begins and ends
MOST_PIECES = 2_000

NOT_REVIEWED = gettext_noop(
    "This Page's connection does not reach as far as videos. Connect it again if the people who run this site have"
    " switched videos on; or post it by hand."
)


def bring(video: Video, address: str, grant: Grant, read: ReadPicture) -> str | SurelyNotPosted:
    """`session:video`: what publishing ends, and what the video is called then. `address` is the Page's videos."""
    if grant.scopes and PERMISSION not in grant.scopes:
        return Refused(NOT_REVIEWED)
    with piece_by_piece(), opened(read, video.sha256) as content:
        size = content.seek(0, 2)
        begun = _phase(address, grant, {"upload_phase": "start", "file_size": str(size)})
        if not isinstance(begun, http.Reply):
            return begun
        session, name = (str(begun.document().get(key) or "") for key in ("upload_session_id", "video_id"))
        if not (session.isdigit() and name.isdigit()):
            return TryLater(SOON, UNCLEAR)
        return _carry(content, size, begun, address, grant, session) or f"{session}:{name}"


def _carry(
    content: BinaryIO, size: int, said: http.Reply, address: str, grant: Grant, session: str
) -> SurelyNotPosted | None:
    """Piece after piece, until Facebook wants none."""
    for _piece in range(MOST_PIECES):
        first, end = _offset(said, "start_offset"), _offset(said, "end_offset")
        if first == end == size:
            return None
        if not 0 <= first < end <= size or end - first > LARGEST_PIECE:
            return TryLater(SOON, UNCLEAR)
        content.seek(first)
        form = {"upload_phase": "transfer", "upload_session_id": session, "start_offset": str(first)}
        answer = _phase(address, grant, form, content.read(end - first))
        if not isinstance(answer, http.Reply):
            return answer
        said = answer
    return TryLater(SOON, UNCLEAR)


def _phase(address: str, grant: Grant, form: dict[str, str], piece: bytes = b"") -> http.Reply | SurelyNotPosted:
    files = {"video_file_chunk": ("piece", piece, "application/octet-stream")} if piece else None
    reply = repeatable("POST", address, data=form, files=files, headers=graph_api.token(grant))
    if isinstance(reply, TryLater) or (reply.status == 200 and "start_offset" in reply.document()):
        return reply
    return graph_api.surely_not(reply, {}) or graph_api.not_taken(reply) or TryLater(SOON, UNCLEAR)


def _offset(said: http.Reply, name: str) -> int:
    """Facebook writes them as texts."""
    written = str(said.document().get(name, ""))
    return int(written) if written.isdigit() else -1
