"""X's posts: creating, reading back, removing, figures; reposts and files have files of their own.

Addresses in a text come back wrapped as t.co, as X does; the original stands in `entities.urls`.
"""

from __future__ import annotations

import hashlib
import re
from html import escape

from werkzeug.wrappers import Request, Response

from integrations.sandbox import pages, x_files, x_reposts
from integrations.sandbox import x_signin as signin
from integrations.sandbox.acceptances import from_utc_text
from integrations.sandbox.counting import URL, links_in, weighted_length
from integrations.sandbox.faults import Call
from integrations.sandbox.figures import counts_of
from integrations.sandbox.store import OWN_WORDS, Draft, Post
from integrations.sandbox.web import Body, Rejected, Routes, Sandbox, answer, json_body
from integrations.sandbox.x_answers import failure, invalid, not_found
from integrations.sandbox.x_signin import limited, problem, user

TEXT_LIMIT = 280
POSTS = ("x:posts", 100, 900)
READS = ("x:reads", 900, 900)
DELETES = ("x:deletes", 50, 900)
LABELS = ("paid_partnership", "made_with_ai")
CREATE_FIELDS = frozenset(
    (
        *("text", "media", "poll", "reply", "quote_tweet_id", "reply_settings", "community_id", "geo", "card_uri"),
        *("share_with_followers", "made_with_ai", "paid_partnership", "edit_options", "nullcast"),
        *("direct_message_deep_link", "for_super_followers_only"),
    )
)


# --- posts ------------------------------------------------------------------------------------


def create(sandbox: Sandbox, request: Request) -> Response:
    token = user(sandbox, request, "tweet.write")
    body = json_body(request)
    call = Call("x", token.account_id, request.headers.get("Idempotency-Key", ""), failure)

    def accept() -> tuple[Response, str]:
        draft = _draft(sandbox, token.account_id, body, call.attempt_key)
        with sandbox.store.lock:
            _refuse_duplicate(sandbox, draft)
            post, written = sandbox.store.accept(draft)
        written.result()
        said = {"id": post.external_id, "text": wrapped(post.text)[0], "edit_history_post_ids": [post.external_id]}
        return answer({"data": said}, 201), post.external_id

    return limited(sandbox, token.account_id, POSTS, lambda: sandbox.faults.publish(call, accept))


def _draft(sandbox: Sandbox, account_id: str, body: Body, attempt_key: str) -> Draft:
    if unknown := sorted(set(body) - CREATE_FIELDS):
        raise invalid(f"$.{unknown[0]}: is not defined in the schema")
    text = str(body.get("text", ""))
    ids = (body.get("media") or {}).get("media_ids", [])
    if not text and not ids:
        raise invalid("One of text or media is required.")
    if weighted_length(text) > TEXT_LIMIT:
        raise invalid("Your Tweet text is too long.")
    found = [sandbox.store.media_of("x", str(media_id), account_id) for media_id in ids]
    pictures = [[media.sha256, media.alt] for media in found if media]
    moving = [media for media in found if media and media.content_type in x_files.MOVING]
    if len(pictures) < len(ids) or len(ids) > 4 or (moving and len(ids) > 1):
        raise invalid("Your media IDs are invalid.")
    if not all(x_files.is_ready(media) for media in moving):
        raise invalid("The media is still being processed.")
    labels = {name: True for name in LABELS if body.get(name) is True}
    return Draft(
        network="x",
        account_id=account_id,
        text=text,
        external_id=sandbox.store.number(),
        attempt_key=attempt_key,
        links=links_in(text),
        media=pictures,
        record=labels or None,
    )


def _refuse_duplicate(sandbox: Sandbox, draft: Draft) -> None:
    same = sandbox.store.same_text(draft, sandbox.settings.seconds("duplicate_seconds"), removed_too=False)
    if same is not None:
        raise Rejected(problem(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content."))


def wrapped(text: str) -> tuple[str, list[Body]]:
    """The text as X gives it out, `&<>` escaped and every address as t.co, and the entities that name the originals."""
    entities: list[Body] = []
    said, end = "", 0
    for match in URL.finditer(text):
        address = match.group().rstrip(".,;:!?)'\"")
        short = "https://t.co/" + hashlib.sha256(address.encode()).hexdigest()[:10]
        said += escape(text[end : match.start()], quote=False)
        shown = re.sub(r"^https?://(www\.)?", "", address)
        entity = {"start": len(said), "end": len(said) + len(short), "url": short, "expanded_url": address}
        entities.append(entity | {"display_url": shown if len(shown) <= 27 else shown[:26] + "…"})
        said += short
        end = match.start() + len(address)
    return said + escape(text[end:], quote=False), entities


def _as_read(sandbox: Sandbox, post: Post) -> tuple[str, list[Body]]:
    """Text and entities as they are read back: pictures add one more address at the end."""
    text, entities = wrapped(post.text)
    if not post.media:
        return text, entities
    short = "https://t.co/" + hashlib.sha256(post.external_id.encode()).hexdigest()[:10]
    text = f"{text} {short}".lstrip()
    photo = sandbox.url(f"{pages.permalink(sandbox, post)}/photo/1")
    place: Body = {"start": len(text) - len(short), "end": len(text), "url": short, "expanded_url": photo}
    return text, [*entities, place | {"display_url": f"pic.x.com/{short[-10:]}", "media_key": f"3_{post.external_id}"}]


def _post_body(sandbox: Sandbox, post: Post, request: Request) -> Body:
    wanted = request.args.get("tweet.fields", "").split(",")
    if post.deed == "repost":
        return x_reposts.as_listed(sandbox, post)
    text, entities = _as_read(sandbox, post)
    counts = counts_of(sandbox, post)
    metrics = {
        "retweet_count": counts["reposts"],
        "reply_count": counts["comments"],
        "like_count": counts["likes"],
        "quote_count": 0,
        "bookmark_count": 0,
        "impression_count": counts["views"],
    }
    optional: Body = {
        "author_id": post.account_id,
        "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "entities": {"urls": entities},
        "public_metrics": metrics,
    }
    chosen = {name: optional[name] for name in wanted if name in optional and (name != "entities" or entities)}
    return {"id": post.external_id, "text": text, "edit_history_tweet_ids": [post.external_id], **chosen}


def search(sandbox: Sandbox, request: Request) -> Response:
    """Of one account's posts alone; the last seven days of them are all that the sandbox ever has."""
    query = request.args.get("query", "")
    if not query.startswith("from:") or not 10 <= int(request.args.get("max_results", "10")) <= 100:
        raise invalid("There were errors processing your request: the `query` or `max_results` is not valid.")
    return timeline(sandbox, request, query.removeprefix("from:"))


def timeline(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "tweet.read", "users.read")
    try:
        size = int(request.args.get("max_results", "10"))
        start, end = (request.args.get(name) for name in ("start_time", "end_time"))
        since, until = from_utc_text(start) if start else None, from_utc_text(end) if end else None
    except ValueError as error:
        raise invalid("A query parameter value is not valid.") from error
    if not 5 <= size <= 100:
        raise invalid("The `max_results` query parameter value is not between 5 and 100.")
    posts = [
        post
        for post in sandbox.store.timeline("x", account_id, (*OWN_WORDS, "repost"))
        if (since is None or post.at >= since)
        and (until is None or post.at < until)
        and int(post.external_id) > int(request.args.get("since_id", "0"))
        and int(post.external_id) < int(request.args.get("pagination_token", "9" * 20))
    ]
    page = posts[:size]
    meta: Body = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].external_id, "oldest_id": page[-1].external_id}
    if len(posts) > size:
        meta["next_token"] = page[-1].external_id
    body = ({"data": [_post_body(sandbox, post, request) for post in page]} if page else {}) | {"meta": meta}
    return limited(sandbox, token.account_id, READS, lambda: answer(body))


def posts_by_id(sandbox: Sandbox, request: Request) -> Response:
    token = user(sandbox, request, "tweet.read", "users.read")
    ids = [post_id for post_id in request.args.get("ids", "").split(",") if post_id]
    if not 1 <= len(ids) <= 100:
        raise invalid("The `ids` query parameter takes 1 to 100 ids.")
    found = {post_id: sandbox.store.standing_post("x", post_id) for post_id in ids}
    data = [_post_body(sandbox, post, request) for post in found.values() if post]
    errors = [not_found(post_id) for post_id, post in found.items() if post is None]
    body = ({"data": data} if data else {}) | ({"errors": errors} if errors else {})
    return limited(sandbox, token.account_id, READS, lambda: answer(body))


def one_post(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    token = user(sandbox, request, "tweet.read", "users.read")
    post = sandbox.store.standing_post("x", post_id)
    body = {"data": _post_body(sandbox, post, request)} if post else {"errors": [not_found(post_id)]}
    return limited(sandbox, token.account_id, READS, lambda: answer(body))


def delete(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    return sandbox.removal_faults.around("x", lambda: _delete(sandbox, request, post_id))


def _delete(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    token = user(sandbox, request, "tweet.write")
    post = sandbox.store.standing_post("x", post_id)

    def act() -> Response:
        if post is None:
            kind = "https://api.twitter.com/2/problems/resource-not-found"
            raise Rejected(problem(404, "Not Found Error", f"Could not find tweet with id: [{post_id}].", kind))
        if post.account_id != token.account_id:
            raise Rejected(problem(403, "Forbidden", "You are not authorized to delete this Tweet."))
        sandbox.store.remove(post).result()
        return answer({"data": {"deleted": True}})

    return limited(sandbox, token.account_id, DELETES, act)


ROUTES: Routes = [
    ("GET", "/x/i/oauth2/authorize", signin.authorization),
    ("POST", "/x/i/oauth2/authorize", signin.authorization),
    ("POST", "/x/2/oauth2/token", signin.token),
    ("POST", "/x/2/oauth2/revoke", signin.revoke),
    ("GET", "/x/2/users/me", signin.me),
    ("GET", "/x/2/users/<account_id>/tweets", timeline),
    ("POST", "/x/2/tweets", create),
    ("GET", "/x/2/tweets", posts_by_id),
    ("GET", "/x/2/tweets/search/recent", search),
    ("GET", "/x/2/tweets/<post_id>", one_post),
    ("DELETE", "/x/2/tweets/<post_id>", delete),
    *x_files.ROUTES,
    *x_reposts.ROUTES,
    ("GET", "/x/i/web/status/<post_id>", lambda sandbox, _, post_id: pages.show_post(sandbox, "x", post_id)),
    (
        "GET",
        "/x/<handle>/status/<post_id>",
        lambda sandbox, _, post_id, **_path: pages.show_post(sandbox, "x", post_id),
    ),
    ("GET", "/x/<handle>", lambda sandbox, _, handle: pages.show_profile(sandbox, "x", handle)),
]
