"""`make peers`: one share to each server that nobody here wrote and back, signed in at its own page, by our programs as
they run.

They are Bluesky's own server from npm, and snac, which speaks Mastodon's API, from Debian's source. Prints one JSON
line last; ends with 0 only if everything arrived once, equal to what was approved, and went again where that is
offered. Where the machine cannot build snac, the line says so, and the other decides.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import django

from advocacy.local import programs
from advocacy.local.processes import PROJECT, ServerTrouble, free_port
from advocacy.local.programs import PYTHON, Place
from advocacy.local.servers import end_on_terminate, servers
from advocacy.local.supervisor import Program, Supervisor
from tests.peers import building
from tests.peers.bluesky_peer import BlueskyPeer, bluesky_server
from tests.peers.building import build
from tests.peers.installing import HERE, PeerTrouble, install, say
from tests.peers.mastodon_peer import MastodonPeer, mastodon_server

WORKERS = (
    Program("publish", (PYTHON, "manage.py", "publish")),
    Program("errands", (PYTHON, "manage.py", "run_errands")),
)
Peer = BlueskyPeer | MastodonPeer
LOCAL = PROJECT / ".local"
BLUESKY = "@atproto/pds"


def environment_at(peers: Sequence[Peer], folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """As a real installation: no sandbox, every network at its real address, and these servers allowed by name."""
    place = Place(folder=folder, port=free_port(), sandbox_port=8001)  # nothing answers there; links carry the address
    allowed = [address.partition("://")[2] for peer in peers for address in peer.addresses]
    settings = {name: value for peer in peers for name, value in peer.settings.items()}
    return {
        **programs.installation_environment(place, addresses),
        "DJANGO_SETTINGS_MODULE": "advocacy.settings",
        "SANDBOX_URL": "",
        "OUTBOUND_ALLOWED_HOSTS": ",".join(allowed),
        **settings,
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def running(peers: Sequence[Peer], folder: Path) -> Iterator[None]:
    """Our programs beside those servers, and Django set up in this one."""
    with servers(folder, durable=False) as addresses:
        environment = environment_at(peers, folder, addresses)
        programs.migrate(environment, addresses)
        os.environ.pop("MIGRATION_DATABASE_URL", None)  # no program but `migrate` may know the owner
        os.environ.update(environment)
        django.setup()
        with Supervisor(WORKERS, folder=folder / "logs") as supervisor:
            supervisor.start()
            try:
                yield
            except Exception:
                for program in WORKERS:
                    supervisor.report(program.name)
                raise


def prove(folder: Path, said: dict[str, Any]) -> None:
    """Install, start everything, walk the road at each, and say what was found."""
    node, program = install(), _built(said)
    with ExitStack() as open_:
        bluesky = open_.enter_context(bluesky_server(node, folder))
        mastodon = open_.enter_context(mastodon_server(program, folder)) if program else None
        open_.enter_context(running([peer for peer in (bluesky, mastodon) if peer], folder))
        # The settings read the addresses, so what needs Django comes after them.
        from tests.peers import bound_facts, connector_facts, deed_facts, mastodon_facts

        said |= _found(bluesky, (bound_facts, connector_facts, deed_facts))
        if mastodon:
            said["mastodon"] |= _found(mastodon, (mastodon_facts,))


def _built(said: dict[str, Any]) -> Path | None:
    try:
        return build()
    except PeerTrouble as trouble:
        say(str(trouble))
        said["mastodon"]["not_run"] = str(trouble).partition("\n")[0]
        return None


def _found(peer: Peer, facts: Sequence[Any]) -> dict[str, Any]:
    from tests.peers.road import walk

    found = walk(peer)
    wrong = [belief for about in facts for belief in about.wrong_beliefs(peer)]
    found |= {"facts": sum(len(about.FACTS) for about in facts), "wrong_beliefs": wrong}
    return {"proved": is_proved(found, peer), **found}


def is_proved(found: dict[str, Any], peer: Peer) -> bool:
    clear = ("opted_in", "nothing_before_due", "equal", "permalink_in_queue")
    went_well = all(found[name] for name in clear) and found["posts_there"] == 1 and found["points"] > 0
    ended_well = found["gone"] == found["said_gone"] == peer.takes_back
    return went_well and ended_well and not found["wrong_beliefs"]


def run() -> dict[str, Any]:
    """What the last line says, whatever happened."""
    began = time.monotonic()
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    said: dict[str, Any] = {"peer": f"{BLUESKY} {wanted[BLUESKY]}", "proved": False}
    said["mastodon"] = {"peer": f"{building.NAME} {building.VERSION}", "proved": False}
    try:
        LOCAL.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="peers-", dir=LOCAL) as folder:
            Path(folder).chmod(0o711)  # PostgreSQL passes it under an account of its own
            prove(Path(folder), said)
    except (PeerTrouble, ServerTrouble) as trouble:
        say(str(trouble))
        said["trouble"] = str(trouble).partition("\n")[0]
    return {**said, "seconds": round(time.monotonic() - began, 1)}


def main() -> int:
    end_on_terminate()
    try:
        said = run()
    except KeyboardInterrupt:
        return 130
    sys.stdout.write(f"{json.dumps(said)}\n")
    at_mastodon = said["mastodon"]
    return 0 if said["proved"] and (at_mastodon["proved"] or "not_run" in at_mastodon) else 1


if __name__ == "__main__":
    sys.exit(main())
