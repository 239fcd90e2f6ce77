"""What is posted and by whose leave: `Post` (exactly what was approved), `Account` and `Grant`.

Plain frozen values. They know no network, no Django and no database.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from integrations.networks.media import Medium, Picture, medium_from
from integrations.secret import Secret

__all__ = ["CANONICAL_VERSION", "NEED_WORDS", "Account", "Deed", "Grant", "LinkCard", "Picture", "Post", "Secret"]

CANONICAL_VERSION = 1


class Deed(StrEnum):
    """What is done at the network. Whatever is no post of one's own is done to a post or an account: the target."""

    POST = "post"
    REPOST = "repost"
    LIKE = "like"
    COMMENT = "comment"
    FOLLOW = "follow"


NEED_WORDS = frozenset({Deed.POST, Deed.COMMENT})


@dataclass(frozen=True, slots=True)
class Account:
    """The person's account as the network names it. `id` never changes; the handle may."""

    id: str
    handle: str
    name: str = ""
    avatar_url: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """What the person gave us. `server` is the host's base address where a network has many hosts."""

    access_token: Secret
    refresh_token: Secret | None = None
    expires_at: datetime | None = None
    scopes: frozenset[str] = frozenset()
    server: str = ""
    account_id: str = ""
    client_id: str = ""
    client_secret: Secret | None = None
    # Where tokens are bound to a key: that key, which signs every call, and the server that renews them.
    proof_key: Secret | None = None
    issuer: str = ""
    client_key: str = ""  # the thumbprint of our app's own key that signs there for this grant, where it has keys


@dataclass(frozen=True, slots=True)
class LinkCard:
    """The preview card under a post, exactly as the reader will see it."""

    url: str
    title: str = ""
    description: str = ""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """The canonical post: everything a reader will see, and where its link leads.

    `text` is final: disclosure and tracked address included; `tracked_address` stands in it and in no other post,
    so that it can be found there, with a card or without. `rkey` and `created_at` are fixed at
    approval, so that a replay is byte-identical (design.md §4). `target` is the address, as a browser opens it, of
    the post (to follow: of the account) that a deed is done to; both stand in the approved bytes of a deed alone.
    `warning` is the line behind which readers unfold text and files, final as `text` is; empty, it stands in no bytes,
    so that what was approved before there was one keeps its hash.
    """

    network: str
    connection: str
    account_id: str
    text: str
    server: str = ""
    link: LinkCard | None = None
    tracked_address: str = ""
    destination: str = ""
    media: tuple[Medium, ...] = ()
    language: str = "en"
    visibility: str = "public"
    labels: tuple[str, ...] = ()
    first_comment: str = ""
    rkey: str = ""
    created_at: str = ""
    deed: Deed = Deed.POST
    target: str = ""
    warning: str = ""

    def canonical(self) -> bytes:
        """Sorted UTF-8 JSON with a version: the bytes that are approved and hashed."""
        body = {"version": CANONICAL_VERSION, **asdict(self)}
        if self.deed is Deed.POST:
            del body["deed"], body["target"]
        if not self.warning:
            del body["warning"]
        return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    def digest(self) -> str:
        return hashlib.sha256(self.canonical()).hexdigest()

    @classmethod
    def from_canonical(cls, canonical: bytes | str) -> Post:
        body = json.loads(canonical)
        if body.pop("version") != CANONICAL_VERSION:
            raise ValueError("This post was approved in a form that this release does not read.")
        link = body["link"]
        if link is not None:
            picture = link["picture"]
            link = LinkCard(**{**link, "picture": Picture(**picture) if picture else None})
        media = tuple(medium_from(one) for one in body["media"])
        deed = Deed(body.get("deed", Deed.POST))
        return cls(**{**body, "link": link, "media": media, "labels": tuple(body["labels"]), "deed": deed})

    def pictures(self) -> tuple[Picture, ...]:
        """Every picture whose bytes must be uploaded: the post's own and the card's."""
        own = tuple(one for one in self.media if isinstance(one, Picture))
        return own + ((self.link.picture,) if self.link and self.link.picture else ())

    def files(self) -> tuple[Medium, ...]:
        """Everything whose bytes must be uploaded: the post's own files, of whatever kind, and the card's picture."""
        return self.media + ((self.link.picture,) if self.link and self.link.picture else ())
