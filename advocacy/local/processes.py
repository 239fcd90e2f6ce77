"""Child processes that never outlive the program that started them, and what they need: a port, an account.

Nothing here knows PostgreSQL, Valkey or the product. A child is its own session, so that Ctrl-C reaches the
program that started it and not the child, and it is told to end when its parent dies, whatever killed the parent.
"""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServerTrouble(RuntimeError):
    """A local server could not be started; the message is a sentence for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Account:
    """A system account without rights, for programs that refuse to run as root."""

    name: str
    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """The account to drop to, or nothing where we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name=name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise ServerTrouble(
        "PostgreSQL refuses to run as root, and this machine has neither an account postgres nor nobody."
    )


def can_reach(path: Path, account: Account | None) -> bool:
    """Whether the account may pass every folder down to the path; the kernel knows, mode bits do not say all."""
    if account is None:
        return os.access(path, os.X_OK)
    asked = subprocess.run(
        ["/bin/sh", "-c", 'test -x "$1"', "sh", str(path)],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        check=False,
    )
    return asked.returncode == 0


def dying_with(parent: int, death_signal: int = signal.SIGTERM) -> Callable[[], None]:
    """What a child does between fork and exec, so that it ends when its parent does."""

    def bind_to_parent() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        # The parent may have died between fork and prctl, and then no signal comes any more.
        if os.getppid() != parent:
            os._exit(1)

    return bind_to_parent


def spawn(
    command: Sequence[str],
    *,
    output: int,
    account: Account | None = None,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    death_signal: int = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a child in its own session. The kernel binds it to the *calling thread*, which must live on."""
    return subprocess.Popen(
        list(command),
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=None if environment is None else dict(environment),
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        start_new_session=True,
        # Safe beside threads: what it calls was loaded before the fork, and it takes no lock.
        preexec_fn=dying_with(os.getpid(), death_signal),  # noqa: PLW1509 - see above
    )


def end(process: subprocess.Popen[bytes], *, gently: int, firmly: int, patience: float) -> None:
    """Ask a child to end, wait, then insist."""
    if process.poll() is not None:
        return
    process.send_signal(gently)
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.send_signal(firmly)
        process.wait(timeout=patience)


def port_is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do: a connection in TIME_WAIT does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(ready: Callable[[], bool], *, seconds: float, every: float = 0.02) -> bool:
    """Ask until the answer is yes or the time is over."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, to stand under the sentence that says what failed."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
