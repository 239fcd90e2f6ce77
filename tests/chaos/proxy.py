"""A small TCP proxy of the rig: what passes through it can be delayed, slowed, cut, swallowed or sent elsewhere.

One thread with its own event loop; the scenario changes the weather from its thread while connections run. It counts
who called and when, and knows nothing of what is said.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

CHUNK = 16_384
SLICE = 0.05  # seconds of traffic that a slow line lets through at once


class Calls(StrEnum):
    """What becomes of who calls."""

    PASS = "pass"
    SWALLOW = "swallow"  # taken, read, never answered
    RESET = "reset"  # taken, and cut at once
    REFUSE = "refuse"  # nobody listens


@dataclass(slots=True)
class Direction:
    """One way through the line. Changed at any time, it holds for what passes from then on."""

    delay: float = 0.0  # seconds
    bytes_per_second: float = 0.0  # 0: as fast as it comes
    silent: bool = False  # what comes is thrown away


Weather = Callable[[], Direction]


@dataclass(eq=False, slots=True)
class _Line:
    """One connection through the proxy."""

    near: asyncio.StreamWriter
    task: asyncio.Task[Any] | None  # held here, since the loop itself would let a long silent one be collected
    far: asyncio.StreamWriter | None = None

    def cut(self) -> None:
        for writer in (self.near, self.far):
            if writer is not None:
                _reset(writer)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with a reset instead of a goodbye."""
    raw = writer.get_extra_info("socket")
    if raw is not None:
        with suppress(OSError):
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


@dataclass
class Proxy:
    """`with Proxy(port_of_the_server) as proxy:` and give `proxy.port` to whoever should go through it."""

    upstream: int
    up: Direction = field(default_factory=Direction)  # from who called to the server
    down: Direction = field(default_factory=Direction)
    port: int = 0
    calls: list[float] = field(default_factory=list)  # monotonic instants at which somebody called

    def __post_init__(self) -> None:
        self._how = Calls.PASS
        self._lines: set[_Line] = set()
        self._server: asyncio.Server | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    # --- life -------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._listen())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        done: Future[None] = asyncio.run_coroutine_threadsafe(work, self._loop)
        done.result(timeout=10)

    # --- weather ----------------------------------------------------------------------------

    def treat(self, calls: Calls) -> None:
        """From now on, whoever calls is treated like this. Lines that stand go on."""
        self._how = calls
        self._run(self._listen() if calls != Calls.REFUSE else self._deafen())

    def cut(self) -> int:
        """Reset every line that stands; answers how many."""
        standing = len(self._lines)
        self._run(self._cut())
        return standing

    def black_out(self, calls: Calls = Calls.SWALLOW) -> None:
        """Nothing passes any more, in lines that stand neither."""
        self.up.silent = self.down.silent = True
        self.treat(calls)

    def slow(self, *, delay: float = 0.0, bytes_per_second: float = 0.0) -> None:
        """Both ways; the delay is split between them."""
        for way in (self.up, self.down):
            way.delay, way.bytes_per_second = delay / 2, bytes_per_second

    def half_close(self) -> None:
        """Say goodbye to every caller for the server, while the callers may still talk."""
        self._run(self._half_close())

    def mend(self) -> None:
        """Good weather. Lines that lost something are cut: nobody could make sense of their rest."""
        lossy = self.up.silent or self.down.silent
        self.up.silent = self.down.silent = False
        self.slow()
        self.treat(Calls.PASS)
        if lossy:
            self.cut()

    def redirect(self, upstream: int) -> None:
        """Send who calls from now on to another server, and cut the lines to the old one."""
        self.upstream = upstream
        self.cut()

    def called_since(self, instant: float) -> int:
        """How often somebody called since a monotonic instant."""
        return sum(one >= instant for one in list(self.calls))

    # --- inside the loop --------------------------------------------------------------------

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._take, "127.0.0.1", self.port, backlog=512)
            self.port = self._server.sockets[0].getsockname()[1]

    async def _deafen(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _cut(self) -> None:
        for line in list(self._lines):
            line.cut()

    async def _half_close(self) -> None:
        for line in list(self._lines):
            with suppress(OSError):
                line.near.write_eof()

    async def _end(self) -> None:
        await self._deafen()
        await self._cut()
        tasks = [task for task in asyncio.all_tasks(self._loop) if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls.append(time.monotonic())
        line = _Line(writer, asyncio.current_task())
        self._lines.add(line)
        try:
            if self._how is Calls.PASS:
                await self._carry(reader, line)
            elif self._how is Calls.SWALLOW:
                while await reader.read(CHUNK):
                    pass
            else:
                line.cut()
        except (OSError, RuntimeError, asyncio.CancelledError):  # gone; half closed by us; the proxy ends
            line.cut()
        finally:
            self._lines.discard(line)
            writer.close()

    async def _carry(self, near: asyncio.StreamReader, line: _Line) -> None:
        far, line.far = await asyncio.open_connection("127.0.0.1", self.upstream)
        try:
            await asyncio.gather(
                self._pump(near, line.far, lambda: self.up), self._pump(far, line.near, lambda: self.down)
            )
        finally:
            line.far.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, weather: Weather) -> None:
        """Read as fast as it comes and pass it on in its time: a delay does not make the line narrow."""
        waiting: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        passing = asyncio.create_task(self._pass_on(waiting, writer, weather))
        try:
            while not passing.done():
                chunk = await reader.read(CHUNK)
                waiting.put_nowait((self._loop.time() + weather().delay, chunk))
                if not chunk:
                    break
            await passing
        finally:
            passing.cancel()

    async def _pass_on(
        self,
        waiting: asyncio.Queue[tuple[float, bytes]],
        writer: asyncio.StreamWriter,
        weather: Weather,
    ) -> None:
        while True:
            due, chunk = await waiting.get()
            await asyncio.sleep(due - self._loop.time())
            if weather().silent:
                continue
            if not chunk:
                with suppress(OSError):
                    writer.write_eof()
                return
            await self._write(writer, chunk, weather)

    @staticmethod
    async def _write(writer: asyncio.StreamWriter, chunk: bytes, weather: Weather) -> None:
        while chunk:
            rate = weather().bytes_per_second
            size = max(1, int(rate * SLICE)) if rate else len(chunk)
            writer.write(chunk[:size])
            await writer.drain()
            chunk = chunk[size:]
            if rate:
                await asyncio.sleep(SLICE)
