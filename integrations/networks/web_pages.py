"""Where an address leads, as a browser would open it: at a network's own hosts or not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit


def is_web_page(address: str) -> bool:
    """An address with a host and a page on it, as a browser shows it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = bool(parts.hostname) and parts.username is None and not any(sign.isspace() for sign in address)
    return plain and parts.scheme in ("http", "https") and bool(parts.path.strip("/"))


def is_at(host: str, hosts: Sequence[str]) -> bool:
    """One of these, or below one of them."""
    return any(host == one or host.endswith(f".{one}") for one in hosts)


def path_at(address: str, *, home: str, hosts: Sequence[str]) -> str | None:
    """The path of a page at one of these hosts, or below `home` (the network's `web_url`); None elsewhere."""
    if not is_web_page(address):
        return None
    parts, own = urlsplit(address), urlsplit(home)
    if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
        return parts.path.removeprefix(own.path)
    return parts.path if is_at(parts.hostname or "", hosts) else None
