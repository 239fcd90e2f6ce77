"""A kept file in the form that a network's limits ask for: owed as soon as somebody may want it, made once by a worker.

A post carries the form that its network takes, so that what its person approves is, byte for byte, what is sent.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.errands import Done, ErrandResult, GiveUp, outside, owe, still_at_it, when_given_up
from accounts.tenancy import acting_in
from campaigns.canonical import medium_of
from campaigns.media_store import MediaDamaged, copy_media, keep_media_file
from campaigns.models import Media, Rendition, RenditionState
from campaigns.models.media import PASSING
from integrations.media_process import DecodedFile, smaller_video
from integrations.models import Connection, ConnectionState
from integrations.networks.base import Limits
from integrations.networks.renditions import VideoWanted, rendition_wanted
from integrations.picture_process import Undecodable
from integrations.selectors.servers import network_there


def owe_renditions(file: Media) -> None:
    """All that the networks and servers want where somebody of this company has an account, ahead of who writes.

    Whoever sends a file again wants what failed by the hour tried again, too.
    """
    for connection in _one_of_each_server():
        rendition_for(file, network_there(connection).limits, at_once=True)


def _one_of_each_server() -> Iterable[Connection]:
    live = Connection.objects.filter(state=ConnectionState.LIVE)
    return live.order_by("network", "server", "pk").distinct("network", "server")


def rendition_for(file: Media, limits: Limits, *, at_once: bool = False) -> Rendition | None:
    """What becomes of this file there; None where it goes as it is, or cannot go. Asked for the first time, it is
    owed; so it is where a refusal lay in the hour and the machine, after some hours or `at_once`."""
    wanted = rendition_wanted(medium_of(file), limits)
    if wanted is None:
        return None
    rendition, is_new = Rendition.objects.get_or_create(source=file, wanted=wanted.key)
    again = rendition.may_be_tried_again or (at_once and rendition.reason in PASSING)
    if is_new or (again and _begun_anew(rendition)):
        cause = f"rendition {rendition.pk} {rendition.tried_at.isoformat()}"
        owe("make_rendition", cause=cause, payload={"rendition": rendition.pk, **wanted.told()})
    return rendition


def _begun_anew(rendition: Rendition) -> bool:
    """False where somebody else was faster."""
    refused = Rendition.objects.filter(pk=rendition.pk, state=RenditionState.REFUSED, tried_at=rendition.tried_at)
    begun = refused.update(state=RenditionState.PREPARING, reason="", tried_at=timezone.now())
    rendition.refresh_from_db()
    return bool(begun)


# --- the errand ---------------------------------------------------------------------------------------------------


def _not_made(payload: dict[str, Any], reason: str) -> None:  # noqa: ARG001  # every errand's end is called so
    _refuse(payload, "too_much")


def _refuse(payload: dict[str, Any], reason: str) -> None:
    waiting = Rendition.objects.filter(pk=payload["rendition"], state=RenditionState.PREPARING)
    waiting.update(state=RenditionState.REFUSED, reason=reason)


@when_given_up(_not_made)
@outside
def make_rendition(payload: dict[str, Any]) -> ErrandResult:
    """Make it in the cage, however long it takes; a worker that is killed leaves it to the next."""
    organization_id = int(payload["organization_id"])
    with acting_in(organization_id):
        waiting = Rendition.objects.filter(pk=payload["rendition"], state=RenditionState.PREPARING)
        rendition = waiting.select_related("source").first()
    if rendition is None:
        return Done()
    wanted = VideoWanted(int(payload["bytes"]), int(payload["pixels"]))
    with tempfile.TemporaryDirectory(prefix="rendition-") as place:
        source, folder = Path(place) / "source", Path(place) / "made"
        folder.mkdir()
        try:
            copy_media(organization_id, rendition.source.sha256, source)
            seconds = rendition.source.seconds
            made = smaller_video(source, wanted, folder, seconds=seconds, still_waiting=still_at_it)
        except Undecodable as refused:
            with acting_in(organization_id):
                _refuse(payload, refused.reason)
        except (FileNotFoundError, MediaDamaged):
            return GiveUp("The file is gone or damaged.")
        else:
            sha256 = keep_media_file(organization_id, made.made)
            with acting_in(organization_id):
                _keep(rendition, made, sha256)
    return Done()


def _keep(rendition: Rendition, made: DecodedFile, sha256: str) -> None:
    source = rendition.source
    about = {
        "content_type": made.content_type,
        "bytes": made.made.stat().st_size,
        "width": made.width,
        "height": made.height,
        "seconds": made.seconds,
        "poster": source.poster,
    }
    file, _new = Media.objects.get_or_create(sha256=sha256, defaults=about)
    waiting = Rendition.objects.filter(pk=rendition.pk, state=RenditionState.PREPARING)
    waiting.update(state=RenditionState.READY, made=file)


ERRANDS = {"make_rendition": make_rendition}
