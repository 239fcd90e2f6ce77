"""Facebook as an app for Pages meets it: signing in, the person's Pages, posts with links and photos, removal.

Whoever signs in as `ann` runs the Page `ann`, and every Page whose handle begins with `ann.`
"""

from __future__ import annotations

import json

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent, graph_api, pages
from integrations.sandbox.counting import links_in
from integrations.sandbox.faults import Call
from integrations.sandbox.figures import FOLLOWERS, counts_of
from integrations.sandbox.grants import Token
from integrations.sandbox.graph_api import error, failure
from integrations.sandbox.store import Draft, Media, Person, Post
from integrations.sandbox.web import Body, Rejected, Routes, Sandbox, answer, fields

KEY = "facebook_pages"
OF_A_PAGE = "page"  # among the scopes of a Page's own token
TEXT_LIMIT = 63_206
LARGEST_PHOTO = 4_000_000
VIDEO_PIECE = 1_000_000  # bytes; the real ones are larger
WORDS = {
    "pages_show_list": "See which Pages you run",
    "pages_manage_posts": "Post for your Pages, and delete those posts",
    "pages_read_engagement": "Read your Pages' posts",
}
SIGN_IN = graph_api.SignIn(
    consent.Consent(
        network=KEY,
        label="Facebook",
        words=WORDS,
        denied="access_denied",
        bad_scope="invalid_scope",
        pkce="none",
        methods=(),
        find_app=consent.known_or_new_app(KEY),
        allowed_scopes=lambda _: frozenset(WORDS) | {"pages_manage_engagement", "read_insights", "publish_video"},
        code_seconds="meta_code_seconds",
        may_leave_out=True,
    ),
    exchange="fb_exchange_token",
    says=lambda _: {"token_type": "bearer", "expires_in": 3600},
    named="fb_exchange_token",
)


def authorization(sandbox: Sandbox, request: Request) -> Response:
    return consent.authorize(sandbox, SIGN_IN.consent, request)


def access_token(sandbox: Sandbox, request: Request) -> Response:
    return graph_api.access_token(sandbox, request, SIGN_IN)


def exchange(sandbox: Sandbox, request: Request) -> Response:
    return graph_api.exchange(sandbox, request, SIGN_IN)


# --- Pages ------------------------------------------------------------------------------------


def me(sandbox: Sandbox, request: Request) -> Response:
    token = graph_api.user(sandbox, request, KEY, "pages_show_list")
    person = sandbox.store.people[KEY, token.account_id]
    return answer(_page(sandbox, person) if OF_A_PAGE in token.scopes else {"id": person.id, "name": person.name})


def my_permissions(sandbox: Sandbox, request: Request) -> Response:
    token = graph_api.user(sandbox, request, KEY)
    rows = [{"permission": scope, "status": "granted" if scope in token.scopes else "declined"} for scope in WORDS]
    return answer({"data": rows})


def my_pages(sandbox: Sandbox, request: Request) -> Response:
    token = graph_api.user(sandbox, request, KEY, "pages_show_list")
    mine = sandbox.store.people[KEY, token.account_id]
    run = [one for (key, _), one in sandbox.store.people.items() if key == KEY and _runs(mine, one)]
    return answer({"data": [_page(sandbox, one) | _with_token(sandbox, token, one) for one in run]})


def _runs(person: Person, page: Person) -> bool:
    return page.handle == person.handle or page.handle.startswith(f"{person.handle}.")


def _page(sandbox: Sandbox, page: Person) -> Body:
    return {
        "id": page.id,
        "name": page.name,
        "username": page.handle,
        "link": sandbox.url(pages.profile_path(page)),
        "picture": {"data": {"url": sandbox.url(f"/sandbox/faces/{KEY}/{page.id}.png")}},
        "followers_count": FOLLOWERS,
    }


def _with_token(sandbox: Sandbox, token: Token, page: Person) -> Body:
    """Its own token, which does not end by date; it dies with the person's."""
    scopes = [*token.scopes, OF_A_PAGE]
    made = sandbox.grants.issue(KEY, page.id, token.client_id, scopes, access_life=None, family=token.family)
    return {"access_token": made.access.value, "tasks": ["ANALYZE", "CREATE_CONTENT", "MODERATE"]}


def _as_page(sandbox: Sandbox, request: Request, page_id: str, scope: str) -> Token:
    token = graph_api.user(sandbox, request, KEY, scope)
    if OF_A_PAGE not in token.scopes:
        raise Rejected(error(403, 200, "A page access token is required"))
    if page_id and token.account_id != page_id:
        raise graph_api.no_object("post")
    return token


# --- posts ------------------------------------------------------------------------------------


def photo(sandbox: Sandbox, request: Request, page_id: str) -> Response:
    token = _as_page(sandbox, request, page_id, "pages_manage_posts")
    file = request.files.get("source")
    content = file.read() if file else b""
    if file is None or not content or request.form.get("published") != "false":
        raise Rejected(error(400, 100, "Invalid parameter: source, or a photo that is published at once"))
    if len(content) > LARGEST_PHOTO:
        raise Rejected(error(400, 1, "The photo is too large.", 1_366_046))
    media = Media(KEY, sandbox.store.number(), token.account_id, content_type=file.mimetype)
    media.alt = request.form.get("alt_text_custom", "")
    sandbox.store.keep_media(media, content)
    return answer({"id": media.id})


def video(sandbox: Sandbox, request: Request, page_id: str) -> Response:
    """A session of three phases; the last one publishes."""
    token = _as_page(sandbox, request, page_id, "publish_video")
    body, phase = fields(request), str(fields(request).get("upload_phase", ""))
    if phase == "start":
        size = str(body.get("file_size", ""))
        if not size.isdigit() or int(size) < 1:
            raise Rejected(error(400, 100, "Invalid parameter: file_size"))
        media = Media(KEY, sandbox.store.number(), page_id, content_type="video/mp4", size=int(size))
        sandbox.store.keep_media(media)
        (sandbox.store.pictures / f"session-{media.id}").touch()
        return answer({"upload_session_id": media.id, "video_id": media.id, **_next_piece(0, media.size)})
    media = sandbox.store.media.get((KEY, str(body.get("upload_session_id", "")), page_id)) or _no_session()
    path = sandbox.store.pictures / f"session-{media.id}"
    if phase == "transfer":
        piece = request.files.get("video_file_chunk")
        if piece is None or str(body.get("start_offset")) != str(path.stat().st_size):
            raise Rejected(error(400, 6001, "There was a problem uploading your video file. Please try again."))
        with path.open("ab") as whole:
            whole.write(piece.read())
        return answer(_next_piece(path.stat().st_size, media.size))
    if phase != "finish" or path.stat().st_size != media.size:
        raise Rejected(error(400, 100, "Invalid parameter: upload_phase"))
    if not media.sha256:
        sandbox.store.keep_media(media, path.read_bytes())
    return _publish_video(sandbox, token, media, str(body.get("description", "")))


def _next_piece(first: int, size: int) -> Body:
    return {"start_offset": str(first), "end_offset": str(min(first + VIDEO_PIECE, size))}


def _no_session() -> Media:
    raise Rejected(error(400, 100, "Invalid parameter: upload_session_id"))


def _publish_video(sandbox: Sandbox, token: Token, media: Media, text: str) -> Response:
    def accept() -> tuple[Response, str]:
        made = [[media.sha256, ""]]
        post, written = sandbox.store.accept(
            Draft(KEY, token.account_id, text, media.id, links=links_in(text), media=made)
        )
        written.result()
        return answer({"success": True}), post.external_id

    return sandbox.faults.publish(Call(KEY, token.account_id, "", failure), accept)


def publish(sandbox: Sandbox, request: Request, page_id: str) -> Response:
    token = _as_page(sandbox, request, page_id, "pages_manage_posts")
    if sandbox.store.people[KEY, page_id].restricted:
        raise Rejected(error(400, 368, "The action attempted has been deemed abusive or is otherwise disallowed"))

    def accept() -> tuple[Response, str]:
        draft = _draft(sandbox, token, fields(request))
        with sandbox.store.lock:
            latest = next(iter(sandbox.store.timeline(KEY, page_id)), None)
            if latest and (latest.text, latest.media) == (draft.text, draft.media):
                raise Rejected(error(400, 506, "Duplicate status message"))
            post, written = sandbox.store.accept(draft)
        written.result()
        return answer({"id": post.external_id}), post.external_id

    return sandbox.faults.publish(Call(KEY, page_id, "", failure), accept)


def _draft(sandbox: Sandbox, token: Token, body: Body) -> Draft:
    text, link = str(body.get("message", "")), str(body.get("link", ""))
    media = [_attached(sandbox, token, str(value)) for name, value in body.items() if name.startswith("attached_media")]
    if not (text or link or media) or len(text) > TEXT_LIMIT:
        raise Rejected(error(400, 100, "Invalid parameter: message"))
    return Draft(
        network=KEY,
        account_id=token.account_id,
        text=text,
        external_id=f"{token.account_id}_{sandbox.store.number()}",
        links=[*links_in(text), *([link] if link and link not in text else [])],
        media=media,
    )


def _attached(sandbox: Sandbox, token: Token, value: str) -> list[str]:
    try:
        name = str(json.loads(value)["media_fbid"])
    except (ValueError, KeyError, TypeError):
        name = ""
    media = sandbox.store.media_of(KEY, name, token.account_id)
    if media is None:
        raise Rejected(error(400, 100, "Invalid parameter: attached_media"))
    return [media.sha256, media.alt]


def posts(sandbox: Sandbox, request: Request, page_id: str) -> Response:
    _as_page(sandbox, request, page_id, "pages_read_engagement")
    start, size = graph_api.since(request), int(request.args.get("limit", "25"))
    found = [post for post in sandbox.store.timeline(KEY, page_id) if post.at >= start]
    body: Body = {"data": [_read(sandbox, post) for post in found[:size]]}
    if len(found) > size:
        body["paging"] = {"cursors": {"after": found[size - 1].external_id}, "next": sandbox.url(request.path)}
    return answer(body)


def _read(sandbox: Sandbox, post: Post) -> Body:
    body: Body = {
        "id": post.external_id,
        "message": post.text,
        "permalink_url": sandbox.url(pages.permalink(sandbox, post)),
        "created_time": graph_api.timestamp(post),
    }
    if post.links and not post.media:
        body["attachments"] = {"data": [{"unshimmed_url": post.links[0]}]}
    return body


def node(sandbox: Sandbox, request: Request, node_id: str) -> Response:
    token = _as_page(sandbox, request, "", "pages_read_engagement")
    post = sandbox.store.standing_post(KEY, node_id)
    if post is None or post.account_id != token.account_id:
        raise graph_api.no_object()
    counts, fields = counts_of(sandbox, post), request.args.get("fields", "")
    said = _read(sandbox, post)
    if "reactions" in fields:
        said |= {"reactions": {"data": [], "summary": {"total_count": counts["likes"]}}}
    if "shares" in fields and counts["reposts"]:
        said |= {"shares": {"count": counts["reposts"]}}
    return answer(said)


def delete(sandbox: Sandbox, request: Request, node_id: str) -> Response:
    token = _as_page(sandbox, request, "", "pages_manage_posts")
    return sandbox.removal_faults.around(KEY, lambda: graph_api.delete(sandbox, token, node_id))


def profile_page(sandbox: Sandbox, _request: Request, handle: str) -> Response:
    return pages.show_profile(sandbox, KEY, handle)


def post_page(sandbox: Sandbox, _request: Request, handle: str, post_id: str) -> Response:
    if sandbox.store.find_person(KEY, handle) is None:
        raise NotFound("There is no such Page.")
    return pages.show_post(sandbox, KEY, post_id)


ROUTES: Routes = [
    ("GET", "/facebook_pages/v23.0/dialog/oauth", authorization),
    ("POST", "/facebook_pages/v23.0/dialog/oauth", authorization),
    ("POST", "/facebook_pages/v23.0/oauth/access_token", access_token),
    ("GET", "/facebook_pages/v23.0/oauth/access_token", exchange),
    ("GET", "/facebook_pages/v23.0/me", me),
    ("GET", "/facebook_pages/v23.0/me/permissions", my_permissions),
    ("GET", "/facebook_pages/v23.0/me/accounts", my_pages),
    ("POST", "/facebook_pages/v23.0/<page_id>/feed", publish),
    ("POST", "/facebook_pages/v23.0/<page_id>/photos", photo),
    ("POST", "/facebook_pages/v23.0/<page_id>/videos", video),
    ("GET", "/facebook_pages/v23.0/<page_id>/published_posts", posts),
    ("GET", "/facebook_pages/v23.0/<node_id>", node),
    ("DELETE", "/facebook_pages/v23.0/<node_id>", delete),
    ("GET", "/facebook_pages/<handle>", profile_page),
    ("GET", "/facebook_pages/<handle>/posts/<post_id>", post_page),
]
