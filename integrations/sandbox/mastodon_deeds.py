"""What one account does to another's posts at Mastodon: found by its address, favourited, boosted, followed, undone.

A repeat answers as the first did and is nothing new. A follow of a locked account would wait as a request; none is.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from integrations.sandbox.faults import Call
from integrations.sandbox.mastodon_entities import account_body, failure, status_body
from integrations.sandbox.mastodon_signin import account_token, limited, refuse, with_limits
from integrations.sandbox.store import Draft, Person, Post
from integrations.sandbox.web import Body, Routes, Sandbox, answer, fields

FOLLOWS = ("mastodon:follows", 400, 86_400)
LIKING = ("write", "write:favourites")
BOOSTING = ("write", "write:statuses")
FOLLOWING = ("write", "write:follows", "follow")
Show = Callable[[str], Response]


# --- finding by address -----------------------------------------------------------------------


def search(sandbox: Sandbox, request: Request) -> Response:
    """One server knows itself alone: an address elsewhere is not found, and its words are no search."""
    token = account_token(sandbox, request, "read", "read:search")
    window = limited(sandbox, token.account_id)
    said: Body = {"accounts": [], "statuses": [], "hashtags": []}
    if request.args.get("resolve") == "true":
        wanted, last = request.args.get("type", ""), _last(sandbox, request.args.get("q", ""))
        post = sandbox.store.standing_post("mastodon", last)
        if post and wanted in ("", "statuses") and _is_seen(post, token.account_id):
            said["statuses"] = [status_body(sandbox, post, token.account_id)]
        person = sandbox.store.find_person("mastodon", last) if last else None
        if person and wanted in ("", "accounts"):
            said["accounts"] = [account_body(sandbox, person)]
    return with_limits(answer(said), window)


def _last(sandbox: Sandbox, address: str) -> str:
    here, asked = urlsplit(sandbox.url("/mastodon")), urlsplit(address)
    own = asked.netloc == here.netloc and asked.path.startswith(here.path + "/")
    return asked.path.rstrip("/").rpartition("/")[2].lstrip("@") if own else ""


def _is_seen(post: Post, viewer: str) -> bool:
    return post.visibility in {"public", "unlisted"} or post.account_id == viewer


# --- posts ------------------------------------------------------------------------------------


def favourite(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    account_id, post = _reached(sandbox, request, post_id, LIKING)
    return _done(sandbox, account_id, "like", post, lambda _: answer(status_body(sandbox, post, account_id)))


def unfavourite(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    return _undo(sandbox, request, post_id, "like", LIKING)


def reblog(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    account_id, post = _reached(sandbox, request, post_id, BOOSTING)
    visibility = str(fields(request).get("visibility") or "public")

    def shown(boost_id: str) -> Response:
        around = {"id": boost_id, "content": "", "visibility": visibility, "reblogged": True}
        account = account_body(sandbox, sandbox.store.people["mastodon", account_id])
        return answer(around | {"account": account, "reblog": status_body(sandbox, post, account_id)})

    return _done(sandbox, account_id, "repost", post, shown, visibility)


def unreblog(sandbox: Sandbox, request: Request, post_id: str) -> Response:
    return _undo(sandbox, request, post_id, "repost", BOOSTING)


def _reached(sandbox: Sandbox, request: Request, post_id: str, scopes: tuple[str, ...]) -> tuple[str, Post]:
    token = account_token(sandbox, request, *scopes)
    post = sandbox.store.standing_post("mastodon", post_id)
    if post is None or post.deed not in ("post", "comment") or not _is_seen(post, token.account_id):
        refuse(404, "Record not found")
    if scopes is BOOSTING and post.visibility in {"private", "direct"}:
        refuse(403, "This action is not allowed")
    return token.account_id, post


def _done(
    sandbox: Sandbox, account_id: str, deed: str, about: Post | Person, show: Show, visibility: str = "public"
) -> Response:
    target = about.external_id if isinstance(about, Post) else about.id

    def accept() -> tuple[Response, str]:
        with sandbox.store.lock:
            done = sandbox.store.done("mastodon", account_id, deed, target)
            if done is not None:
                written = sandbox.store.repeat(done, "")
            else:
                done, written = sandbox.store.accept(_draft(sandbox, account_id, deed, target, visibility))
        written.result()
        return show(done.external_id), done.external_id

    window = limited(sandbox, account_id)
    return with_limits(sandbox.faults.publish(Call("mastodon", account_id, "", failure), accept), window)


def _draft(sandbox: Sandbox, account_id: str, deed: str, target: str, visibility: str) -> Draft:
    number = sandbox.store.number()
    return Draft("mastodon", account_id, "", number, visibility=visibility, deed=deed, target=target)


def _undo(sandbox: Sandbox, request: Request, post_id: str, deed: str, scopes: tuple[str, ...]) -> Response:
    """What was never done is undone as well."""

    def undo() -> Response:
        token = account_token(sandbox, request, *scopes)
        post = sandbox.store.standing_post("mastodon", post_id)
        if post is None:
            refuse(404, "Record not found")
        _take_back(sandbox, token.account_id, deed, post_id)
        return answer(status_body(sandbox, post, token.account_id))

    return sandbox.removal_faults.around("mastodon", undo)


def _take_back(sandbox: Sandbox, account_id: str, deed: str, target: str) -> None:
    done = sandbox.store.done("mastodon", account_id, deed, target)
    if done is not None:
        sandbox.store.remove(done).result()


# --- accounts ---------------------------------------------------------------------------------


def follow(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token, person = account_token(sandbox, request, *FOLLOWING), _person(sandbox, account_id)
    if person.id == token.account_id:
        refuse(403, "This action is not allowed")
    limited(sandbox, token.account_id, FOLLOWS)

    def shown(_id: str) -> Response:
        return answer(_relationship(sandbox, token.account_id, person.id))

    return _done(sandbox, token.account_id, "follow", person, shown)


def unfollow(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    def undo() -> Response:
        token, person = account_token(sandbox, request, *FOLLOWING), _person(sandbox, account_id)
        _take_back(sandbox, token.account_id, "follow", person.id)
        return answer(_relationship(sandbox, token.account_id, person.id))

    return sandbox.removal_faults.around("mastodon", undo)


def relationships(sandbox: Sandbox, request: Request) -> Response:
    token = account_token(sandbox, request, "read", "read:follows", "follow")
    asked = request.args.getlist("id[]") or request.args.getlist("id")
    known = [one for one in asked if ("mastodon", one) in sandbox.store.people]
    return answer([_relationship(sandbox, token.account_id, one) for one in known])


def _person(sandbox: Sandbox, account_id: str) -> Person:
    return sandbox.store.people.get(("mastodon", account_id)) or refuse(404, "Record not found")


def _relationship(sandbox: Sandbox, viewer: str, account_id: str) -> Body:
    follows = sandbox.store.done("mastodon", viewer, "follow", account_id) is not None
    said: Body = {"id": account_id, "following": follows, "requested": False, "followed_by": False}
    return said | dict.fromkeys(("blocking", "blocked_by", "muting", "endorsed"), False)


ROUTES: Routes = [
    ("GET", "/mastodon/api/v2/search", search),
    ("POST", "/mastodon/api/v1/statuses/<post_id>/favourite", favourite),
    ("POST", "/mastodon/api/v1/statuses/<post_id>/unfavourite", unfavourite),
    ("POST", "/mastodon/api/v1/statuses/<post_id>/reblog", reblog),
    ("POST", "/mastodon/api/v1/statuses/<post_id>/unreblog", unreblog),
    ("POST", "/mastodon/api/v1/accounts/<account_id>/follow", follow),
    ("POST", "/mastodon/api/v1/accounts/<account_id>/unfollow", unfollow),
    ("GET", "/mastodon/api/v1/accounts/relationships", relationships),
]
