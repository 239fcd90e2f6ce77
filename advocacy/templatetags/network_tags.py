"""Names of networks for pages of `accounts`, which knows networks by key alone."""

from __future__ import annotations

from collections.abc import Iterable

from babel.lists import format_list
from django import template

from accounts import moments
from accounts.receipts import sentence
from integrations.networks import network
from integrations.places import place

register = template.Library()


@register.filter
def network_label(key: str) -> str:
    """A network's own name."""
    return network(str(key)).label


@register.filter
def place_label(key: str) -> str:
    """Of a place at which somebody posts by hand."""
    return place(str(key)).label


@register.filter
def public_networks(keys: Iterable[str]) -> list[str]:
    """Without those on which nothing is public."""
    return [key for key in keys if network(str(key)).posts_publicly]


@register.filter
def network_labels(keys: Iterable[str]) -> str:
    """`LinkedIn, X and Mastodon`, as the person's language strings words together."""
    return format_list([network_label(key) for key in keys], locale=moments.locale())


@register.filter
def receipt_sentence(line: dict[str, object]) -> str:
    """A line of a departure receipt."""
    key = str(line.get("network") or "")
    return sentence(line, network_label(key) if key else "")
