"""Instagram for professional accounts: sign-in, containers with pictures, publishing, own media, quota. No removal."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent, graph_api, pages
from integrations.sandbox.faults import Call
from integrations.sandbox.figures import FOLLOWERS, counts_of
from integrations.sandbox.graph_api import error, failure, user
from integrations.sandbox.store import Post
from integrations.sandbox.web import Body, Rejected, Routes, Sandbox, answer, fields

KEY = "instagram"
CAPTION_LIMIT, HASHTAGS, POSTS_A_DAY = 2_200, 30, 100
WORDS = {
    "instagram_business_basic": "See your profile and your posts",
    "instagram_business_content_publish": "Post for you",
}
SIGN_IN = graph_api.SignIn(
    consent.Consent(
        network=KEY,
        label="Instagram",
        words=WORDS,
        denied="access_denied",
        bad_scope="invalid_scope",
        pkce="none",
        methods=(),
        find_app=consent.known_or_new_app(KEY),
        allowed_scopes=lambda _: frozenset(WORDS) | {"instagram_business_manage_insights"},
        code_seconds="meta_code_seconds",
        may_leave_out=True,
    ),
    exchange="ig_exchange_token",
    says=lambda token: {"user_id": int(token.account_id), "permissions": ",".join(token.scopes)},
    refresh="ig_refresh_token",
)


def authorization(sandbox: Sandbox, request: Request) -> Response:
    return consent.authorize(sandbox, SIGN_IN.consent, request)


def access_token(sandbox: Sandbox, request: Request) -> Response:
    return graph_api.access_token(sandbox, request, SIGN_IN)


def exchange(sandbox: Sandbox, request: Request) -> Response:
    return graph_api.exchange(sandbox, request, SIGN_IN)


def refresh(sandbox: Sandbox, request: Request) -> Response:
    return graph_api.refresh(sandbox, request, SIGN_IN)


def me(sandbox: Sandbox, request: Request) -> Response:
    token = user(sandbox, request, KEY, "instagram_business_basic")
    person = sandbox.store.people[KEY, token.account_id]
    known = {
        "id": f"9{person.id}",  # the app's own name for the account
        "user_id": person.id,
        "username": person.handle,
        "name": person.name,
        "profile_picture_url": sandbox.url(f"/sandbox/faces/{KEY}/{person.id}.png"),
        "followers_count": FOLLOWERS,
    }
    wanted = request.args.get("fields", "id").split(",")
    return answer({name: value for name, value in known.items() if name in {"id", *wanted}})


# --- posting ----------------------------------------------------------------------------------


def make(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, KEY, "instagram_business_content_publish")
    _theirs(token.account_id, account_id)
    body = fields(request)
    caption = str(body.get("caption", ""))
    is_reel = body.get("media_type") == "REELS" and body.get("video_url")
    if not (body.get("image_url") or is_reel) and body.get("media_type") != "CAROUSEL":
        raise Rejected(error(400, 100, "The parameter image_url is required"))
    if len(caption) > CAPTION_LIMIT or caption.count("#") > HASHTAGS:
        raise Rejected(error(400, 36_004, "The caption was too long", 2_207_010))
    made = graph_api.make(sandbox, token, body, caption)
    container = sandbox.containers[made]
    if not is_reel and any(sandbox.store.picture_type(sha256) != "image/jpeg" for sha256, _ in container.media):
        container.state = "ERROR"
    return answer({"id": made})


def publish(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, KEY, "instagram_business_content_publish")
    _theirs(token.account_id, account_id)
    container = graph_api.own(sandbox, token, str(fields(request).get("creation_id", "")))
    if sandbox.store.people[KEY, token.account_id].restricted:
        raise Rejected(error(403, 25, "The account is restricted", 2_207_050))

    def accept() -> tuple[Response, str]:
        with sandbox.store.lock:
            post, written = sandbox.store.accept(graph_api.draft_of(sandbox, container))
            container.state = "PUBLISHED"
        written.result()
        return answer({"id": post.external_id}), post.external_id

    return sandbox.faults.publish(Call(KEY, token.account_id, "", failure), accept)


def _theirs(mine: str, account_id: str) -> None:
    if mine != account_id:
        raise graph_api.no_object("post")


def publishing_limit(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, KEY, "instagram_business_basic")
    _theirs(token.account_id, account_id)
    return graph_api.quota(len(sandbox.store.timeline(KEY, account_id)), POSTS_A_DAY)


# --- reading ----------------------------------------------------------------------------------


def media(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, KEY, "instagram_business_basic")
    _theirs(token.account_id, account_id)
    start, size = graph_api.since(request), int(request.args.get("limit", "25"))
    found = graph_api.listed(sandbox, sandbox.store.timeline(KEY, account_id), start)
    wanted = request.args.get("fields", "id").split(",")
    body: Body = {"data": [_read(sandbox, post, wanted) for post in found[:size]]}
    if len(found) > size:
        body["paging"] = {"cursors": {"after": found[size - 1].external_id}, "next": sandbox.url(request.path)}
    return answer(body)


def _read(sandbox: Sandbox, post: Post, wanted: list[str]) -> Body:
    known = {
        "id": post.external_id,
        "caption": post.text,
        "permalink": sandbox.url(pages.permalink(sandbox, post)),
        "timestamp": graph_api.timestamp(post),
        "media_type": "IMAGE" if len(post.media) == 1 else "CAROUSEL_ALBUM",
    }
    return {name: value for name, value in known.items() if name in {"id", *wanted}}


def node(sandbox: Sandbox, request: Request, node_id: str) -> Response:
    """A container or a post, by its number."""
    token = user(sandbox, request, KEY, "instagram_business_basic")
    if node_id in sandbox.containers:
        return answer({"id": node_id, "status_code": graph_api.own(sandbox, token, node_id).state})
    post = sandbox.store.standing_post(KEY, node_id)
    if post is None or post.account_id != token.account_id:
        raise graph_api.no_object()
    fields = request.args.get("fields", "id").split(",")
    counts = counts_of(sandbox, post)
    asked = {"like_count": counts["likes"], "comments_count": counts["comments"]}
    return answer(_read(sandbox, post, fields) | {name: asked[name] for name in fields if name in asked})


def profile_page(sandbox: Sandbox, _request: Request, handle: str) -> Response:
    return pages.show_profile(sandbox, KEY, handle)


def post_page(sandbox: Sandbox, _request: Request, post_id: str) -> Response:
    return pages.show_post(sandbox, KEY, post_id)


ROUTES: Routes = [
    ("GET", "/instagram/oauth/authorize", authorization),
    ("POST", "/instagram/oauth/authorize", authorization),
    ("POST", "/instagram/oauth/access_token", access_token),
    ("GET", "/instagram/access_token", exchange),
    ("GET", "/instagram/refresh_access_token", refresh),
    ("GET", "/instagram/v23.0/me", me),
    ("POST", "/instagram/v23.0/<account_id>/media", make),
    ("GET", "/instagram/v23.0/<account_id>/media", media),
    ("POST", "/instagram/v23.0/<account_id>/media_publish", publish),
    ("GET", "/instagram/v23.0/<account_id>/content_publishing_limit", publishing_limit),
    ("GET", "/instagram/v23.0/<node_id>", node),
    ("GET", "/instagram/<handle>", profile_page),
    ("GET", "/instagram/p/<post_id>", post_page),
]
