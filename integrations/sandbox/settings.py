"""What can be turned on the sandbox while it runs: lifetimes, windows, limits, latency.

The defaults are the networks' own figures. It never holds a rule, only numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta


@dataclass(slots=True)
class Settings:
    """Seconds unless the name says otherwise."""

    latency_ms: float = 0.0
    idempotency_seconds: float = 3600.0  # Mastodon keeps an Idempotency-Key up to one hour
    duplicate_seconds: float = 86_400.0  # LinkedIn and X refuse the same text again; 0 switches the check off
    ghost_duplicates: bool = False  # LinkedIn may name a deleted post as the duplicate for a day or two
    enforce_limits: bool = True
    linkedin_code_seconds: float = 1800.0
    linkedin_token_seconds: float = 5_184_000.0
    x_code_seconds: float = 30.0
    x_token_seconds: float = 7200.0
    mastodon_code_seconds: float = 600.0
    mastodon_text_limit: int = 500  # characters, of the server at /mastodon
    mastodon_media_seconds: float = 0.2  # how long it works on a GIF or a video
    meta_code_seconds: float = 600.0
    meta_token_seconds: float = 5_184_000.0
    meta_list_behind_seconds: float = 0.0  # how long Threads and Instagram leave a new post out of an account's list
    meta_refresh_after_seconds: float = 86_400.0  # Meta renews no token younger than a day
    bluesky_access_seconds: float = 7200.0
    bluesky_bound_access_seconds: float = 3600.0  # after signing in at its page
    bluesky_code_seconds: float = 300.0
    bluesky_nonce_seconds: float = 60.0
    bluesky_refresh_seconds: float = 7_776_000.0
    bluesky_grace_seconds: float = 7200.0  # a spent refresh token answers with its successor for so long
    x_reuse_ends_family: bool = True  # X is said to end everything it gave when a spent refresh token comes again
    bluesky_reuse_ends_family: bool = True  # after the grace

    def change(self, values: Mapping[str, object]) -> None:
        """Take new values; an unknown name or a value of the wrong kind changes nothing at all."""
        known = {field.name: type(getattr(self, field.name)) for field in fields(self)}
        taken: dict[str, object] = {}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"The sandbox has no setting named {name}.")
            if not isinstance(value, (bool, int, float)):
                raise ValueError(f"{name} takes a number or true and false.")
            taken[name] = known[name](value)
        for name, value in taken.items():
            setattr(self, name, value)

    def seconds(self, name: str) -> timedelta:
        return timedelta(seconds=float(getattr(self, name)))

    def as_dict(self) -> dict[str, object]:
        return asdict(self)
