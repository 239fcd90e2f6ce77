"""Start the sandbox: `python -m integrations.sandbox --port 8001 --folder .local/sandbox`.

It prints its address as its first and only line on stdout, and stops cleanly on TERM and Ctrl-C. It refuses to run
where ADVOCACY_ENV says production.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from integrations.sandbox.faults import Faults, Plan
from integrations.sandbox.grants import Grants
from integrations.sandbox.limits import Limits
from integrations.sandbox.server import Application, Server
from integrations.sandbox.settings import Settings
from integrations.sandbox.store import Store
from integrations.sandbox.web import Sandbox


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m integrations.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--public-url", default="", help="how a browser reaches it; default http://HOST:PORT")
    parser.add_argument("--folder", type=Path, default=Path(".local/sandbox"))
    parser.add_argument("--faults", default="none", help="none, stress, or name=share,… as in faults.py")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--watch-stdin", action="store_true", help="stop when stdin closes, so with the parent")
    return parser.parse_args(arguments)


def open_sandbox(chosen: argparse.Namespace, port: int) -> Sandbox:
    chosen.folder.mkdir(parents=True, exist_ok=True)
    store = Store(chosen.folder)
    return Sandbox(
        folder=chosen.folder,
        public_url=(chosen.public_url or f"http://{chosen.host}:{port}").rstrip("/"),
        settings=Settings(latency_ms=chosen.latency_ms),
        store=store,
        grants=Grants(store),
        faults=Faults(chosen.folder / "faults.jsonl", Plan.from_spec(chosen.faults), chosen.seed),
        limits=Limits(),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    if os.environ.get("ADVOCACY_ENV", "").strip().lower() == "production":
        sys.stderr.write("The sandbox networks do not run in production: ADVOCACY_ENV is production.\n")
        return 2
    chosen = options(arguments)
    try:
        server = Server(chosen.host, chosen.port)
        sandbox = open_sandbox(chosen, server.port)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    server.application = Application.of(sandbox)
    for name in (signal.SIGTERM, signal.SIGINT):
        # shutdown() waits for the serving loop, so it may not run in the loop's own thread.
        signal.signal(name, lambda *_: threading.Thread(target=server.shutdown).start())
    if chosen.watch_stdin:
        threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    sys.stdout.write(f"{sandbox.public_url}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    sandbox.store.close()
    return 0


def _stop_with_parent(server: Server) -> None:
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    raise SystemExit(main())
