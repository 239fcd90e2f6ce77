"""Bluesky's repository calls: records under a key the app chose, blobs, reading back, removal, counts.

`putRecord` with identical content is a no-op, so a repeat is harmless; different content under the same key is an
edit and is noted as one more acceptance, for a judge to see.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime

from werkzeug.wrappers import Request, Response

from integrations.sandbox import bluesky_oauth, bluesky_video, pages
from integrations.sandbox import bluesky_signin as signin
from integrations.sandbox.bluesky_records import COLLECTIONS, DEEDS, POSTS, checked_draft
from integrations.sandbox.bluesky_signin import caller, refuse
from integrations.sandbox.faults import Call
from integrations.sandbox.figures import answers_to, counts_of
from integrations.sandbox.store import ALPHABET, Draft, Media, Person, Post
from integrations.sandbox.told import Answered
from integrations.sandbox.web import Body, Routes, Sandbox, answer, json_body

WRITES = ("bluesky:points", 5000, 3600)
LARGEST_BLOB = 50_000_000
EVERY_DEED = ("post", "comment", *DEEDS.values())


def failure(status: int, retry_after: int) -> Response:
    """The error bodies of injected faults; the 400 carries a name that no lexicon documents."""
    names = {
        400: ("UpstreamFault", "Bad Request"),
        429: ("RateLimitExceeded", "Rate Limit Exceeded"),
        500: ("InternalServerError", "Internal Server Error"),
        503: ("NotEnoughResources", "Service Unavailable"),
    }
    name, message = names[status]
    response = answer({"error": name, "message": message}, status)
    if status == 429:
        response.headers["Retry-After"] = str(retry_after)
    return response


def cid_of(content: bytes, codec: int) -> str:
    """A CIDv1 over SHA-256. Records are hashed as sorted JSON here, not as DAG-CBOR: equal content, equal CID."""
    digest = bytes([1, codec, 0x12, 0x20]) + hashlib.sha256(content).digest()
    return "b" + base64.b32encode(digest).decode().lower().rstrip("=")


def record_cid(record: Body) -> str:
    return cid_of(json.dumps(record, sort_keys=True, ensure_ascii=False).encode(), 0x71)


# --- writing ----------------------------------------------------------------------------------


def put_record(sandbox: Sandbox, request: Request) -> Response:
    return _write(sandbox, request, _put)


def create_record(sandbox: Sandbox, request: Request) -> Response:
    return _write(sandbox, request, _create)


Writer = Callable[[Sandbox, Draft, Body], tuple[Post, Future[None], bool]]


def _write(sandbox: Sandbox, request: Request, writer: Writer) -> Response:
    token = caller(sandbox, request)
    body = json_body(request)
    _repo(body, token.account_id, sandbox)
    rkey = str(body.get("rkey") or "") or _tid(int(sandbox.store.number()))
    call = Call("bluesky", token.account_id, rkey, failure)

    def accept() -> tuple[Response, str]:
        draft = checked_draft(sandbox, token.account_id, body, rkey)
        with sandbox.store.lock:
            post, written, new = writer(sandbox, draft, body)
        written.result()
        said: Body = {"uri": post.external_id, "cid": record_cid(post.record or {}), "validationStatus": "valid"}
        if new:
            said["commit"] = _commit(post.account_id, post.at)
        return answer(said), post.external_id

    points = 3 if writer is _create else 2
    return _with_limits(sandbox, token.account_id, points, lambda: sandbox.faults.publish(call, accept))


def _put(sandbox: Sandbox, draft: Draft, body: Body) -> tuple[Post, Future[None], bool]:
    present = sandbox.store.standing_post("bluesky", draft.external_id)
    if present and present.record == draft.record:
        return present, sandbox.store.repeat(present, draft.rkey), False
    if "swapRecord" in body:
        expected = body["swapRecord"]
        actual = record_cid(present.record or {}) if present else None
        if expected != actual:
            refuse("InvalidSwap", f"Record was at {actual or 'null'}")
    return *sandbox.store.accept(draft), True


def _create(sandbox: Sandbox, draft: Draft, _body: Body) -> tuple[Post, Future[None], bool]:
    if sandbox.store.standing_post("bluesky", draft.external_id):
        # The reference server's tree throws here, and nothing catches it by name.
        refuse("InternalServerError", "Internal Server Error", 500)
    return *sandbox.store.accept(draft), True


def _with_limits(sandbox: Sandbox, account_id: str, points: int, act: Callable[[], Response]) -> Response:
    window = sandbox.limits.take(WRITES[0], account_id, WRITES[1], WRITES[2], cost=points)
    if window.over and sandbox.settings.enforce_limits:
        refuse("RateLimitExceeded", "Rate Limit Exceeded", 429)
    response = act()
    response.headers["RateLimit-Limit"] = str(window.limit)
    response.headers["RateLimit-Remaining"] = str(window.remaining)
    response.headers["RateLimit-Reset"] = str(window.reset)
    response.headers["RateLimit-Policy"] = f"{window.limit};w={window.seconds}"
    return response


def _commit(account_id: str, at: datetime) -> Body:
    """A repository's commit; its `rev` is a TID of the moment, as the protocol wants it."""
    rev = _tid(int(at.timestamp()) * 1_000_000 + at.microsecond << 10)
    return {"cid": cid_of(f"{account_id}:{rev}".encode(), 0x71), "rev": rev}


def latest_commit(sandbox: Sandbox, request: Request) -> Response:
    """What was written last: an accepted record or a deletion. A repository is made with its account."""
    person = sandbox.store.find_person("bluesky", request.args.get("did", ""))
    if person is None:
        refuse("RepoNotFound", f"Could not find repo for DID: {request.args.get('did', '')}")
    return answer(_commit(person.id, sandbox.store.written_last("bluesky", person.id)))


def _tid(number: int) -> str:
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(60, -1, -5))


def _repo(body: Body, account_id: str, sandbox: Sandbox) -> None:
    person = sandbox.store.find_person("bluesky", str(body.get("repo", "")))
    if person is None or person.id != account_id:
        refuse("InvalidRequest", "Could not find repo: the session belongs to another account")
    if body.get("collection") not in COLLECTIONS:
        refuse("InvalidRequest", f"This sandbox keeps records of {', '.join(COLLECTIONS)} only")


def delete_record(sandbox: Sandbox, request: Request) -> Response:
    """A record that is not there is a success too."""
    return sandbox.removal_faults.around("bluesky", lambda: _delete_record(sandbox, request))


def _delete_record(sandbox: Sandbox, request: Request) -> Response:
    token = caller(sandbox, request)
    body = json_body(request)
    _repo(body, token.account_id, sandbox)
    post = sandbox.store.standing_post("bluesky", f"at://{token.account_id}/{body['collection']}/{body.get('rkey')}")
    if post:
        sandbox.store.remove(post).result()
    return _with_limits(sandbox, token.account_id, 1, lambda: answer({}))


def upload_blob(sandbox: Sandbox, request: Request) -> Response:
    token = caller(sandbox, request)
    content = request.get_data()
    if not content or len(content) > LARGEST_BLOB:
        refuse("InvalidRequest", "The blob is empty, or larger than this server takes", 413 if content else 400)
    mimetype = request.mimetype or "application/octet-stream"
    cid = cid_of(content, 0x55)
    sandbox.store.keep_media(Media("bluesky", cid, token.account_id, content_type=mimetype), content)
    blob = {"$type": "blob", "ref": {"$link": cid}, "mimeType": mimetype, "size": len(content)}
    return answer({"blob": blob})


# --- reading ----------------------------------------------------------------------------------


def _record_body(post: Post) -> Body:
    return {"uri": post.external_id, "cid": record_cid(post.record or {}), "value": post.record}


def get_record(sandbox: Sandbox, request: Request) -> Response:
    person = sandbox.store.find_person("bluesky", request.args.get("repo", ""))
    uri = f"at://{person.id if person else ''}/{request.args.get('collection')}/{request.args.get('rkey')}"
    post = sandbox.store.standing_post("bluesky", uri)
    if post is None:
        refuse("RecordNotFound", f"Could not locate record: {uri}")
    return answer(_record_body(post))


def list_records(sandbox: Sandbox, request: Request) -> Response:
    """Newest key first, as the server does without `reverse`."""
    person = sandbox.store.find_person("bluesky", request.args.get("repo", ""))
    if person is None:
        refuse("InvalidRequest", f"Could not find repo: {request.args.get('repo', '')}")
    size, cursor = int(request.args.get("limit", "50")), request.args.get("cursor", "~")
    collection = request.args.get("collection", "")
    own = sandbox.store.timeline("bluesky", person.id, EVERY_DEED) if collection in COLLECTIONS else []
    own = [post for post in own if post.external_id.startswith(f"at://{person.id}/{collection}/")]
    posts = sorted((post for post in own if post.rkey < cursor), key=lambda post: post.rkey, reverse=True)
    page = posts[: max(1, min(size, 100))]
    body: Body = {"records": [_record_body(post) for post in page]}
    return answer(body | ({"cursor": page[-1].rkey} if page else {}))


def _author(sandbox: Sandbox, person: Person) -> Body:
    avatar = sandbox.url(f"/sandbox/faces/bluesky/{person.id}.png")
    return {"did": person.id, "handle": person.handle, "displayName": person.name, "avatar": avatar}


def get_profile(sandbox: Sandbox, request: Request) -> Response:
    person = sandbox.store.find_person("bluesky", request.args.get("actor", ""))
    if person is None:
        refuse("InvalidRequest", "Profile not found")
    standing = len(sandbox.store.timeline("bluesky", person.id))
    counts = {"followersCount": 120, "followsCount": 80, "postsCount": standing}
    return answer(_author(sandbox, person) | counts)


def get_posts(sandbox: Sandbox, request: Request) -> Response:
    uris = request.args.getlist("uris")
    if not 1 <= len(uris) <= 25:
        refuse("InvalidRequest", "Error: uris must have between 1 and 25 values")
    found = [post for uri in uris if (post := sandbox.store.standing_post("bluesky", uri))]
    return answer({"posts": [_post_view(sandbox, post) for post in found]})


def _post_view(sandbox: Sandbox, post: Post) -> Body:
    counts = counts_of(sandbox, post)
    return {
        "uri": post.external_id,
        "cid": record_cid(post.record or {}),
        "author": _author(sandbox, sandbox.store.people["bluesky", post.account_id]),
        "record": post.record,
        "indexedAt": post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "likeCount": counts["likes"],
        "repostCount": counts["reposts"],
        "replyCount": counts["comments"],
        "quoteCount": 0,
        "bookmarkCount": 0,
    }


def get_post_thread(sandbox: Sandbox, request: Request) -> Response:
    post = sandbox.store.standing_post("bluesky", request.args.get("uri", ""))
    if post is None:
        refuse("NotFound", f"Post not found: {request.args.get('uri', '')}")
    answers = [_answer_view(post, said, number) for number, said in enumerate(answers_to(sandbox, post))]
    kind = "app.bsky.feed.defs#threadViewPost"
    return answer({"thread": {"$type": kind, "post": _post_view(sandbox, post), "replies": answers}})


def _answer_view(post: Post, said: Answered, number: int) -> Body:
    at = said.at.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    record = {"$type": POSTS, "text": said.text, "createdAt": at}
    author = {"did": "did:plc:reader", "handle": f"{said.by.lower()}.sandbox.test", "displayName": said.by}
    view = {"uri": f"{post.external_id}-{number}", "author": author, "record": record, "indexedAt": at}
    return {"$type": "app.bsky.feed.defs#threadViewPost", "post": view, "replies": []}


def show_post(sandbox: Sandbox, _request: Request, who: str, rkey: str) -> Response:
    person = sandbox.store.find_person("bluesky", who)
    return pages.show_post(sandbox, "bluesky", f"at://{person.id if person else ''}/{POSTS}/{rkey}")


def show_profile(sandbox: Sandbox, _request: Request, who: str) -> Response:
    return pages.show_profile(sandbox, "bluesky", who)


ROUTES: Routes = [
    ("POST", "/bluesky/xrpc/com.atproto.server.createSession", signin.create_session),
    ("POST", "/bluesky/xrpc/com.atproto.server.refreshSession", signin.refresh_session),
    ("POST", "/bluesky/xrpc/com.atproto.server.deleteSession", signin.delete_session),
    ("GET", "/bluesky/xrpc/com.atproto.server.getSession", signin.get_session),
    ("GET", "/bluesky/xrpc/com.atproto.server.describeServer", signin.describe_server),
    ("GET", "/bluesky/xrpc/com.atproto.identity.resolveHandle", signin.resolve_handle),
    ("POST", "/bluesky/xrpc/com.atproto.repo.putRecord", put_record),
    ("POST", "/bluesky/xrpc/com.atproto.repo.createRecord", create_record),
    ("POST", "/bluesky/xrpc/com.atproto.repo.deleteRecord", delete_record),
    ("POST", "/bluesky/xrpc/com.atproto.repo.uploadBlob", upload_blob),
    ("GET", "/bluesky/xrpc/com.atproto.sync.getLatestCommit", latest_commit),
    ("GET", "/bluesky/xrpc/com.atproto.repo.getRecord", get_record),
    ("GET", "/bluesky/xrpc/com.atproto.repo.listRecords", list_records),
    ("GET", "/bluesky/xrpc/app.bsky.actor.getProfile", get_profile),
    ("GET", "/bluesky/xrpc/app.bsky.feed.getPosts", get_posts),
    ("GET", "/bluesky/xrpc/app.bsky.feed.getPostThread", get_post_thread),
    ("GET", "/bluesky/settings/app-passwords", signin.app_passwords),
    ("POST", "/bluesky/settings/app-passwords", signin.app_passwords),
    ("GET", "/bluesky/profile/<who>", show_profile),
    ("GET", "/bluesky/profile/<who>/post/<rkey>", show_post),
    *bluesky_oauth.ROUTES,
    *bluesky_video.routes(cid_of),
]
