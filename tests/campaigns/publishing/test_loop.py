"""The loop around the steps: stopping, lingering, pictures, poison, a network's file that breaks, and the wake-up."""

from __future__ import annotations

import ast
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns import canonical
from campaigns.media_store import media_path
from campaigns.models import Media
from campaigns.publishing import facts, loop
from campaigns.publishing.loop import Publisher, drain
from campaigns.selectors.share_words import words_of
from integrations.networks import network
from tests.campaigns.publishing.posting import (
    Desk,
    account,
    again,
    come_due,
    due,
    due_with_picture,
    moves,
    practice_account,
    publish,
)
from tests.integrations.sandbox.rig import SandboxProcess

PUBLISHING = Path(loop.__file__).parent


def test_the_engine_does_not_know_celery() -> None:
    for path in PUBLISHING.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not [
                name for name in names if name.split(".")[0] in ("celery", "kombu") or name == "campaigns.tasks"
            ]


def test_no_wake_up_carries_a_time_or_is_retried() -> None:
    banned = {"eta", "countdown", "autoretry_for", "retry_backoff", "max_retries"}
    root = PUBLISHING.parents[1]
    for path in [*PUBLISHING.glob("*.py"), root / "campaigns" / "tasks.py", root / "advocacy" / "celery.py"]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert not banned & {keyword.arg for keyword in node.keywords}, path


def test_told_to_stop_it_claims_nothing(at: Desk) -> None:
    share = due(at, practice_account(at))
    stop = threading.Event()
    stop.set()
    assert Publisher(stop).drain(linger=5) == 0
    assert again(at, share).state == "scheduled"


def test_told_to_stop_it_gives_back_what_was_not_sent(
    at: Desk, sandbox: SandboxProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TERM comes while the pictures are on their way: the share is due again, and the claim does not count."""
    share = due_with_picture(at, account(at, sandbox, "mastodon"))
    stop = threading.Event()
    publisher = Publisher(stop)
    real = publisher._steps.crew.call

    def call(*arguments: Any) -> None:
        stop.set()
        real(*arguments)

    monkeypatch.setattr(publisher._steps.crew, "call", call)  # the moment at which TERM comes
    publisher.drain(linger=0)
    share = again(at, share)
    assert (share.state, share.claims) == ("scheduled", 0)
    assert sandbox.acceptances() == []


def test_told_to_stop_it_ends_the_call_in_flight_and_writes_it_down(at: Desk, sandbox: SandboxProcess) -> None:
    sandbox.settings(latency_ms=300)
    share = due(at, account(at, sandbox, "mastodon"))
    stop = threading.Event()
    threading.Timer(0.15, stop.set).start()
    Publisher(stop).drain(linger=5)
    sandbox.settings(latency_ms=0)
    assert again(at, share).state == "published"


def test_one_lingers_per_process(at: Desk) -> None:
    assert loop._lingering.acquire()
    try:
        began = time.monotonic()
        assert drain(threading.Event(), linger=5) == 0
        assert time.monotonic() - began < 0.1
    finally:
        loop._lingering.release()


def test_it_lingers_for_what_comes_due(at: Desk, settings: Any) -> None:
    """Nothing is due yet: it wakes by itself at the instant."""
    from datetime import timedelta

    share = come_due(at, due(at, practice_account(at)), ago=timedelta(seconds=-0.6))
    assert drain(threading.Event(), linger=1.5) == 1
    assert again(at, share).state == "published"


def test_pictures_arrive_with_their_words(at: Desk, sandbox: SandboxProcess, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    share = due_with_picture(at, account(at, sandbox, "mastodon"))
    publish()
    (accepted,) = sandbox.acceptances()
    with acting_in(at.organization):
        assert [list(one) for one in accepted["media"]] == [[Media.objects.get().sha256, "A lighthouse"]]
    assert again(at, share).state == "published"


def test_an_upload_longer_than_the_lease_keeps_its_share(
    at: Desk, sandbox: SandboxProcess, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    share = due_with_picture(at, account(at, sandbox, "mastodon"))
    settings.ENGINE = {**settings.ENGINE, "lease": 1.2, "call_timeout": 0.9, "look_every": 0.05}
    sandbox.settings(latency_ms=700)  # the upload asks twice, and the send once more
    publish()
    sandbox.settings(latency_ms=0)
    assert again(at, share).state in ("published", "scheduled", "unknown")
    assert moves(at, share)[:3] == ["draft>scheduled", "scheduled>claimed", "claimed>sending"]


def test_a_picture_swapped_behind_its_hash_stops_it(
    at: Desk, sandbox: SandboxProcess, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    share = due_with_picture(at, account(at, sandbox, "mastodon"))
    with acting_in(at.organization):
        path = media_path(at.organization.pk, Media.objects.get().sha256)
    path.chmod(0o600)
    path.write_bytes(b"another picture")
    publish()
    share = again(at, share)
    assert (share.state, share.held_reason) == ("held", "approval_changed")
    assert sandbox.acceptances() == []


def test_a_picture_that_is_gone_asks_its_person(
    at: Desk, sandbox: SandboxProcess, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    share = due_with_picture(at, account(at, sandbox, "mastodon"))
    with acting_in(at.organization):
        media_path(at.organization.pk, Media.objects.get().sha256).unlink()
    publish()
    share = again(at, share)
    words = words_of(share, now=timezone.now())
    assert (share.state, share.held_reason) == ("held", "approval_changed")
    assert words.sentence == "A picture of this post is not as you approved it, so it did not go out."
    assert moves(at, share)[-1] == "claimed>held"
    assert sandbox.acceptances() == []


def test_a_network_s_file_that_breaks_after_the_intent_is_unclear(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a connector is patched in the rigs; here its very breaking is the case."""
    first, second = due(at, practice_account(at)), due(at, practice_account(at, "second"))
    calls: list[str] = []

    def publish_once(post: Any, grant: Any, key: str, uploaded: Any) -> Any:
        calls.append(key)
        if len(calls) == 1:
            raise ValueError("broken")
        return type(network("practice")).publish(network("practice"), post, grant, key, uploaded)

    monkeypatch.setattr(network("practice"), "publish", publish_once, raising=False)
    publish()
    assert sorted([again(at, first).state, again(at, second).state]) == ["published", "unknown"]


def test_a_share_that_breaks_its_worker_stops_no_other(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    poison, other = due(at, practice_account(at)), due(at, practice_account(at, "second"))
    real = canonical.post_of

    def post_of(share: Any, *pictures: Any) -> Any:
        if share.pk == poison.pk:
            raise ValueError("poison")
        return real(share, *pictures)

    monkeypatch.setattr(facts, "post_of", post_of)
    publish()
    assert (again(at, poison).state, again(at, other).state) == ("claimed", "published")
    assert moves(at, poison)[-1] == "scheduled>claimed"
