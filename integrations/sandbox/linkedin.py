"""LinkedIn's Posts API as a member's self-serve app meets it: posts, reposts and their removal.

Own posts cannot be read back, as with the real self-serve scopes, and have figures for a reviewed app alone. A
commentary is stored as a reader would see it: unescaped, and cut at a reserved character that was not escaped.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from integrations.sandbox import linkedin_deeds, linkedin_files, pages
from integrations.sandbox import linkedin_signin as signin
from integrations.sandbox.counting import links_in, read_little_text
from integrations.sandbox.faults import Call
from integrations.sandbox.figures import counts_of
from integrations.sandbox.grants import Token
from integrations.sandbox.linkedin_signin import check_version, denied, error, failure, member
from integrations.sandbox.store import Draft
from integrations.sandbox.web import Body, Rejected, Routes, Sandbox, answer, json_body

TEXT_LIMIT = 3000
MEMBER_POSTS_A_DAY = 150
STATISTICS = {"REACTION": "likes", "COMMENT": "comments", "RESHARE": "reposts", "IMPRESSION": "views"}


# --- publishing -------------------------------------------------------------------------------


def create_post(sandbox: Sandbox, request: Request) -> Response:
    token = member(sandbox, request, "w_member_social", "partnerApiPostsExternal.CREATE")
    check_version(request)
    body = json_body(request)
    call = Call("linkedin", token.account_id, request.headers.get("Idempotency-Key", ""), failure)

    def accept() -> tuple[Response, str]:
        draft = _draft(sandbox, token, body, call.attempt_key)
        with sandbox.store.lock:
            _refuse_duplicate(sandbox, draft)
            post, written = sandbox.store.accept(draft)
        written.result()
        urn = post.external_id
        return Response(status=201, headers={"x-restli-id": urn, "x-linkedin-id": urn}), urn

    return sandbox.faults.publish(call, accept)


def _draft(sandbox: Sandbox, token: Token, body: Body, attempt_key: str) -> Draft:
    if body.get("author") != f"urn:li:person:{token.account_id}":
        raise denied("posts.CREATE for this author")
    visibility = body.get("visibility")
    if visibility not in {"PUBLIC", "CONNECTIONS", "LOGGED_IN"} or body.get("lifecycleState") != "PUBLISHED":
        raise _unprocessable("visibility and lifecycleState must hold a documented value")
    if not isinstance(body.get("distribution"), dict):
        raise _unprocessable("distribution is required")
    text = read_little_text(str(body.get("commentary", ""))).visible
    if len(text) > TEXT_LIMIT:
        raise Rejected(error(400, "FIELD_LENGTH_TOO_LONG", "commentary exceeded the maximum allowed length"))
    media, card = _content(sandbox, token.account_id, body.get("content") or {})
    target = _reshared(sandbox, body)
    _take_daily(sandbox, token.account_id)
    return Draft(
        network="linkedin",
        account_id=token.account_id,
        text=text,
        external_id=f"urn:li:{'ugcPost' if media else 'share'}:{sandbox.store.number()}",
        attempt_key=attempt_key,
        links=links_in(text),
        media=media,
        card=card,
        visibility=str(visibility),
        deed="repost" if target else "post",
        target=target,
    )


def _reshared(sandbox: Sandbox, body: Body) -> str:
    """The post that is reposted; an activity is none, and neither is what was deleted."""
    if "reshareContext" not in body:
        return ""
    parent = str((body["reshareContext"] or {}).get("parent", ""))
    if not re.fullmatch(r"urn:li:(share|ugcPost|groupPost):\d+", parent) or body.get("content"):
        raise _unprocessable("reshareContext.parent must be a share, a ugcPost or a groupPost")
    if sandbox.store.standing_post("linkedin", parent) is None:
        raise _unprocessable("reshareContext.parent does not exist")
    return parent


def _unprocessable(sentence: str) -> Rejected:
    return Rejected(error(422, "UNPROCESSABLE_ENTITY", sentence))


def _content(sandbox: Sandbox, account_id: str, content: Body) -> tuple[list[list[str]], dict[str, str] | None]:
    """Files with their words, or the article card; the API reads no page, so the card is what was sent."""
    if article := content.get("article"):
        return [], _card(sandbox, account_id, article)
    if single := content.get("media"):
        words = str(single.get("altText") or single.get("title", ""))
        return [[_asset(sandbox, account_id, single.get("id")), words]], None
    if several := content.get("multiImage"):
        images = several.get("images", [])
        if not 2 <= len(images) <= 20:
            raise _unprocessable("multiImage takes 2 to 20 images")
        return [[_asset(sandbox, account_id, one.get("id")), str(one.get("altText", ""))] for one in images], None
    return [], None


def _card(sandbox: Sandbox, account_id: str, article: Body) -> dict[str, str]:
    if not article.get("source") or not article.get("title"):
        raise _unprocessable("article needs source and title")
    thumbnail = article.get("thumbnail")
    return {
        "url": str(article["source"]),
        "title": str(article["title"]),
        "description": str(article.get("description", "")),
        "picture": _asset(sandbox, account_id, thumbnail) if thumbnail else "",
    }


def _asset(sandbox: Sandbox, account_id: str, urn: object) -> str:
    """The bytes by hash, of a file that is whole and done with."""
    media = sandbox.store.media_of("linkedin", str(urn), account_id)
    if media is None or (media.content_type == "video/mp4" and linkedin_files.status_of(media) != "AVAILABLE"):
        raise Rejected(error(400, "MEDIA_ASSET_WAITING_UPLOAD", f"The asset {urn} is not ready"))
    return media.sha256


def _take_daily(sandbox: Sandbox, account_id: str) -> None:
    window = sandbox.limits.take("linkedin:posts", account_id, MEMBER_POSTS_A_DAY, 86_400)
    if window.over and sandbox.settings.enforce_limits:
        response = failure(429, 0)
        del response.headers["Retry-After"]  # LinkedIn sends none; its days end at midnight UTC
        raise Rejected(response)


def _refuse_duplicate(sandbox: Sandbox, draft: Draft) -> None:
    within = sandbox.settings.seconds("duplicate_seconds")
    same = sandbox.store.same_text(draft, within, removed_too=sandbox.settings.ghost_duplicates)
    if same is not None:
        raise Rejected(error(422, "DUPLICATE_POST", f"Content is a duplicate of {same.external_id}"))


def delete_post(sandbox: Sandbox, request: Request, urn: str) -> Response:
    return sandbox.removal_faults.around("linkedin", lambda: _delete_post(sandbox, request, urn))


def _delete_post(sandbox: Sandbox, request: Request, urn: str) -> Response:
    token = member(sandbox, request, "w_member_social", "partnerApiPostsExternal.DELETE")
    check_version(request)
    if ":" in str(request.environ["RAW_URI"]).split("?")[0].rpartition("/")[2]:
        raise Rejected(error(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables"))
    post = sandbox.store.standing_post("linkedin", unquote(urn))
    if post is None:
        raise Rejected(error(404, "NOT_FOUND", "Not Found"))
    if post.account_id != token.account_id:
        raise denied("posts.DELETE")
    sandbox.store.remove(post).result()
    return Response(status=204)


def read_posts(sandbox: Sandbox, request: Request, **_path: str) -> Response:
    member(sandbox, request, "w_member_social", "partnerApiPostsExternal.GET")
    raise denied("partnerApiPostsExternal.GET.20260901")


def figures(sandbox: Sandbox, request: Request) -> Response:
    """One figure of one post a question, for an app with the reviewed product."""
    token = member(sandbox, request, "r_member_postAnalytics", "memberCreatorPostAnalytics.FINDER-entity.20260901")
    check_version(request)
    entity = re.fullmatch(r"\((share|ugc):(urn:li:(?:share|ugcPost):\d+)\)", request.args.get("entity", ""))
    name = STATISTICS.get(request.args.get("queryType", ""))
    if request.args.get("q") != "entity" or entity is None or name is None:
        raise Rejected(error(400, "ILLEGAL_ARGUMENT", "Invalid query parameters passed to request"))
    post = sandbox.store.standing_post("linkedin", entity[2])
    if post is None or post.account_id != token.account_id:
        raise Rejected(error(404, "NOT_FOUND", "Not Found"))
    return answer({"elements": [{"count": counts_of(sandbox, post)[name]}], "paging": {"start": 0, "count": 10}})


ROUTES: Routes = [
    ("GET", "/linkedin/oauth/v2/authorization", signin.authorization),
    ("POST", "/linkedin/oauth/v2/authorization", signin.authorization),
    ("POST", "/linkedin/oauth/v2/accessToken", signin.access_token),
    ("POST", "/linkedin/oauth/v2/revoke", signin.revoke),
    ("POST", "/linkedin/oauth/v2/introspectToken", signin.introspect),
    ("GET", "/linkedin/v2/userinfo", signin.userinfo),
    ("POST", "/linkedin/rest/posts", create_post),
    ("GET", "/linkedin/rest/posts", read_posts),
    ("GET", "/linkedin/rest/posts/<urn>", read_posts),
    ("DELETE", "/linkedin/rest/posts/<urn>", delete_post),
    ("GET", "/linkedin/rest/memberCreatorPostAnalytics", figures),
    *linkedin_files.ROUTES,
    *linkedin_deeds.ROUTES,
    ("GET", "/linkedin/feed/update/<urn>", lambda sandbox, _, urn: pages.show_post(sandbox, "linkedin", urn)),
    ("GET", "/linkedin/in/<handle>", lambda sandbox, _, handle: pages.show_profile(sandbox, "linkedin", handle)),
]
