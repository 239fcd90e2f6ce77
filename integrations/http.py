"""The only outbound door: every call to the outside goes through `send`, or through a session `mount`ed here.

Owns what may be reached (checked on the socket, at connect), timeouts, body caps and redaction, and says in two
exceptions whether a failed request can have reached the peer. It never retries, never follows a redirect unasked,
keeps no cookies, ignores proxy variables, and refuses to run inside a database transaction.
A new connection for every call: one kept alive and closed by the peer would look like a lost answer.
"""

from __future__ import annotations

import json as json_codec
import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from http.cookiejar import DefaultCookiePolicy
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import requests
import urllib3
from django.conf import settings
from django.db import connection
from requests.adapters import HTTPAdapter

from integrations.addresses import ForbiddenAddress, Target, target_of
from integrations.outbound_sockets import (
    Forbidden,
    NotSent,
    OneCall,
    OutboundError,
    Resolve,
    Road,
    Timeout,
    system_resolver,
)

__all__ = [
    "CalledInsideTransaction",
    "Forbidden",
    "GuardedAdapter",
    "NoReply",
    "NotSent",
    "OutboundError",
    "Reply",
    "Resolve",
    "Timeout",
    "TooLarge",
    "UnreadableReply",
    "all_within",
    "calls_heard",
    "engine_timeout",
    "in_a_hurry",
    "mount",
    "redact",
    "send",
    "session",
]

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

logger = logging.getLogger(__name__)
# These libraries write addresses, headers and token replies into their DEBUG lines.
for _talkative in ("urllib3", "requests_oauthlib", "oauthlib"):
    logging.getLogger(_talkative).setLevel(logging.WARNING)

USER_AGENT = "EmployeeAdvocacy/1.0"
MAX_BYTES = 2_000_000
MAX_REDIRECTS = 3
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CHUNK = 16_384
SECRETS = re.compile(
    r"(?i)(bearer|basic|dpop)\s+[\w.~+/=-]+"
    r"|eyJ[\w-]+\.[\w-]+\.[\w-]*"
    r"|((?:access|refresh|id)_?(?:token|jwt)|token|client_secret|password|code|secret|signature)"
    r"([\"']?\s*[:=]\s*[\"']?)[^\s\"'&,}]+"
)


# Whoever wants to know how the calls of a context went puts a list here; each call adds whether a server answered it
# at all (see `integrations/breakers.py`). A 5xx is no answer: nobody was there to read the request.
calls_heard: ContextVar[list[bool] | None] = ContextVar("calls_heard", default=None)


class NoReply(OutboundError):
    """The request may have arrived; its answer did not."""


class TooLarge(NoReply):
    """The answer is bigger than we read."""


class UnreadableReply(OutboundError):
    """An answer came, and it is not the JSON it should be."""


class CalledInsideTransaction(RuntimeError):
    """A network call inside a database transaction would hold locks for as long as a stranger likes."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the peer answered, whatever its status. `headers` ignores case."""

    status: int
    url: str = field(repr=False)  # some networks take a token in the query
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def json(self) -> Any:
        try:
            return json_codec.loads(self.body)
        except ValueError:
            raise UnreadableReply("The answer could not be read.") from None

    def document(self) -> dict[str, Any]:
        """The JSON object in the body; empty where the body is anything else (error pages of proxies)."""
        try:
            body = self.json()
        except UnreadableReply:
            return {}
        return body if isinstance(body, dict) else {}


def redact(text: str) -> str:
    """The text without tokens, passwords and codes; for error bodies that are kept or logged."""
    return SECRETS.sub(lambda match: f"{match[1] or match[2] or ''}{match[3] or ' '}***".strip(), text)


# --- the door ---------------------------------------------------------------------------------


class GuardedAdapter(HTTPAdapter):
    """What a session is mounted with. A reply's body is read whole, or the call fails."""

    def __init__(
        self, timeout: Timeout | None = None, max_bytes: int = MAX_BYTES, resolve: Resolve = system_resolver
    ) -> None:
        super().__init__(max_retries=0)
        self.timeout, self.max_bytes, self.resolve = timeout, max_bytes, resolve

    def send(self, request: PreparedRequest, *_: object, **__: object) -> Response:
        refuse_inside_transaction()
        timeout = _within_block(self.timeout or engine_timeout())
        target = _target(request.url or "")
        began = time.monotonic()
        road = Road(target, timeout, self.resolve, began + timeout.total)
        adapter = OneCall(road)
        outcome = "no answer"
        try:
            reply = adapter.send(
                request, stream=True, timeout=(timeout.connect, timeout.total), verify=True, proxies={}
            )
            reply._content = self._whole_body(reply)  # requests offers no other way to hand in a body
            outcome = str(reply.status_code)
            return reply
        except Forbidden:
            outcome = "forbidden"
            raise
        except OutboundError:
            raise
        # AttributeError: urllib3 reads on from a connection that was cut while we wrote, and finds no socket there.
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError, AttributeError) as error:
            raise _failure(error, road.sent) from None
        finally:
            adapter.close()
            heard = calls_heard.get()
            if heard is not None and outcome != "forbidden":
                heard.append(outcome < "500")  # "no answer" comes after every number
            logger.info(
                "outbound %s %s %s %d ms", request.method, target.host, outcome, (time.monotonic() - began) * 1000
            )

    def _whole_body(self, reply: Response) -> bytes:
        body = bytearray()
        for chunk in reply.raw.stream(CHUNK, decode_content=True):
            body += chunk
            if len(body) > self.max_bytes:
                raise TooLarge("The answer is too large.")
        return bytes(body)


def _failure(error: Exception, sent: bool) -> OutboundError:
    """Sentences of our own: the libraries' messages hold addresses with their queries."""
    if sent:
        return NoReply("The answer got lost on the way.")
    if isinstance(error, requests.exceptions.SSLError):
        return NotSent("The server's certificate or encryption could not be trusted.")
    return NotSent("The server could not be reached.")


def _target(url: str) -> Target:
    try:
        return target_of(url, settings.OUTBOUND_ALLOWED_HOSTS)
    except ForbiddenAddress as error:
        raise Forbidden(str(error)) from None


def refuse_inside_transaction() -> None:
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise CalledInsideTransaction("Commit first, then call: no network call runs inside a transaction.")


_hurry: ContextVar[Timeout | None] = ContextVar("hurry", default=None)


@contextmanager
def in_a_hurry(timeout: Timeout) -> Iterator[None]:
    """Calls in this block have this long, where they name nothing else: somebody waits for a page."""
    token = _hurry.set(timeout)
    try:
        yield
    finally:
        _hurry.reset(token)


def engine_timeout() -> Timeout:
    if (hurry := _hurry.get()) is not None:
        return hurry
    return Timeout(connect=float(settings.ENGINE["connect_timeout"]), total=float(settings.ENGINE["call_timeout"]))


# The clock's reading at which the calls of a block are over, however many they are.
_block_ends: ContextVar[float | None] = ContextVar("block_ends", default=None)


@contextmanager
def all_within(seconds: float) -> Iterator[None]:
    """Calls in this block have this long together, and each no longer than it has alone. What would begin after that
    is not sent. Of blocks within blocks the earliest end counts."""
    ends, outer = time.monotonic() + seconds, _block_ends.get()
    token = _block_ends.set(ends if outer is None else min(ends, outer))
    try:
        yield
    finally:
        _block_ends.reset(token)


def _within_block(timeout: Timeout) -> Timeout:
    ends = _block_ends.get()
    if ends is None:
        return timeout
    left = ends - time.monotonic()
    if left <= 0:
        raise NotSent("The time for this is over.")
    return Timeout(min(timeout.connect, left), min(timeout.total, left))


class _Session(requests.Session):
    """Reads no Location by itself: a malformed one must not turn an answer into an error."""

    def get_redirect_target(self, resp: Response) -> None:
        return None


def mount(opened: requests.Session, adapter: GuardedAdapter | None = None) -> requests.Session:
    """Send a foreign session (OAuth2Session) through this door."""
    adapter = adapter or GuardedAdapter()
    opened.mount("https://", adapter)
    opened.mount("http://", adapter)
    opened.trust_env = False
    opened.max_redirects = 0  # a redirect raises before anything is sent on
    opened.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    opened.headers["User-Agent"] = USER_AGENT
    opened.headers["Accept-Encoding"] = "gzip"
    return opened


def session() -> requests.Session:
    return mount(_Session())


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    params: Mapping[str, str] | None = None,
    json: object = None,
    data: Mapping[str, str] | bytes | None = None,
    files: Mapping[str, tuple[str, bytes, str]] | None = None,
    auth: tuple[str, str] | None = None,
    timeout: Timeout | None = None,
    follow: bool = False,
    max_bytes: int = MAX_BYTES,
    resolve: Resolve = system_resolver,
) -> Reply:
    """One request, once. `follow` lets a GET go through up to three redirects, each checked like the first."""
    whole = timeout or engine_timeout()
    deadline = time.monotonic() + whole.total
    prepared: dict[str, Any] = {"headers": dict(headers or {}), "params": params, "auth": auth}
    prepared.update(json=json, data=data, files=files)
    for hop in range(MAX_REDIRECTS + 1):
        _target(url)  # as it was written; the adapter asks again for what the library made of it
        left = Timeout(whole.connect, max(deadline - time.monotonic(), 0.001))
        opened = mount(_Session(), GuardedAdapter(left, max_bytes, resolve))
        try:
            ready = opened.prepare_request(requests.Request(method, url, **prepared))
        except requests.RequestException:
            raise NotSent("The request could not be built.") from None
        reply = opened.send(ready, allow_redirects=False)
        elsewhere = reply.headers.get("Location")
        if not (follow and method == "GET" and reply.status_code in REDIRECTS and elsewhere):
            return Reply(reply.status_code, reply.url, reply.headers, reply.content)
        if hop < MAX_REDIRECTS:
            url, prepared = _next_hop(reply.url, elsewhere, prepared)
    raise NoReply("The address leads through too many redirects.")


def _next_hop(url: str, elsewhere: str, prepared: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The next address; whatever could be a secret stays with the host it was meant for."""
    after = urljoin(url, elsewhere)
    same = _target(url).origin == _target(after).origin
    kept = {"headers": prepared["headers"], "auth": prepared["auth"]} if same else {"headers": {}, "auth": None}
    return after, {**kept, "params": None, "json": None, "data": None, "files": None}
