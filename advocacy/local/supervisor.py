"""Keeps a few programs running: starts them, writes their lines down, starts the dead again, ends them all together.

The demo, the demo check, the journeys and the chaos rig use it alike. It knows no program by name and decides nothing
about the product. Each program has one thread that lives as long as the program: the kernel binds a child to the thread
that started it.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Never, Self, TextIO

from advocacy.local.processes import PROJECT, last_lines, spawn, wait_until

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
# A program that lived this long was healthy: its next restart is prompt again.
HEALTHY_AFTER = 10.0
LARGEST_LOG = 10_000_000


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `patience` is how long it may take to end by itself before it is killed."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: float = 15.0
    restarts: bool = True


class _Keeper:
    """One program's thread and what is known of its present process."""

    def __init__(self, program: Program, environment: Mapping[str, str], log: Path, echo: TextIO | None) -> None:
        self.program = program
        self.environment = {**environment, **program.environment}
        self.log = log
        self.echo = echo
        self.wanted = False
        self.starts = 0
        self.pid: int | None = None
        # Held while a signal is sent, so that none reaches a number the system has given to somebody else.
        self.guard = threading.Lock()
        self.wake = threading.Event()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        if self.thread is not None and self.thread.is_alive():
            return
        _set_aside_when_large(self.log)
        self.wanted = True
        self.wake.clear()
        self.thread = threading.Thread(target=self._keep, name=f"keeper-{self.program.name}", daemon=True)
        self.thread.start()

    def ask_to_end(self) -> None:
        self.wanted = False
        self.wake.set()
        self.signal(signal.SIGTERM)

    def await_end(self, deadline: float) -> None:
        if self.thread is None:
            return
        self.thread.join(timeout=max(0.0, deadline - time.monotonic()))
        if self.thread.is_alive():
            self.signal(signal.SIGKILL, whole_group=True)
            self.thread.join()

    def signal(self, number: int, *, whole_group: bool = False) -> None:
        with self.guard:
            if self.pid is not None:
                with suppress(ProcessLookupError):
                    (os.killpg if whole_group else os.kill)(self.pid, number)

    def _keep(self) -> None:
        pause = FIRST_PAUSE
        while self.wanted:
            began = time.monotonic()
            ended = self._run_once()
            if not self.wanted or not self.program.restarts:
                return
            pause = FIRST_PAUSE if time.monotonic() - began > HEALTHY_AFTER else pause
            self._note(f"ended ({ended}); it is started again in {pause:.1f} s")
            if self.wake.wait(pause):
                return
            pause = min(pause * 2, LONGEST_PAUSE)

    def _run_once(self) -> str:
        with self.log.open("ab") as log:
            try:
                process = spawn(
                    self.program.command, output=subprocess.PIPE, environment=self.environment, folder=PROJECT
                )
            except OSError as error:
                return str(error)
            with self.guard:
                self.pid = process.pid
            self.starts += 1
            if not self.wanted:
                self.signal(signal.SIGTERM)
            reader = threading.Thread(target=self._copy, args=(process.stdout, log), daemon=True)
            reader.start()
            # Not yet reaped, its number still names its group: what it left running goes with it.
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
            self.signal(signal.SIGKILL, whole_group=True)
            with self.guard:
                self.pid = None
                code = process.wait()
            reader.join(timeout=5)
        return f"exit code {code}" if code >= 0 else f"signal {-code}"

    def _note(self, line: str) -> None:
        with self.log.open("a") as log:
            log.write(f"{self.program.name} {line}\n")
        self._say(line)

    def _copy(self, source: IO[bytes] | None, log: IO[bytes]) -> None:
        if source is None:
            return
        with source:
            for line in source:
                # Closed already, where a grandchild that left the group goes on talking.
                with suppress(ValueError):
                    log.write(line)
                    log.flush()
                self._say(line.decode(errors="replace").rstrip("\n"))

    def _say(self, line: str) -> None:
        if self.echo is not None:
            print(f"{self.program.name} | {line}", file=self.echo, flush=True)


class Supervisor:
    """Programs by name. Use it as a context manager, and all of them are ended on the way out.

    Lines go to `<folder>/<name>.log`; with `echo` they are shown as well, each behind its program's name.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        echo: TextIO | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        whole = {**os.environ, **(environment or {})}
        self.folder = folder
        self._keepers = {
            program.name: _Keeper(program, whole, folder / f"{program.name}.log", echo) for program in programs
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._keepers)

    def start(self, *names: str) -> None:
        """Start the named programs, or all."""
        for name in names or self.names:
            self._keepers[name].start()

    def stop(self, *names: str) -> None:
        """Ask the named programs, or all, to end; together, so that the slowest decides how long it takes."""
        keepers = [self._keepers[name] for name in names or self.names]
        began = time.monotonic()
        for keeper in keepers:
            keeper.ask_to_end()
        for keeper in keepers:
            keeper.await_end(began + keeper.program.patience)

    def restart(self, *names: str) -> None:
        self.stop(*names)
        self.start(*names)

    def kill(self, name: str, number: int = signal.SIGKILL) -> bool:
        """Kill a program with all that it started, as a power cut would; it is started again. Says if it was alive."""
        keeper = self._keepers[name]
        was_alive = keeper.pid is not None
        keeper.signal(number, whole_group=True)
        return was_alive

    def pid(self, name: str) -> int | None:
        return self._keepers[name].pid

    def starts(self, name: str) -> int:
        """How often the program was started, the restarts included."""
        return self._keepers[name].starts

    def log(self, name: str) -> Path:
        return self._keepers[name].log

    def watch(self, say: Callable[[str], None], *, every: float = 0.5) -> Never:
        """Stay, and say when a program was started again; left by an exception such as Ctrl-C."""
        seen = {name: max(1, self.starts(name)) for name in self.names}
        while True:
            time.sleep(every)
            for name in self.names:
                if self.starts(name) > seen[name]:
                    seen[name] = self.starts(name)
                    say(f"{name} ended and was started again; why stands in {self.log(name)}")

    def report(self, name: str, *, to: TextIO = sys.stderr) -> None:
        """Show the end of a program's log."""
        print(last_lines(self.log(name), 30), file=to, flush=True)

    def wait_for_start(self, name: str, *, seconds: float = 10.0) -> bool:
        return wait_until(lambda: self.pid(name) is not None, seconds=seconds)


def _set_aside_when_large(log: Path) -> None:
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.before"))
