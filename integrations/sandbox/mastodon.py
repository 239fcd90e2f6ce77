"""Mastodon's statuses: posting with an Idempotency-Key, media, reading back, removal, counts, the public pages.

A key repeated inside its hour answers with the status that stands, and nothing new is accepted.
"""

from __future__ import annotations

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Request, Response

from integrations.sandbox import mastodon_deeds, pages
from integrations.sandbox import mastodon_files as files
from integrations.sandbox import mastodon_servers as servers
from integrations.sandbox import mastodon_signin as signin
from integrations.sandbox.counting import links_in, mastodon_length
from integrations.sandbox.faults import Call
from integrations.sandbox.figures import answers_to
from integrations.sandbox.mastodon_entities import account_body, failure, status_body
from integrations.sandbox.mastodon_signin import account_token, limited, refuse, with_limits
from integrations.sandbox.store import Draft, Post
from integrations.sandbox.web import Body, Routes, Sandbox, answer, bearer, fields

VISIBILITIES = frozenset({"public", "unlisted", "private", "direct"})
STATUSES = ("mastodon:statuses", 300, 10_800)
DELETES = ("mastodon:deletes", 30, 1800)


# --- accounts -----------------------------------------------------------------------------------


def verify_credentials(sandbox: Sandbox, request: Request) -> Response:
    token = account_token(sandbox, request, "profile", "read", "read:accounts")
    window = limited(sandbox, token.account_id)
    body = account_body(sandbox, sandbox.store.people["mastodon", token.account_id])
    return with_limits(answer({**body, "source": {"privacy": "public", "sensitive": False, "language": None}}), window)


# --- posting ----------------------------------------------------------------------------------


def create(sandbox: Sandbox, request: Request) -> Response:
    token = account_token(sandbox, request, "write", "write:statuses")
    body = fields(request)
    key = request.headers.get("Idempotency-Key", "").strip()
    call = Call("mastodon", token.account_id, key, failure)

    def accept() -> tuple[Response, str]:
        with sandbox.store.lock:
            post = _known_by_key(sandbox, token.account_id, key)
            if post is not None:
                written = sandbox.store.repeat(post, key)
            else:
                limited(sandbox, token.account_id, STATUSES)
                draft = _draft(sandbox, token.account_id, body, key, servers.rules_of(sandbox, request))
                post, written = sandbox.store.accept(draft)
        written.result()
        return answer(status_body(sandbox, post)), post.external_id

    window = limited(sandbox, token.account_id)
    return with_limits(sandbox.faults.publish(call, accept), window)


def _known_by_key(sandbox: Sandbox, account_id: str, key: str) -> Post | None:
    if not key:
        return None
    within = sandbox.settings.seconds("idempotency_seconds")
    post = sandbox.store.by_attempt_key("mastodon", account_id, key, within)
    if post is not None and post.removed_at is not None:
        refuse(404, "Record not found")
    return post


def _draft(sandbox: Sandbox, account_id: str, body: Body, key: str, rules: servers.Rules) -> Draft:
    text, warning = str(body.get("status") or ""), str(body.get("spoiler_text") or "")
    ids = body.get("media_ids") or []
    visibility = str(body.get("visibility") or "public")
    if body.get("scheduled_at"):
        refuse(422, "Validation failed: Scheduled at is not offered by this server")
    if not text.strip() and not ids:
        refuse(422, "Validation failed: Text can't be blank")
    if not text.strip():  # post_status_service.rb: what was meant to fold it becomes the text
        text, warning = warning, ""
    if mastodon_length(text, warning=warning, address=rules.address) > rules.text:
        refuse(422, f"Validation failed: Text character limit of {rules.text} exceeded")
    if visibility not in VISIBILITIES:
        refuse(422, "Validation failed: Visibility is not included in the list")
    media = _attached(sandbox, account_id, ids, rules.pictures)
    answered = str(body.get("in_reply_to_id") or "")
    if answered and sandbox.store.standing_post("mastodon", answered) is None:
        refuse(404, "The post you are trying to reply to does not appear to exist.")
    return Draft(
        network="mastodon",
        account_id=account_id,
        text=text,
        warning=warning,
        external_id=sandbox.store.number(),
        attempt_key=key,
        links=links_in(text),
        media=media,
        visibility=visibility,
        language=str(body.get("language") or ""),
        deed="comment" if answered else "post",
        target=answered,
    )


def _attached(sandbox: Sandbox, account_id: str, ids: list[str], most: int) -> list[list[str]]:
    found = [sandbox.store.media_of("mastodon", str(media_id), account_id) for media_id in ids]
    media = [[item.sha256, item.alt] for item in found if item and files.is_ready(sandbox, item)]
    if len(ids) > most:
        refuse(422, f"Validation failed: Cannot attach more than {most} files")
    if len(media) < len(ids):
        refuse(422, "Validation failed: Cannot attach files that have not finished processing. Try again in a moment!")
    if len(ids) > 1 and not all(item and item.content_type in files.STILL_TYPES for item in found):
        refuse(422, "Validation failed: Cannot attach a video to a post that already contains images")
    return media


# --- reading and removing ---------------------------------------------------------------------


def _seen_by_caller(sandbox: Sandbox, request: Request, post_id: str) -> Post:
    """A post the caller may read: a public one, or its own. A token that is over opens nothing."""
    if bearer(request):
        account_token(sandbox, request, "read", "read:statuses")
    post = sandbox.store.standing_post("mastodon", post_id)
    caller, _ = sandbox.grants.find("mastodon", bearer(request))
    own = post and caller and caller.account_id == post.account_id
    if post is None or (post.visibility in {"private", "direct"} and not own):
        refuse(404, "Record not found")
    return post


def one_status(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    post = _seen_by_caller(sandbox, request, post_id)
    caller, _ = sandbox.grants.find("mastodon", bearer(request))
    return answer(status_body(sandbox, post, caller.account_id if caller else ""))


def context(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    post = _seen_by_caller(sandbox, request, post_id)
    answers = [
        {
            "id": f"{post.external_id}{number}",
            "in_reply_to_id": post.external_id,
            "created_at": said.at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "content": f"<p>{pages.linked(said.text)}</p>",
            "account": {"id": "1", "acct": said.by.lower(), "username": said.by.lower(), "display_name": said.by},
        }
        for number, said in enumerate(answers_to(sandbox, post))
    ]
    return answer({"ancestors": [], "descendants": answers})


def source(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    account_token(sandbox, request, "read", "read:statuses")
    post = _seen_by_caller(sandbox, request, post_id)
    return answer({"id": post.external_id, "text": post.text, "spoiler_text": post.warning})


def statuses_of(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    """Newest first; private ones only to their author."""
    if bearer(request):
        window = limited(sandbox, account_token(sandbox, request, "read", "read:statuses").account_id)
    else:
        window = limited(sandbox, "")
    caller, _ = sandbox.grants.find("mastodon", bearer(request))
    own = caller is not None and caller.account_id == account_id
    try:
        size = min(int(request.args.get("limit", "20")), 40)
        above = int(request.args.get("min_id") or request.args.get("since_id") or "0")
        below = int(request.args.get("max_id") or "9" * 20)
    except ValueError:
        refuse(400, "Bad Request")
    posts = [
        post
        for post in sandbox.store.timeline("mastodon", account_id)
        if (own or post.visibility in {"public", "unlisted"}) and above < int(post.external_id) < below
    ]
    return with_limits(answer([status_body(sandbox, post) for post in posts[:size]]), window)


def delete(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    return sandbox.removal_faults.around("mastodon", lambda: _delete(sandbox, request, post_id))


def _delete(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    token = account_token(sandbox, request, "write", "write:statuses")
    post = sandbox.store.standing_post("mastodon", post_id)
    if post is None or post.account_id != token.account_id:
        refuse(404, "Record not found")
    window = limited(sandbox, token.account_id, DELETES)
    body = {**status_body(sandbox, post), "text": post.text}
    sandbox.store.remove(post).result()
    return with_limits(answer(body), window)


def show(sandbox: Sandbox, _request: Request, handle: str, post_id: str = "") -> Response:
    """`/@handle` and `/@handle/id`; the sign is part of the path segment."""
    if not handle.startswith("@"):
        raise NotFound
    if post_id:
        return pages.show_post(sandbox, "mastodon", post_id)
    return pages.show_profile(sandbox, "mastodon", handle)


_OF_A_SERVER: Routes = [
    ("POST", "/mastodon/api/v1/apps", signin.register_app),
    ("GET", "/mastodon/.well-known/oauth-authorization-server", signin.discovery),
    ("GET", "/mastodon/oauth/authorize", signin.authorize),
    ("POST", "/mastodon/oauth/authorize", signin.authorize),
    ("POST", "/mastodon/oauth/token", signin.token),
    ("POST", "/mastodon/oauth/revoke", signin.revoke),
    ("GET", "/mastodon/api/v2/instance", servers.instance),
    ("GET", "/mastodon/api/v1/accounts/verify_credentials", verify_credentials),
    ("GET", "/mastodon/api/v1/accounts/<account_id>/statuses", statuses_of),
    ("POST", "/mastodon/api/v1/statuses", create),
    ("GET", "/mastodon/api/v1/statuses/<post_id>", one_status),
    ("GET", "/mastodon/api/v1/statuses/<post_id>/source", source),
    ("GET", "/mastodon/api/v1/statuses/<post_id>/context", context),
    ("DELETE", "/mastodon/api/v1/statuses/<post_id>", delete),
    ("POST", "/mastodon/api/v2/media", files.upload),
    ("GET", "/mastodon/api/v1/media/<media_id>", files.one_media),
    *mastodon_deeds.ROUTES,
    ("GET", "/mastodon/<handle>", show),
    ("GET", "/mastodon/<handle>/<post_id>", show),
]
ROUTES: Routes = servers.at_each(_OF_A_SERVER)
