"""Threads' API: sign-in, containers and their publishing, reposts and replies, lists of posts, quota and removal."""

from __future__ import annotations

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent, graph_api, pages
from integrations.sandbox.counting import links_in, threads_length
from integrations.sandbox.faults import Call
from integrations.sandbox.figures import FOLLOWERS, counts_of
from integrations.sandbox.graph_api import error, failure, user
from integrations.sandbox.store import Draft, Post
from integrations.sandbox.web import Body, Rejected, Routes, Sandbox, answer, fields

TEXT_LIMIT, LINKS = 500, 5
POSTS_A_DAY, REPLIES_A_DAY, DELETES_A_DAY = 250, 1_000, 100
DAY = 86_400
WORDS = {
    "threads_basic": "See your profile and your posts",
    "threads_content_publish": "Post for you",
    "threads_delete": "Delete your posts",
}
REPLYING = ("threads_manage_replies", "threads_keyword_search")
MORE = {*REPLYING, "threads_manage_insights", "threads_profile_discovery", "threads_read_replies"}
SIGN_IN = graph_api.SignIn(
    consent.Consent(
        network="threads",
        label="Threads",
        words=WORDS,
        denied="access_denied",
        bad_scope="invalid_scope",
        pkce="none",
        methods=(),
        find_app=consent.known_or_new_app("threads"),
        allowed_scopes=lambda _: frozenset(WORDS) | MORE,
        code_seconds="meta_code_seconds",
        may_leave_out=True,
    ),
    exchange="th_exchange_token",
    says=lambda token: {"user_id": int(token.account_id)},
    refresh="th_refresh_token",
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
    token = user(sandbox, request, "threads", "threads_basic")
    person = sandbox.store.people["threads", token.account_id]
    known = {
        "id": person.id,
        "username": person.handle,
        "name": person.name,
        "threads_profile_picture_url": sandbox.url(f"/sandbox/faces/threads/{person.id}.png"),
    }
    wanted = request.args.get("fields", "id").split(",")
    return answer({name: value for name, value in known.items() if name in wanted})


# --- posting ----------------------------------------------------------------------------------


def make(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_content_publish")
    _theirs(token.account_id, account_id)
    body = fields(request)
    kind, text = body.get("media_type"), str(body.get("text", ""))
    if kind not in {"TEXT", "IMAGE", "VIDEO", "CAROUSEL"} or (kind == "TEXT" and not text):
        raise Rejected(error(400, 100, "Invalid parameter: media_type or text"))
    if threads_length(text) > TEXT_LIMIT:
        raise Rejected(error(400, 100, "Param text must be at most 500 characters long."))
    if len(set(links_in(text))) > LINKS:
        raise Rejected(error(400, 100, "THREADS_API__LINK_LIMIT_EXCEEDED"))
    made = graph_api.make(sandbox, token, body, text)
    if answered := str(body.get("reply_to_id", "")):
        user(sandbox, request, "threads", REPLYING[0])
        user(sandbox, request, "threads", REPLYING[1])
        if sandbox.store.standing_post("threads", answered) is None:
            raise graph_api.no_object("post")
        sandbox.containers[made].answers = answered
    return answer({"id": made})


def publish(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_content_publish")
    _theirs(token.account_id, account_id)
    container = graph_api.own(sandbox, token, str(fields(request).get("creation_id", "")))
    if sandbox.store.people["threads", token.account_id].restricted:
        raise Rejected(error(400, 10, "The user is restricted.", 4_279_013))

    def accept() -> tuple[Response, str]:
        with sandbox.store.lock:
            post, written = sandbox.store.accept(graph_api.draft_of(sandbox, container))
            container.state = "PUBLISHED"
        written.result()
        return answer({"id": post.external_id}), post.external_id

    return sandbox.faults.publish(Call("threads", token.account_id, "", failure), accept)


def _theirs(mine: str, account_id: str) -> None:
    if mine != account_id:
        raise graph_api.no_object("post")


def publishing_limit(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_basic")
    _theirs(token.account_id, account_id)
    answers = len(sandbox.store.timeline("threads", account_id, ("comment",)))
    if "reply_config" in request.args.get("fields", ""):
        said = {"reply_quota_usage": answers, "reply_config": {"quota_total": REPLIES_A_DAY, "quota_duration": DAY}}
        return answer({"data": [said]})
    return graph_api.quota(len(sandbox.store.timeline("threads", account_id, ("post", "repost"))), POSTS_A_DAY)


# --- reading and removing ---------------------------------------------------------------------


def repost(sandbox: Sandbox, request: Request, node_id: str) -> Response:
    """At once, without a container."""
    token = user(sandbox, request, "threads", "threads_content_publish")
    if sandbox.store.standing_post("threads", node_id) is None:
        raise graph_api.no_object("post")

    def accept() -> tuple[Response, str]:
        number = sandbox.store.number()
        done = Draft("threads", token.account_id, "", number, deed="repost", target=node_id)
        post, written = sandbox.store.accept(done)
        written.result()
        return answer({"id": post.external_id}), post.external_id

    return sandbox.faults.publish(Call("threads", token.account_id, "", failure), accept)


def posts(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_basic")
    _theirs(token.account_id, account_id)
    return _listed(sandbox, request, account_id, ("post", "repost"))


def replies(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_read_replies")
    _theirs(token.account_id, account_id)
    return _listed(sandbox, request, account_id, ("comment",))


def profile_posts(sandbox: Sandbox, request: Request) -> Response:
    """Anybody's, by name, for apps that were reviewed for it."""
    user(sandbox, request, "threads", "threads_profile_discovery")
    person = sandbox.store.find_person("threads", request.args.get("username", ""))
    if person is None:
        raise graph_api.no_object()
    return _listed(sandbox, request, person.id, ("post",))


def _listed(sandbox: Sandbox, request: Request, account_id: str, deeds: tuple[str, ...]) -> Response:
    start, size = graph_api.since(request), int(request.args.get("limit", "25"))
    found = graph_api.listed(sandbox, sandbox.store.timeline("threads", account_id, deeds), start)
    wanted = request.args.get("fields", "id").split(",")
    body: Body = {"data": [_read(sandbox, post, wanted) for post in found[:size]]}
    if len(found) > size:
        body["paging"] = {"cursors": {"after": found[size - 1].external_id}, "next": sandbox.url(request.path)}
    return answer(body)


def _read(sandbox: Sandbox, post: Post, wanted: list[str]) -> Body:
    known: Body = {
        "id": post.external_id,
        "permalink": sandbox.url(pages.permalink(sandbox, post)),
        "text": post.text,
        "timestamp": graph_api.timestamp(post),
        "media_type": "TEXT_POST" if not post.media else "IMAGE" if len(post.media) == 1 else "CAROUSEL_ALBUM",
    }
    if post.deed == "repost":
        known |= {"media_type": "REPOST_FACADE", "reposted_post": {"id": post.target}}
    if post.links:
        known["link_attachment_url"] = post.links[0]
    return {name: value for name, value in known.items() if name in {"id", *wanted}}


def node(sandbox: Sandbox, request: Request, node_id: str) -> Response:
    """A container or a post, by its number."""
    token = user(sandbox, request, "threads", "threads_basic")
    if node_id in sandbox.containers:
        return answer({"id": node_id, "status": graph_api.own(sandbox, token, node_id).state})
    post = sandbox.store.standing_post("threads", node_id)
    if post is None or post.account_id != token.account_id:
        raise graph_api.no_object()
    return answer(_read(sandbox, post, request.args.get("fields", "id").split(",")))


def insights(sandbox: Sandbox, request: Request, node_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_manage_insights")
    post = sandbox.store.standing_post("threads", node_id)
    if post is None or post.account_id != token.account_id:
        raise graph_api.no_object()
    counts = counts_of(sandbox, post)
    known = {"likes": "likes", "replies": "comments", "reposts": "reposts", "views": "views"}
    wanted = request.args.get("metric", "").split(",")
    values = {name: counts[known[name]] if name in known else 0 for name in wanted}
    rows = [{"name": name, "period": "lifetime", "values": [{"value": value}]} for name, value in values.items()]
    return answer({"data": rows})


def account_insights(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_manage_insights")
    _theirs(token.account_id, account_id)
    if request.args.get("metric") != "followers_count":
        raise Rejected(error(400, 100, "Param metric is not supported here."))
    return answer({"data": [{"name": "followers_count", "period": "day", "total_value": {"value": FOLLOWERS}}]})


def delete(sandbox: Sandbox, request: Request, node_id: str) -> Response:
    token = user(sandbox, request, "threads", "threads_delete")
    window = sandbox.limits.take("threads:deletes", token.account_id, DELETES_A_DAY, DAY)
    if window.over and sandbox.settings.enforce_limits:
        raise Rejected(error(400, 613, "Calls to this api have exceeded the rate limit."))
    return sandbox.removal_faults.around("threads", lambda: graph_api.delete(sandbox, token, node_id))


def profile_page(sandbox: Sandbox, _request: Request, handle: str) -> Response:
    return pages.show_profile(sandbox, "threads", handle)


def post_page(sandbox: Sandbox, _request: Request, handle: str, post_id: str) -> Response:
    if sandbox.store.find_person("threads", handle) is None:
        raise NotFound("There is no such account.")
    return pages.show_post(sandbox, "threads", post_id)


ROUTES: Routes = [
    ("GET", "/threads/oauth/authorize", authorization),
    ("POST", "/threads/oauth/authorize", authorization),
    ("POST", "/threads/oauth/access_token", access_token),
    ("GET", "/threads/access_token", exchange),
    ("GET", "/threads/refresh_access_token", refresh),
    ("GET", "/threads/v1.0/me", me),
    ("GET", "/threads/v1.0/profile_posts", profile_posts),
    ("GET", "/threads/v1.0/<account_id>/replies", replies),
    ("POST", "/threads/v1.0/<node_id>/repost", repost),
    ("POST", "/threads/v1.0/<account_id>/threads", make),
    ("GET", "/threads/v1.0/<account_id>/threads", posts),
    ("POST", "/threads/v1.0/<account_id>/threads_publish", publish),
    ("GET", "/threads/v1.0/<account_id>/threads_publishing_limit", publishing_limit),
    ("GET", "/threads/v1.0/<account_id>/threads_insights", account_insights),
    ("GET", "/threads/v1.0/<node_id>", node),
    ("GET", "/threads/v1.0/<node_id>/insights", insights),
    ("DELETE", "/threads/v1.0/<node_id>", delete),
    ("GET", "/threads/@<handle>", profile_page),
    ("GET", "/threads/@<handle>/post/<post_id>", post_page),
]
