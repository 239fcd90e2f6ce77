"""Which addresses on the internet may be called: pure rules, asked by `integrations/http.py` alone.

`target_of` reads an address and refuses what we never call; `is_public` judges one resolved IP address.
Nothing here resolves or connects. "Allowed hosts" (host:port) are the only exception to every rule.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}
OPEN_PORTS = frozenset({80, 443})

# IPv6 that carries an IPv4 address inside reaches that IPv4 address; tunnels reach whatever they like.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
TUNNELS = (ipaddress.IPv6Network("2001::/32"), ipaddress.IPv6Network("2002::/16"))
RELAY = ipaddress.IPv4Network("192.88.99.0/24")


class ForbiddenAddress(ValueError):
    """We do not call this address; the text is a sentence without the address's secrets."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes. `trusted` means the host and port stand on the allowed list."""

    scheme: str
    host: str
    port: int
    trusted: bool

    @property
    def origin(self) -> tuple[str, str, int]:
        return (self.scheme, self.host, self.port)


def target_of(url: str, allowed_hosts: Collection[str]) -> Target:
    """Read an address, or refuse it with a sentence."""
    parts, host, port = _parts(url)
    if parts.scheme not in DEFAULT_PORTS:
        raise ForbiddenAddress("Only addresses that begin with https:// can be opened.")
    if not host:
        raise ForbiddenAddress("The address names no host.")
    if parts.username is not None or parts.password is not None:
        raise ForbiddenAddress("An address with a user name or password in it is not opened.")
    port = DEFAULT_PORTS[parts.scheme] if port is None else port
    shown = f"[{host}]" if ":" in host else host
    if f"{shown}:{port}" in allowed_hosts:
        return Target(parts.scheme, host, port, trusted=True)
    if parts.scheme != "https":
        raise ForbiddenAddress("Only addresses that begin with https:// can be opened.")
    if port not in OPEN_PORTS:
        raise ForbiddenAddress("Only the usual ports of the web (80 and 443) can be opened.")
    return Target(parts.scheme, host, port, trusted=False)


def _parts(url: str) -> tuple[SplitResult, str, int | None]:
    if any(ord(char) <= 0x20 or ord(char) == 0x7F or char == "\\" for char in url):
        raise ForbiddenAddress("The address contains characters that no address has.")
    try:
        parts = urlsplit(url)
        return parts, (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise ForbiddenAddress("This is not a complete address.") from None


def is_public(address: str) -> bool:
    """Is this resolved IP address one that the whole internet can reach?"""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv4Address):
        return ip.is_global and not ip.is_multicast and not ip.is_reserved and ip not in RELAY
    if ip.ipv4_mapped is not None:
        return is_public(str(ip.ipv4_mapped))
    if ip in NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in GLOBAL_UNICAST and ip.is_global and not any(ip in tunnel for tunnel in TUNNELS)
