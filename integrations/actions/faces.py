"""The picture of a person's account, so that an approval shows whose account it is.

Fetched when the account is connected, through the outbound door and outside any transaction, encoded anew and kept
with us: a page of ours never loads a picture from a network. Without one the initials stand there.
"""

from __future__ import annotations

import logging

from django.db import transaction

from accounts.actions.consent import require_self
from accounts.models import Member
from accounts.tenancy import acting_in
from integrations import http
from integrations.face_store import forget_face, keep_face
from integrations.models import Connection, ConnectionState
from integrations.picture_process import Undecodable, decoded

logger = logging.getLogger(__name__)
TIMEOUT = http.Timeout(connect=2, total=5)
FETCHED_BYTES = 3_000_000
KEPT_BYTES = 40_000
LONGEST_SIDE = 160  # twice the largest place where we show it


def take_face(connection: Connection, *, by: Member) -> None:
    """Fetch and keep the account's picture as the network names it now. A failure leaves the initials."""
    require_self(connection.member, by=by)
    if not (connection.avatar_url or connection.avatar_sha256):
        return
    content = _fetched(connection.avatar_url) if connection.avatar_url else None
    sha256 = keep_face(connection, content) if content else ""
    with acting_in(connection.organization_id):
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        old = row.avatar_sha256
        if row.state == ConnectionState.DISCONNECTED or row.avatar_url != connection.avatar_url:
            old, sha256 = sha256, old  # let go of, or connected anew, meanwhile
        elif sha256 != old:
            Connection.objects.filter(pk=row.pk).update(avatar_sha256=sha256)
        if old and old != sha256:
            transaction.on_commit(lambda: forget_face(row, old))
    connection.avatar_sha256 = sha256


def _fetched(address: str) -> bytes | None:
    """Small and freshly encoded; None where nothing usable came."""
    try:
        reply = http.send(
            "GET", address, headers={"Accept": "image/*"}, timeout=TIMEOUT, follow=True, max_bytes=FETCHED_BYTES
        )
        if reply.status != 200:
            return None
        return decoded(reply.body, longest_side=LONGEST_SIDE, most_bytes=KEPT_BYTES).content
    except (http.OutboundError, Undecodable) as error:
        logger.info("The picture of an account could not be taken: %s", error, extra={"event": "no_face"})
        return None
