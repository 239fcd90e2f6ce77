"""PostgreSQL and Valkey for a folder, as the three addresses that the settings read, unless the environment has them.

`python -m advocacy.local.servers --folder .local/demo -- command …` runs a command with them. One program starts the
servers of a folder; a second one, meanwhile, uses the same and stops nothing.
"""

import argparse
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

from advocacy.local.kept import Kept
from advocacy.local.postgres import cluster_of, postgres
from advocacy.local.processes import ServerTrouble, dying_with, end
from advocacy.local.valkey import url_of, valkey

DATABASE_NAMES = ("DATABASE_URL", "MIGRATION_DATABASE_URL")


@contextmanager
def folder_lock(path: Path) -> Iterator[bool]:
    """Whether this program is the one in charge; the kernel gives the lock back however the holder ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _given_databases() -> dict[str, str]:
    given = {name: os.environ[name] for name in DATABASE_NAMES if os.environ.get(name)}
    if given and len(given) < len(DATABASE_NAMES):
        missing = next(name for name in DATABASE_NAMES if name not in given)
        raise ServerTrouble(
            f"Set {missing} as well: the application and the migrations sign in as two roles (see roles.sql)."
        )
    return given


def _addresses_of_running(folder: Path) -> dict[str, str]:
    kept = Kept(folder / "kept.json")
    cluster, broker = cluster_of(kept), url_of(kept)
    found = {"REDIS_URL": broker} if broker else {}
    if cluster:
        found |= {
            "DATABASE_URL": cluster.app_url,
            "MIGRATION_DATABASE_URL": cluster.owner_url,
        }
    return found


@contextmanager
def servers(folder: Path, *, durable: bool) -> Iterator[dict[str, str]]:
    """DATABASE_URL (the application's role), MIGRATION_DATABASE_URL (the owner's) and REDIS_URL for the block."""
    folder = folder.resolve()
    addresses = _given_databases()
    if os.environ.get("REDIS_URL"):
        addresses["REDIS_URL"] = os.environ["REDIS_URL"]
    with ExitStack() as running:
        if not running.enter_context(folder_lock(folder / "servers.lock")):
            yield {**_addresses_of_running(folder), **addresses}
            return
        if "REDIS_URL" not in addresses:
            addresses["REDIS_URL"] = running.enter_context(valkey(folder, durable=durable))
        if "DATABASE_URL" not in addresses:
            cluster = running.enter_context(postgres(folder, durable=durable))
            addresses |= {
                "DATABASE_URL": cluster.app_url,
                "MIGRATION_DATABASE_URL": cluster.owner_url,
            }
        yield addresses


def end_on_terminate() -> None:
    """Turn TERM, and the closing of the terminal, into the same orderly way out as Ctrl-C."""

    def leave(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)


def _run(command: list[str], addresses: dict[str, str]) -> int:
    """Run the command on our own terminal. It must not outlive the servers that it uses."""
    bound = dying_with(os.getpid())
    with subprocess.Popen(command, env={**os.environ, **addresses}, preexec_fn=bound) as child:  # noqa: PLW1509 - no threads here
        try:
            return child.wait()
        except KeyboardInterrupt:
            end(child, gently=signal.SIGTERM, firmly=signal.SIGKILL, patience=20)
            raise


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m advocacy.local.servers", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(".local/demo"))
    parser.add_argument(
        "--throw-away",
        action="store_true",
        help="do not wait for the disk; for tests and measurements",
    )
    parser.add_argument("command", nargs="+")
    wanted = parser.parse_args(words)
    end_on_terminate()
    try:
        with servers(wanted.folder, durable=not wanted.throw_away) as addresses:
            return _run(wanted.command, addresses)
    except ServerTrouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
