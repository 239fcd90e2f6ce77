"""What the sandbox networks know: people, apps, uploaded pictures and posts.

Everything is kept in memory. People, apps and pictures are also written to a journal, so that a restart on the same
folder finds them again; posts are rebuilt from the acceptance file, which is the truth about them. It never decides
what a network answers.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from integrations.sandbox.acceptances import AcceptanceFile, Line, from_utc_text, utc_text, whole_lines

NETWORKS = ("linkedin", "x", "mastodon", "bluesky", "threads", "facebook_pages", "instagram")
PERSONAS = (
    ("amara", "Amara Okafor"),
    ("jonas", "Jonas Weber"),
    ("meilin", "陈美琳 (Mei-Lin Chen)"),
    ("giulia", "Giulia Conti"),
    ("piotr", "Piotr Wiśniewski"),
    ("olga", "Ольга Соколова"),
)
OWN_WORDS = ("post", "comment")
ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"


@dataclass(slots=True)
class Person:
    network: str
    id: str
    handle: str
    name: str
    restricted: bool = False


@dataclass(slots=True)
class App:
    """A client of one network. `redirect_uris` empty: any address, as long as both calls name the same one."""

    network: str
    client_id: str
    client_secret: str
    name: str
    redirect_uris: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Media:
    network: str
    id: str
    account_id: str
    sha256: str = ""
    content_type: str = ""
    size: int = 0
    alt: str = ""


@dataclass(slots=True)
class Draft:
    """A post that passed its network's checks, about to be accepted."""

    network: str
    account_id: str
    text: str
    external_id: str
    attempt_key: str = ""
    links: list[str] = field(default_factory=list)
    media: list[list[str]] = field(default_factory=list)
    card: dict[str, str] | None = None
    visibility: str = "public"
    language: str = ""
    rkey: str = ""
    created_at: str = ""
    record: dict[str, Any] | None = None
    deed: str = "post"  # or repost, like, comment, follow
    target: str = ""  # the external id of the post, or the id of the account, that it is done to
    warning: str = ""  # what a reader unfolds text and files from behind


@dataclass(slots=True)
class Post(Draft):
    at: datetime = field(kw_only=True)
    removed_at: datetime | None = None

    @property
    def is_shown(self) -> bool:
        """Among the account's own: a repost with words is, a bare one is not."""
        return self.deed in OWN_WORDS or bool(self.text)


def account_id_for(network: str, handle: str) -> str:
    """The same handle has the same id on every run, in the form each network uses."""
    digest = hashlib.sha256(f"{network}:{handle}".encode()).digest()
    number = int.from_bytes(digest[:7], "big")
    if network == "linkedin":
        return hashlib.sha256(digest).hexdigest()[:10]
    if network == "bluesky":
        return "did:plc:" + "".join(ALPHABET[byte % 32] for byte in digest[:24])
    return str(10**17 + number)


def full_handle(network: str, handle: str) -> str:
    """Handles are small letters; on Bluesky each is a domain name, here under sandbox.test."""
    handle = handle.strip().lstrip("@").lower()
    return f"{handle}.sandbox.test" if network == "bluesky" and "." not in handle else handle


class Store:
    """In-memory state behind one lock; hold `lock` around a check and the change that depends on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.RLock()
        self.pictures = folder / "media"
        self.pictures.mkdir(parents=True, exist_ok=True)
        self._last_number = 0
        self.open()

    def open(self) -> None:
        self.people: dict[tuple[str, str], Person] = {}
        self.apps: dict[tuple[str, str], App] = {}
        self.media: dict[tuple[str, str, str], Media] = {}  # by network, id and account: Bluesky names blobs by content
        self.posts: dict[tuple[str, str], Post] = {}
        self._by_account: dict[tuple[str, str], list[Post]] = defaultdict(list)
        self._by_target: dict[tuple[str, str], list[Post]] = defaultdict(list)
        self.other_events: list[Line] = []
        self._handles: dict[tuple[str, str], str] = {}
        self._journal_path = self.folder / "journal.jsonl"
        events = whole_lines(self._journal_path)
        self._journal = self._journal_path.open("a", encoding="utf-8")
        for event in events:
            self._replay(event)
        self.ledger = AcceptanceFile(self.folder / "acceptances.jsonl")
        for line in self.ledger.lines:
            self._rebuild(line)
        for network in NETWORKS:
            for handle, name in PERSONAS:
                self.person_named(network, handle, name)

    def close(self) -> None:
        self.ledger.close()
        self._journal.close()

    def reset(self) -> None:
        """Forget everything, the files too; the personas come back."""
        with self.lock:
            self.close()
            for name in ("journal.jsonl", "acceptances.jsonl", "faults.jsonl"):
                (self.folder / name).unlink(missing_ok=True)
            self.open()

    # --- the journal ------------------------------------------------------------------------

    def note(self, event: str, body: dict[str, Any]) -> None:
        with self.lock:
            self._journal.write(json.dumps({"event": event, **body}, ensure_ascii=False) + "\n")
            self._journal.flush()

    def _replay(self, event: Line) -> None:
        kind, body = event["event"], {key: value for key, value in event.items() if key != "event"}
        if kind == "person":
            self._add_person(Person(**body))
        elif kind == "app":
            self.apps[body["network"], body["client_id"]] = App(**body)
        elif kind == "media":
            self.media[body["network"], body["id"], body["account_id"]] = Media(**body)
        else:
            self.other_events.append(event)

    def _rebuild(self, line: Line) -> None:
        if "removed" in line:
            self.posts[line["network"], line["removed"]].removed_at = from_utc_text(line["at"])
        elif not line["replay"]:
            fields = {key: value for key, value in line.items() if key not in {"seq", "replay", "at"}}
            self._keep(Post(**fields, at=from_utc_text(line["at"])))

    # --- people and apps --------------------------------------------------------------------

    def person_named(self, network: str, handle: str, name: str = "") -> Person:
        """The account with that handle, made when there is none."""
        handle = full_handle(network, handle)
        with self.lock:
            known = self._handles.get((network, handle))
            if known:
                return self.people[network, known]
            name = name or handle.partition(".")[0].capitalize()
            person = Person(network, account_id_for(network, handle), handle, name)
            self._add_person(person)
            self.note("person", asdict(person))
            return person

    def _add_person(self, person: Person) -> None:
        self.people[person.network, person.id] = person
        self._handles[person.network, person.handle] = person.id

    def find_person(self, network: str, name: str) -> Person | None:
        """By id or by handle."""
        known = self._handles.get((network, full_handle(network, name)), name)
        return self.people.get((network, known))

    def restrict(self, person: Person, *, restricted: bool) -> None:
        with self.lock:
            person.restricted = restricted
            self.note("person", asdict(person))

    def keep_app(self, app: App) -> App:
        with self.lock:
            self.apps[app.network, app.client_id] = app
            self.note("app", asdict(app))
        return app

    # --- pictures ---------------------------------------------------------------------------

    def keep_media(self, media: Media, content: bytes | None = None) -> Media:
        if content is not None:
            media.sha256, media.size = hashlib.sha256(content).hexdigest(), len(content)
            (self.pictures / media.sha256).write_bytes(content)
        with self.lock:
            self.media[media.network, media.id, media.account_id] = media
            self.note("media", asdict(media))
        return media

    def media_of(self, network: str, media_id: str, account_id: str) -> Media | None:
        """An uploaded picture, if it is there and belongs to that account."""
        media = self.media.get((network, media_id, account_id))
        return media if media and media.sha256 else None

    def upload_place(self, network: str, media_id: str) -> Media | None:
        """Where an upload goes that names no account; the id alone is the key to it."""
        return next((one for key, one in list(self.media.items()) if key[:2] == (network, media_id)), None)

    def uploads(self) -> dict[str, int]:
        """Pictures that arrived, by network. Bluesky names them by content, so a repeat is the same one."""
        with self.lock:
            return dict(Counter(media.network for media in self.media.values() if media.sha256))

    def picture_type(self, sha256: str) -> str:
        return next((media.content_type for media in self.media.values() if media.sha256 == sha256), "")

    # --- posts ------------------------------------------------------------------------------

    def number(self) -> str:
        """A rising id that carries its time, as X, LinkedIn and Mastodon give out."""
        with self.lock:
            now = int(datetime.now(UTC).timestamp() * 1000) << 20
            self._last_number = max(self._last_number + 1, now)
            return str(self._last_number)

    def accept(self, draft: Draft) -> tuple[Post, Future[None]]:
        """Take the post. Wait for the future outside the lock, then answer."""
        with self.lock:
            now = datetime.now(UTC)
            post = Post(**asdict(draft), at=now)
            post.created_at = post.created_at or utc_text(now)
            self._keep(post)
            return post, self.ledger.append(self._line(post, replay=False))

    def repeat(self, post: Post, attempt_key: str) -> Future[None]:
        """Note that the network recognised a repeat; nothing new was accepted."""
        return self.ledger.append({**self._line(post, replay=True), "attempt_key": attempt_key})

    def remove(self, post: Post) -> Future[None]:
        with self.lock:
            post.removed_at = datetime.now(UTC)
            line = {"removed": post.external_id, "at": utc_text(post.removed_at)}
            return self.ledger.append({**line, "network": post.network, "account_id": post.account_id})

    def _keep(self, post: Post) -> None:
        self.posts[post.network, post.external_id] = post
        self._by_account[post.network, post.account_id].append(post)
        if post.target:
            self._by_target[post.network, post.target].append(post)

    @staticmethod
    def _line(post: Post, *, replay: bool) -> Line:
        body = asdict(post)
        body.pop("removed_at")
        at = datetime.now(UTC) if replay else body["at"]
        return {**body, "at": utc_text(at), "replay": replay}

    def standing_post(self, network: str, external_id: str) -> Post | None:
        """The post, unless it never was or was removed."""
        post = self.posts.get((network, external_id))
        return post if post and post.removed_at is None else None

    def timeline(self, network: str, account_id: str, deeds: Sequence[str] = ()) -> list[Post]:
        """What stands on the account, newest first; an edited record once. Of what it did, what `deeds` names."""
        with self.lock:
            mine = list(self._by_account[network, account_id])
        mine = [post for post in mine if (post.deed in deeds if deeds else post.is_shown)]
        return [p for p in reversed(mine) if p.removed_at is None and self.posts[network, p.external_id] is p]

    def done(self, network: str, account_id: str, deed: str, target: str) -> Post | None:
        """What that account did to a post or an account, if it stands."""
        mine = self.timeline(network, account_id, (deed,))
        return next((post for post in mine if post.target == target), None)

    def done_to(self, network: str, target: str) -> list[Post]:
        """Whatever stands that was done to a post or an account, oldest first."""
        with self.lock:
            ours = list(self._by_target[network, target])
        return [post for post in ours if post.removed_at is None and self.posts[network, post.external_id] is post]

    def written_last(self, network: str, account_id: str) -> datetime:
        """When anything was last accepted from the account, or removed from it; the epoch where nothing ever was."""
        with self.lock:
            posts = list(self._by_account[network, account_id])
        return max((post.removed_at or post.at for post in posts), default=datetime.fromtimestamp(0, UTC))

    def same_text(self, draft: Draft, within: timedelta, *, removed_too: bool) -> Post | None:
        """An earlier post of the account with the same text and pictures, inside the window."""
        since = datetime.now(UTC) - within
        for post in reversed(self._by_account[draft.network, draft.account_id]):
            if post.at < since:
                return None
            if (removed_too or post.removed_at is None) and (post.text, post.media) == (draft.text, draft.media):
                return post
        return None

    def by_attempt_key(self, network: str, account_id: str, key: str, within: timedelta) -> Post | None:
        since = datetime.now(UTC) - within
        mine = reversed(self._by_account[network, account_id])
        return next((post for post in mine if post.attempt_key == key and post.at >= since), None)
