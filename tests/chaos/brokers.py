"""A broker whose loss a scenario can play: Valkey behind the rig's proxy, so that its address stays the same.

It is stopped as a process is stopped, comes back with its data or as an empty one, and is emptied while it runs.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import redis

from advocacy.local.kept import Kept
from advocacy.local.valkey import valkey
from tests.chaos.proxy import Calls, Proxy
from tests.chaos.stage import on_port


@dataclass
class Broker:
    """`with Broker(folder) as broker:` and give `broker.url` to the programs."""

    folder: Path
    url: str = ""
    _lives: int = 0
    _address: str = ""
    _running: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self._begin_life()
        self._proxy = Proxy(urlsplit(self._address).port or 0).__enter__()
        self.url = on_port(self._address, self._proxy.port)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._proxy.__exit__(kind, error, trace)
        self._running.close()

    def _begin_life(self) -> None:
        """Another folder is another server without data; only the password stays."""
        self._lives += 1
        home = self.folder / f"broker-{self._lives}"
        password = urlsplit(self._address).password
        if password:
            Kept(home / "kept.json").put("valkey_password", password)
        self._start(home)

    def _start(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self._address = self._running.enter_context(valkey(home, durable=False))

    def forget(self) -> None:
        """FLUSHALL, by somebody who thought it was another server."""
        with redis.Redis.from_url(self._address) as client:
            client.flushall()

    def stop(self) -> None:
        self._proxy.treat(Calls.REFUSE)
        self._proxy.cut()
        self._running.close()

    def start(self, *, empty: bool) -> None:
        """Back with its data, or a replica that never had any in its place."""
        if empty:
            self._begin_life()
        else:
            self._start(self.folder / f"broker-{self._lives}")
        self._proxy.redirect(urlsplit(self._address).port or 0)
        self._proxy.mend()
