"""What an installation may change about a network: addresses, our app's id and secret, version, scopes, limits.

Each network's file declares its real values once with `declare`; `settings.NETWORKS` (from NETWORK_<KEY>_<NAME>)
replaces single values, and outside production the sandbox replaces every address that was not set by hand.
It is read at every use, and it never calls anything.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from integrations.secret import Secret

ADDRESSES = (
    *("api_url", "authorize_url", "token_url", "revoke_url", "web_url"),
    *("default_server", "directory_url", "video_url"),
)
AMOUNTS = ("price", "price_with_link", "monthly_ceiling")
TEXTS = (*ADDRESSES, "client_id", "version")


class UnknownNetwork(KeyError):
    """No network of that key declared its settings."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """One network as this installation sees it. Addresses have no slash at the end."""

    key: str
    api_url: str = ""
    authorize_url: str = ""
    token_url: str = ""
    revoke_url: str = ""
    web_url: str = ""
    default_server: str = ""
    directory_url: str = ""  # where accounts are looked up that move between servers
    video_url: str = ""  # where videos are worked on before their post is written
    client_id: str = ""
    client_secret: Secret | None = None
    version: str = ""
    scopes: tuple[str, ...] = ()
    text_limit: int = 0
    comment_limit: int = 0  # 0: a comment may be as long as a post
    settle: timedelta = timedelta(seconds=120)
    figures: bool = True  # asked for; False where they cost money or need a product that the network must grant

    reviewed: bool = False  # the network granted our app what it gives after a review alone (LinkedIn)
    # US dollars for one post, where a network takes money, and the most that a month's posts may cost here.
    price: Decimal = Decimal(0)
    price_with_link: Decimal = Decimal(0)
    monthly_ceiling: Decimal | None = None

    @property
    def is_ready(self) -> bool:
        """Can people connect: has the operator given us an app there, where one is needed?"""
        return bool(self.client_id) or not self.authorize_url


_DECLARED: dict[str, NetworkSettings] = {}


def declare(defaults: NetworkSettings) -> NetworkSettings:
    """Called once by each network's file, with the network's real values."""
    _DECLARED[defaults.key] = defaults
    return defaults


def network_settings(key: str) -> NetworkSettings:
    """The values in force now."""
    import_module("integrations.networks")  # the files declare themselves; at the top this would be a circle
    try:
        defaults = _DECLARED[key]
    except KeyError:
        raise UnknownNetwork(key) from None
    in_sandbox = _in_sandbox(defaults) if settings.SANDBOX_URL else defaults
    return _with_overrides(in_sandbox, settings.NETWORKS.get(key, {}))


def _in_sandbox(defaults: NetworkSettings) -> NetworkSettings:
    """The same paths at the sandbox, which takes any app."""
    base = f"{settings.SANDBOX_URL.rstrip('/')}/{defaults.key}"
    real = {name: str(getattr(defaults, name)) for name in ADDRESSES}
    moved: dict[str, Any] = {name: base + urlsplit(value).path for name, value in real.items() if value}
    if not defaults.authorize_url:
        return replace(defaults, **moved)
    secret = Secret(f"sandbox-secret-of-{defaults.key}")
    return replace(defaults, **moved, client_id=f"sandbox-{defaults.key}", client_secret=secret)


def _with_overrides(values: NetworkSettings, given: dict[str, str]) -> NetworkSettings:
    texts: dict[str, Any] = {name: given[name].rstrip("/") for name in TEXTS if given.get(name)}
    values = replace(values, **texts)
    if given.get("client_secret"):
        values = replace(values, client_secret=Secret(given["client_secret"]))
    if given.get("scopes"):
        values = replace(values, scopes=tuple(given["scopes"].replace(",", " ").split()))
    if given.get("text_limit"):
        values = replace(values, text_limit=int(given["text_limit"]))
    if given.get("comment_limit"):
        values = replace(values, comment_limit=int(given["comment_limit"]))
    if given.get("settle_seconds"):
        values = replace(values, settle=timedelta(seconds=float(given["settle_seconds"])))
    amounts: dict[str, Any] = {name: Decimal(given[name]) for name in AMOUNTS if given.get(name)}
    values = replace(values, **amounts)
    if given.get("reviewed"):
        values = replace(values, reviewed=given["reviewed"] == "1")
    if given.get("figures"):
        values = replace(values, figures=given["figures"] == "1")
    return values
