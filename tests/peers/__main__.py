"""`make peers`: one share to Bluesky's own server and back, signed in at its own page, by our programs as they run.

Prints one JSON line last; ends with 0 only if everything arrived once, equal to what was approved, and went again.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import django

from advocacy.local import programs
from advocacy.local.processes import PROJECT, ServerTrouble, free_port
from advocacy.local.programs import PYTHON, Place
from advocacy.local.servers import end_on_terminate, servers
from advocacy.local.supervisor import Program, Supervisor
from tests.peers.bluesky_peer import BlueskyPeer, bluesky_server
from tests.peers.installing import HERE, PeerTrouble, install, say

WORKERS = (
    Program("publish", (PYTHON, "manage.py", "publish")),
    Program("errands", (PYTHON, "manage.py", "run_errands")),
)
LOCAL = PROJECT / ".local"
PEER = "@atproto/pds"


def environment_at(peer: BlueskyPeer, folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """As a real installation: no sandbox, every network at its real address, and this one server allowed by name."""
    place = Place(folder=folder, port=free_port(), sandbox_port=8001)  # nothing answers there; links carry the address
    ours = programs.installation_environment(place, addresses)
    return {
        **ours,
        "DJANGO_SETTINGS_MODULE": "advocacy.settings",
        "SANDBOX_URL": "",
        "OUTBOUND_ALLOWED_HOSTS": f"{peer.host},{peer.directory.partition('://')[2]}",
        "NETWORK_BLUESKY_DIRECTORY_URL": peer.directory,
        "NETWORK_BLUESKY_API_URL": peer.address,
        "LOG_LEVEL": "WARNING",
    }


def prove(folder: Path) -> dict[str, Any]:
    """Install, start everything, walk the road."""
    node = install()
    with servers(folder, durable=False) as addresses, bluesky_server(node, folder) as peer:
        environment = environment_at(peer, folder, addresses)
        programs.migrate(environment, addresses)
        os.environ.pop("MIGRATION_DATABASE_URL", None)  # no program but `migrate` may know the owner
        os.environ.update(environment)
        django.setup()
        # The settings read the addresses, so what needs Django comes after them.
        from tests.peers import bound_facts, connector_facts, deed_facts
        from tests.peers.road import walk

        with Supervisor(WORKERS, folder=folder / "logs") as supervisor:
            supervisor.start()
            try:
                found = walk(peer)
            except Exception:
                for program in WORKERS:
                    supervisor.report(program.name)
                raise
        facts = (bound_facts, connector_facts, deed_facts)
        wrong = [belief for about in facts for belief in about.wrong_beliefs(peer)]
        return {**found, "facts": sum(len(about.FACTS) for about in facts), "wrong_beliefs": wrong}


def is_proved(found: dict[str, Any]) -> bool:
    clear = ("opted_in", "nothing_before_due", "equal", "permalink_in_queue", "gone")
    went_well = all(found[name] for name in clear) and found["posts_there"] == 1 and found["points"] > 0
    return went_well and not found["wrong_beliefs"]


def run() -> dict[str, Any]:
    """What the last line says, whatever happened."""
    began = time.monotonic()
    wanted = json.loads((HERE / "package.json").read_text())["dependencies"]
    said: dict[str, Any] = {"peer": f"{PEER} {wanted[PEER]}", "proved": False}
    try:
        LOCAL.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="peers-", dir=LOCAL) as folder:
            Path(folder).chmod(0o711)  # PostgreSQL passes it under an account of its own
            found = prove(Path(folder))
        said |= {"proved": is_proved(found), **found}
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
    return 0 if said["proved"] else 1


if __name__ == "__main__":
    sys.exit(main())
