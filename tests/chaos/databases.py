"""PostgreSQL servers that a scenario can crash, restart, replicate and promote, and a disk it can fill.

A server is taken over from the rig's ground by its own command line, or made as a standby of another. The product
reaches whichever is the primary through a proxy, so its address stays the same.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2

from advocacy.local.kept import Kept
from advocacy.local.processes import Account, end, free_port, spawn, unprivileged_account, wait_until
from tests.chaos.stage import Ground, execute, on_port, rows

ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
STREAMING = "SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state = '{}'"
SOCKETS, PORT = "unix_socket_directories=", "port="
SPARE = 256_000_000  # bytes a small disk has besides the data
NO_STANDBY = "promoting a standby: this PostgreSQL comes without pg_basebackup"
NO_SMALL_DISK = "a full disk: this machine lets nobody mount a small file system"


@dataclass
class Server:
    """One cluster, running or not."""

    data: Path
    command: list[str]
    port: int
    superuser: str
    account: Account | None = field(default_factory=unprivileged_account)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.data.parent / f"{self.data.name}.log"

    @property
    def program(self) -> Path:
        return Path(self.command[0]).parent

    def pid(self) -> int | None:
        with suppress(FileNotFoundError, ValueError):
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            return pid if Path(f"/proc/{pid}").exists() else None
        return None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = spawn(
                self.command,
                output=log.fileno(),
                account=self.account,
                environment=ENVIRONMENT,
                folder=Path("/"),
                death_signal=signal.SIGINT,
            )
        assert wait_until(self.answers, seconds=60, every=0.05), self.log.read_text()[-2000:]

    def answers(self) -> bool:
        try:
            return bool(rows(self.superuser, "SELECT 1"))
        except psycopg2.Error:
            return False

    def end(self, how: signal.Signals) -> None:
        """INT: fast and orderly. QUIT: as a crash, with a recovery at the next start."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, how)
        if self.process is not None:
            end(self.process, gently=how, firmly=signal.SIGQUIT, patience=20)
        assert wait_until(lambda: self.pid() is None, seconds=20)

    def remove(self) -> None:
        self.end(signal.SIGQUIT)
        shutil.rmtree(self.data, ignore_errors=True)


def taken_over(ground: Ground) -> Server:
    """The ground's own server, as it was started."""
    home = Path(str(Kept(ground.folder / "kept.json").known("postgres_home")))
    data = next(path.parent for path in home.glob("postgres-*/postmaster.pid"))
    pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    command = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    return Server(data, command, ground.cluster.port, ground.cluster.superuser_url)


# --- standbys -----------------------------------------------------------------------------------


def can_replicate(server: Server) -> bool:
    return (server.program / "pg_basebackup").exists()


def standby_of(primary: Server, data: Path, *, through: int) -> Server:
    """A copy that streams from the primary, through that port."""
    account = primary.account
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    if account:
        os.chown(data, account.uid, account.gid)
    source = on_port(primary.superuser, through)
    words = ("--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast", "--no-sync")
    done = subprocess.run(
        [str(primary.program / "pg_basebackup"), f"--dbname={source}", f"--pgdata={data}", *words],
        env=ENVIRONMENT,
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    port = free_port()
    command = [_moved(word, data, port, before=primary.data) for word in primary.command]
    return Server(data, command, port, on_port(primary.superuser, port))


def _moved(word: str, data: Path, port: int, *, before: Path) -> str:
    if word == str(before):
        return str(data)
    if word.startswith(SOCKETS):
        return SOCKETS
    return f"{PORT}{port}" if word.startswith(PORT) else word


def follow(primary: Server, standby: Server, *, synchronous: bool) -> None:
    """Start the standby, and let the primary wait for it where that is wanted."""
    standby.start()
    assert wait_until(lambda: _streams(primary, "async"), seconds=30, every=0.1), "The standby does not stream."
    if synchronous:
        execute(primary.superuser, "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        assert wait_until(lambda: _streams(primary, "sync"), seconds=30, every=0.1)


def _streams(primary: Server, how: str) -> bool:
    ((number,),) = rows(primary.superuser, STREAMING.format(how))
    return bool(number)


def promote(standby: Server) -> None:
    execute(standby.superuser, "SELECT pg_promote(true, 60)")


# --- a small disk -------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, *, bytes_used: int, account: Account | None) -> Iterator[Path | None]:
    """A file system of little more than what it must hold; nothing where the machine does not allow one."""
    at.mkdir(exist_ok=True)
    owner = f",uid={account.uid},gid={account.gid}" if account else ""
    options = f"size={bytes_used * 2 + SPARE},mode=0700{owner}"
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(at)], capture_output=True, check=False
    )
    if mounted.returncode:
        yield None
        return
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], capture_output=True, check=False)


def fill(disk: Path) -> Path:
    """Take all that is free; answers the file that holds it."""
    ballast = disk / "ballast"
    free = shutil.disk_usage(disk).free
    with ballast.open("wb") as file:
        while free > 4096:
            with suppress(OSError):
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), free)
                free = shutil.disk_usage(disk).free
                continue
            free //= 2
    return ballast


def size_of(data: Path) -> int:
    sizes = 0
    for folder, _, files in os.walk(data):
        for name in files:
            with suppress(FileNotFoundError):
                sizes += (Path(folder) / name).stat().st_size
    return sizes
