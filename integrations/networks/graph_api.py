"""What the networks of Meta's Graph API share: error codes, tokens of sixty days, containers, own posts.

It knows none of them by name: each brings its addresses, its error sub-codes and what its posts are made of.
Facts: developers.facebook.com/docs/graph-api/guides/error-handling and the publishing guides, autumn 2026.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop

from integrations import http
from integrations.lent_pictures import lent
from integrations.network_settings import NetworkSettings
from integrations.networks.base import (
    Absent,
    CannotTell,
    Finding,
    Grant,
    Medium,
    NeedsReconnect,
    Outcome,
    Post,
    Published,
    ReadPicture,
    Refused,
    Removal,
    Removed,
    Secret,
    StillThere,
    SurelyNotPosted,
    TryLater,
    Unknown,
    Uploaded,
)
from integrations.networks.figures import moment
from integrations.networks.own_posts import Listed, find_among
from integrations.networks.replies import (
    SOON,
    UNAVAILABLE,
    UNCLEAR,
    bearer,
    lifetime,
    look_up,
    repeatable,
    send_once,
    slow_down,
    web_address,
)
from integrations.networks.waiting_uploads import keep_waiting

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
SLACK = timedelta(minutes=2)  # between our clock and theirs
SIXTY_DAYS = timedelta(days=60)
PAGE = "100"
WAITS = (0.5, 1, 2, 3, 5, 8, 13, 21)  # seconds between looks at a container; Meta says a minute is usual
PREPARED_WITHIN = 120.0  # seconds for all containers of a post; its pictures are lent for longer (`lent_pictures.py`)
GLANCE = 3.0  # seconds for the look at a new post's address

SIGNED_OUT = gettext_noop("The network no longer accepts the connection. Connect the account again.")
NOT_PERMITTED = gettext_noop("The network says that this connection may not post. Connect the account again.")
STOPPED = gettext_noop("The network has stopped this account from posting for now. Look at your account there.")
NOT_TAKEN = gettext_noop("The network does not take this post as it is. Please change it.")
PICTURE_BROKEN = gettext_noop("The network could not use the picture.")
VIDEO_BROKEN = gettext_noop("The network could not use the video.")
PICTURE_WAITING = gettext_noop("The network is still working on it.")
OVER_QUOTA = gettext_noop("The network takes no more posts from this account today.")
DUPLICATE = gettext_noop("The network says that a post with this text already exists. Please look whether it is there.")
NOT_PREPARED = gettext_noop("The post was not prepared at the network.")
NOT_SHOWN = gettext_noop("The network did not show your recent posts.")
NOT_LISTED = gettext_noop("It is not among your recent posts there, but the network's list may be behind.")
OUT = gettext_noop("The network says that it is out, and does not show it among your recent posts yet.")
TOO_MANY = gettext_noop("There are too many recent posts to be sure.")
NOT_YOURS = gettext_noop("The network did not let us delete this post.")
TAKE_BACK = gettext_noop("You can also remove our access on the network's own page.")

# By the code of the error body, which comes with a 4xx; sub-codes are each network's own. Whatever is not listed, and
# 1 and 2 ("unknown", "service"), says nothing about the post.
SURELY_NOT: dict[int, SurelyNotPosted] = {
    10: NeedsReconnect(NOT_PERMITTED),
    102: NeedsReconnect(SIGNED_OUT),
    190: NeedsReconnect(SIGNED_OUT),
    368: Refused(STOPPED),
}
PERMISSIONS = range(200, 300)
THROTTLED = {4: True, 17: False, 32: False, 341: True, 613: False}  # is it the whole app?
TOKEN_OVER = (102, 190)
INVALID, NO_OBJECT = 100, 33


def code_of(reply: http.Reply) -> tuple[int, int]:
    """The error's code and sub-code; nothing where the body is none of Graph's."""
    error = reply.document().get("error")
    found = error if isinstance(error, dict) else {}
    code, sub_code = found.get("code"), found.get("error_subcode")
    return code if isinstance(code, int) else 0, sub_code if isinstance(sub_code, int) else 0


def surely_not(reply: http.Reply, sub_codes: Mapping[int, SurelyNotPosted]) -> SurelyNotPosted | None:
    code, sub_code = code_of(reply)
    if not 400 <= reply.status < 500:
        return None
    if sub_code in sub_codes:
        return sub_codes[sub_code]
    if reply.status == 429 or code in THROTTLED:
        return replace(slow_down(reply, "", QUARTER), whole_app=THROTTLED.get(code, False))
    return NeedsReconnect(NOT_PERMITTED) if code in PERMISSIONS else SURELY_NOT.get(code)


def not_taken(reply: http.Reply) -> NeedsReconnect | Refused | None:
    """What code 100 says of a call that makes something: a field is wrong, or the account is out of our reach (33)."""
    code, sub_code = code_of(reply)
    if reply.status != 400 or code != INVALID:
        return None
    return NeedsReconnect(NOT_PERMITTED) if sub_code == NO_OBJECT else Refused(NOT_TAKEN)


def token(grant: Grant) -> dict[str, str]:
    return bearer(grant.access_token.reveal())


def rows_of(reply: http.Reply) -> list[dict[str, Any]] | None:
    """The entries of a list; None where the answer is no list of them."""
    rows = reply.document().get("data")
    whole = reply.status == 200 and isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    return rows if whole else None


def part(of: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object within another; empty where there is none."""
    found = of.get(name)
    return found if isinstance(found, dict) else {}


def unread(reply: http.Reply) -> NeedsReconnect | TryLater:
    """Why something could not be read. Only Graph's own code ends a connection: a firewall says 401 and 403 as well."""
    answer = surely_not(reply, {})
    return answer if isinstance(answer, NeedsReconnect | TryLater) else TryLater(SOON, UNAVAILABLE)


# --- tokens of sixty days ---------------------------------------------------------------------


def sixty_days(
    url: str, fields: Mapping[str, str], grant: Grant, *, named: str = "access_token"
) -> Grant | NeedsReconnect | TryLater:
    """Exchange or renew a token. It is its own refresh token, and asking twice does no harm.

    Only a token that is over needs its person: a permission that is missed here (10: "not old enough") does not.
    """
    reply = repeatable("GET", url, params={**fields, named: grant.access_token.reveal()})
    if isinstance(reply, TryLater):
        return reply
    new = reply.document()
    if reply.status != 200 or not new.get("access_token"):
        refused = unread(reply)
        is_over = isinstance(refused, TryLater) or code_of(reply)[0] in TOKEN_OVER
        return refused if is_over else TryLater(SOON, UNAVAILABLE)
    fresh = Secret(str(new["access_token"]))
    ends = datetime.now(UTC) + (lifetime(new.get("expires_in")) or SIXTY_DAYS)
    return replace(grant, access_token=fresh, refresh_token=fresh, expires_at=ends)


# --- containers: made and looked at before the intent, published after it ----------------------


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where one account's posts are made. `words` names the field of the text, `state` that of a container's state."""

    node: str  # the address all nodes stand under
    account_id: str
    edge: str
    words: str
    state: str
    headers: Mapping[str, str]
    sub_codes: Mapping[int, SurelyNotPosted]
    kinds: Mapping[str, str]  # media_type of "text", "image" and "video", where the network wants one
    describes_videos: bool = False
    more: Mapping[str, str] = field(default_factory=dict)  # what else a post's container says

    def address(self, path: str) -> str:
        return f"{self.node}/{self.account_id}/{path}"


def prepare(post: Post, at: Workshop, read: ReadPicture) -> Uploaded | SurelyNotPosted:
    """A container of the whole post, ready to be published, kept under the post's digest.

    The network fetches the pictures while it works on it; their addresses end with this call.
    """
    until = time.monotonic() + PREPARED_WITHIN
    with ExitStack() as loans:
        addresses = [loans.enter_context(lent(read(one.sha256), one.content_type)) for one in post.media]
        made = _container(post, at, addresses, until)
        return Uploaded({post.digest(): made}) if isinstance(made, str) else made


def _container(post: Post, at: Workshop, addresses: Sequence[str], until: float) -> str | SurelyNotPosted:
    words = {at.words: post.text} if post.text else {}
    pictures = [_picture(at, *one) for one in zip(post.media, addresses, strict=True)]
    if len(pictures) < 2:
        whole = pictures[0] if pictures else kind_of(at, "text")
    else:
        children = _ready(at, [picture | {"is_carousel_item": "true"} for picture in pictures], until)
        if not isinstance(children, list):
            return children
        whole = {"media_type": "CAROUSEL", "children": ",".join(children)}
    ready = _ready(at, [{**words, **whole, **at.more}], until)
    return ready[0] if isinstance(ready, list) else ready


def kind_of(at: Workshop, name: str) -> dict[str, str]:
    return {"media_type": at.kinds[name]} if name in at.kinds else {}


def _picture(at: Workshop, picture: Medium, address: str) -> dict[str, str]:
    described = {"alt_text": picture.alt_text} if picture.alt_text else {}
    return {"image_url": address} | described | kind_of(at, "image")


def _ready(at: Workshop, wanted: Sequence[Mapping[str, str]], until: float) -> list[str] | SurelyNotPosted:
    """All made before the first is looked at, so that the network works on them at the same time."""
    made: list[str] = []
    for fields in wanted:
        one = made_of(at, fields) if time.monotonic() < until else TryLater(SOON, PICTURE_WAITING)
        if not isinstance(one, str):
            return one
        made.append(one)
    broken = Refused(PICTURE_BROKEN if "image_url" in wanted[0] else NOT_TAKEN)
    return wait_for(at, made, until, broken) or made


def made_of(at: Workshop, fields: Mapping[str, str]) -> str | SurelyNotPosted:
    reply = repeatable("POST", at.address(at.edge), data=fields, headers=at.headers)
    if isinstance(reply, TryLater):
        return reply
    made = str(reply.document().get("id") or "")
    return made if reply.status == 200 and made.isdigit() else _not_made(reply, at)


def wait_for(at: Workshop, made: Sequence[str], until: float, broken: Refused) -> SurelyNotPosted | None:
    """What keeps them from being published; None as soon as nothing does."""
    waits = chain(WAITS, repeat(WAITS[-1]))
    for container in made:
        while (state := _state(at, container, until)) == "IN_PROGRESS":
            time.sleep(next(waits))
        if state != "FINISHED":
            return broken if isinstance(state, str) else state
    return None


def _state(at: Workshop, container: str, until: float) -> str | SurelyNotPosted:
    if time.monotonic() > until:
        return TryLater(SOON, PICTURE_WAITING)
    reply = repeatable("GET", f"{at.node}/{container}", params={"fields": at.state}, headers=at.headers)
    if isinstance(reply, TryLater):
        return reply
    state = reply.document().get(at.state)
    known = isinstance(state, str) and state in ("FINISHED", "IN_PROGRESS", "ERROR", "EXPIRED")
    return str(state) if known else surely_not(reply, at.sub_codes) or TryLater(SOON, UNCLEAR)


def _not_made(reply: http.Reply, at: Workshop) -> SurelyNotPosted:
    """A container is no post: whatever went wrong, nothing was posted."""
    return surely_not(reply, at.sub_codes) or not_taken(reply) or TryLater(SOON, UNCLEAR)


def publish_container(post: Post, at: Workshop, edge: str, uploaded: Uploaded) -> Outcome:
    container = uploaded.waiting(post.digest())
    if not container:
        return TryLater(SOON, NOT_PREPARED)
    began = time.monotonic()
    reply = send_once("POST", at.address(edge), data={"creation_id": container}, headers=at.headers)
    if isinstance(reply, TryLater | Unknown):
        return reply
    made = str(reply.document().get("id") or "")
    if reply.status == 200 and made.isdigit():
        return Published(made, permalink(f"{at.node}/{made}", "permalink", at.headers, began))
    return surely_not(reply, at.sub_codes) or Unknown(UNCLEAR)


def became_of(post: Post, at: Workshop, grant: Grant, waiting: Sequence[str], doubt: CannotTell) -> Absent | CannotTell:
    """Of sends whose answers were lost, and whose post is not listed: were their containers published?

    Meta's pages say what a container's state means: PUBLISHED is out, IN_PROGRESS is being published, FINISHED is ready
    to be, and EXPIRED was not within a day. The last two, of every send and beside a list that was read, show that
    nothing is out. The repeat goes on with the same container, so that one that is published late after all makes no
    second post: it is ready no more. ERROR says only that something failed, so it proves nothing.
    """
    states = {container: _state_now(at, container) for container in waiting}
    if "PUBLISHED" in states.values():
        return CannotTell(OUT, is_out=True)
    if doubt.reason != NOT_LISTED or not states or not set(states.values()) <= {"FINISHED", "EXPIRED"}:
        return doubt
    for container in (container for container, state in states.items() if state == "FINISHED"):
        keep_waiting(post.network, grant, whole_of(post), container)
    return Absent()


def whole_of(post: Post) -> Medium:
    """Under which a post's container is kept for the next attempt."""
    return Medium(post.digest(), "container")


def _state_now(at: Workshop, container: str) -> str:
    """Empty where it does not say."""
    if not container:
        return ""
    reply = look_up(f"{at.node}/{container}", params={"fields": at.state}, headers=at.headers)
    return "" if isinstance(reply, CannotTell) or reply.status != 200 else str(reply.document().get(at.state) or "")


def permalink(address: str, field: str, headers: Mapping[str, str], began: float) -> str:
    """The new post's address, if the network says it within the time that one call may take; else nothing."""
    left = float(settings.ENGINE["call_timeout"]) - (time.monotonic() - began)
    if left <= 0:
        return ""
    timeout = http.Timeout(connect=min(GLANCE, left), total=min(GLANCE, left))
    reply = repeatable("GET", address, params={"fields": field}, headers=headers, timeout=timeout)
    return "" if isinstance(reply, TryLater) else web_address(reply.document().get(field))


def within_quota(address: str, usage: str, config: str, headers: Mapping[str, str]) -> TryLater | None:
    """May this account post once more today? An answer we cannot read stops nobody: publishing itself will tell."""
    reply = repeatable("GET", address, params={"fields": f"{usage},{config}"}, headers=headers)
    if isinstance(reply, TryLater):
        return reply
    row = next(iter(rows_of(reply) or []), {})
    used, most = row.get(usage), part(row, config).get("quota_total")
    full = isinstance(used, int) and isinstance(most, int) and used >= most
    return TryLater(HOUR, OVER_QUOTA) if full else None


# --- own posts ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OwnPosts:
    """An account's list of its posts: `made` names the field of their time, `read` takes the rest of a row.

    `not_listed`: what is known of a post that is not in the list. It is absent only where something beside the list
    keeps a repeat from standing there twice.
    """

    address: str
    fields: str
    made: str
    read: Callable[[Mapping[str, Any]], Listed]
    not_listed: Absent | CannotTell


def find_own(post: Post, own: OwnPosts, since: datetime, headers: Mapping[str, str]) -> Finding:
    """Among the account's posts since then; more than one page of them is too many to be sure.

    The list is asked to begin then and read as if it had not: an older post of the same words is another one. One that
    does not say when it was made proves by its link alone, and leaves a doubt.
    """
    earliest = since.astimezone(UTC) - SLACK
    asked = {"fields": own.fields, "since": str(int(earliest.timestamp())), "limit": PAGE}
    reply = look_up(own.address, params=asked, headers=headers)
    if isinstance(reply, CannotTell):
        return reply
    rows = rows_of(reply)
    if rows is None:
        return CannotTell(NOT_SHOWN)
    times = [moment(row.get(own.made)) for row in rows]
    listed = zip(rows, times, strict=True)
    found = find_among(post, [replace(own.read(row), in_span=at is not None and at >= earliest) for row, at in listed])
    if found is not None:
        return found
    if None in times:
        return CannotTell(NOT_SHOWN)
    return CannotTell(TOO_MANY) if part(reply.document(), "paging").get("next") else own.not_listed


def app_fields(values: NetworkSettings) -> dict[str, str]:
    return {
        "client_id": values.client_id,
        "client_secret": values.client_secret.reveal() if values.client_secret else "",
    }


def removed(
    address: str, by_hand: str, sub_codes: Mapping[int, SurelyNotPosted], headers: Mapping[str, str]
) -> Removal:
    reply = send_once("DELETE", address, headers=headers)
    if isinstance(reply, TryLater | Unknown):
        return reply
    if reply.status == 200 and reply.document().get("success") is True:
        return Removed()
    if code_of(reply) == (INVALID, NO_OBJECT):
        return _gone_or_not_ours(address, by_hand, headers)
    match surely_not(reply, sub_codes):
        case NeedsReconnect() | TryLater() as answer:
            return answer
        case Refused(reason):
            return StillThere(reason, by_hand=by_hand)
    return Unknown(UNCLEAR)


def _gone_or_not_ours(address: str, by_hand: str, headers: Mapping[str, str]) -> Removal:
    """The same sub-code stands for "is not there" and "may not be deleted": one that can be read is there."""
    reply = repeatable("GET", address, params={"fields": "id"}, headers=headers)
    if isinstance(reply, TryLater):
        return reply
    if reply.status == 200:
        return StillThere(NOT_YOURS, by_hand=by_hand)
    return Removed() if code_of(reply) == (INVALID, NO_OBJECT) else Unknown(UNCLEAR)
