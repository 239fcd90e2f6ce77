"""The socket under the outbound door: one request's road from resolving a name to its last byte.

Owns the check at connect (every resolved address, then the connected peer itself), the deadline on every read and
write, and the one fact the outcomes rest on: whether the request's first byte has left. Only `http.py` imports it.
"""

from __future__ import annotations

import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, cast

import certifi
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from integrations.addresses import Target, is_public


class OutboundError(Exception):
    """A call to the outside that brought no usable answer. `reason` is a sentence without secrets."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotSent(OutboundError):
    """Surely nothing of the request reached the peer."""


class Forbidden(NotSent):
    """We do not call this address."""


@dataclass(frozen=True, slots=True)
class Timeout:
    """Seconds: until connected, and for the whole call."""

    connect: float
    total: float


Resolved = Sequence[tuple[Any, ...]]
Resolve = Callable[[str, int], Resolved]


def system_resolver(host: str, port: int) -> Resolved:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


@dataclass(slots=True)
class Road:
    """One request on its way: where to, until when, and whether its first byte has left."""

    target: Target
    timeout: Timeout
    resolve: Resolve
    deadline: float
    sent: bool = False

    def remaining(self) -> float:
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("The time for this call is over.")
        return left

    def connect(self) -> socket.socket:
        """A connection to the first address that answers; every address must be public."""
        addresses = [(entry[0], entry[4]) for entry in self._resolved()]
        if not addresses:
            raise Forbidden("The address does not exist.")
        if not self.target.trusted and not all(is_public(str(where[0])) for _, where in addresses):
            raise Forbidden("The address leads into a private network.")
        failure: OSError = OSError("No address answered.")
        for family, where in addresses:
            peer = socket.socket(family, socket.SOCK_STREAM)
            try:
                peer.settimeout(min(self.timeout.connect, self.remaining()))
                peer.connect(where)
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._check(peer)
            except (OSError, Forbidden) as error:
                peer.close()
                if isinstance(error, Forbidden):
                    raise
                failure = error
            else:
                return peer
        raise failure

    def _check(self, peer: socket.socket) -> None:
        # The last word has the socket itself: whatever was resolved, this is who we talk to.
        if not self.target.trusted and not is_public(str(peer.getpeername()[0])):
            raise Forbidden("The address leads into a private network.")

    def _resolved(self) -> Resolved:
        """getaddrinfo has no timeout of its own, so it runs beside us and may finish unheard."""
        answer: queue.SimpleQueue[Resolved | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self.resolve(self.target.host, self.target.port))
            except (OSError, UnicodeError) as error:
                answer.put(error)

        if _is_literal(self.target.host):
            ask()  # nobody is asked, so nothing can hang
        else:
            threading.Thread(target=ask, daemon=True, name="resolve").start()
        try:
            found = answer.get(timeout=min(self.timeout.connect, self.remaining()))
        except queue.Empty:
            raise TimeoutError("The name could not be resolved in time.") from None
        if isinstance(found, Exception):
            raise OSError("The name could not be resolved.") from found
        return found


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class _Bounded(io.RawIOBase):
    """Reads that end at the call's deadline, however slowly the peer drips."""

    def __init__(self, raw: io.RawIOBase, peer: socket.socket, road: Road) -> None:
        self._raw, self._peer, self._road = raw, peer, road

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._peer.settimeout(self._road.remaining())
        return cast("int | None", self._raw.readinto(buffer))

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Peer:
    """The connected socket as http.client uses it: marks the first byte, keeps the deadline."""

    def __init__(self, peer: socket.socket, road: Road) -> None:
        self._peer, self._road = peer, road

    def sendall(self, payload: Any, *flags: int) -> None:
        self._peer.settimeout(self._road.remaining())
        self._road.sent = True
        self._peer.sendall(payload, *flags)

    def makefile(self, mode: str = "rb", *_: object, **__: object) -> io.BufferedReader:
        raw = cast("io.RawIOBase", self._peer.makefile(cast("Any", mode), buffering=0))
        return io.BufferedReader(_Bounded(raw, self._peer, self._road))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._peer, name)


class _PlainConnection(HTTPConnection):
    def __init__(self, *args: Any, road: Road, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._road = road

    def _new_conn(self) -> socket.socket:
        return self._road.connect()

    def connect(self) -> None:
        super().connect()
        self.sock = cast("socket.socket", _Peer(self.sock, self._road))


class _SecureConnection(HTTPSConnection):
    def __init__(self, *args: Any, road: Road, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._road = road

    def _new_conn(self) -> socket.socket:
        return self._road.connect()

    def connect(self) -> None:
        super().connect()  # the TLS handshake is over here, and no byte of the request has left
        self.sock = cast("Any", _Peer(cast("socket.socket", self.sock), self._road))


class _PlainPool(HTTPConnectionPool):
    def __init__(self, *args: Any, road: Road, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ConnectionCls = partial(_PlainConnection, road=road)  # type: ignore[assignment]  # called like the class


class _SecurePool(HTTPSConnectionPool):
    def __init__(self, *args: Any, road: Road, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ConnectionCls = partial(_SecureConnection, road=road)  # type: ignore[assignment]  # called like the class


@lru_cache(maxsize=1)
def trusted_authorities() -> ssl.SSLContext:
    """Read the certificate authorities once: it costs 20 ms, and a context may be shared."""
    return ssl.create_default_context(cafile=certifi.where())


class OneCall(HTTPAdapter):
    """Requests' own adapter on our guarded sockets, made for a single request."""

    def __init__(self, road: Road) -> None:
        self.road = road
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **_: Any) -> None:
        context = trusted_authorities()
        self.poolmanager = urllib3.PoolManager(connections, maxsize=maxsize, block=block, ssl_context=context)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_PlainPool, road=self.road),
            "https": partial(_SecurePool, road=self.road),
        }

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"  # the shared context already knows the authorities
