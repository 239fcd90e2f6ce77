"""LinkedIn's comments and reactions, for a token with the permission that its reviewed product brings."""

from __future__ import annotations

import re
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from integrations.sandbox.faults import Call
from integrations.sandbox.grants import Token
from integrations.sandbox.linkedin_signin import check_version, denied, error, failure, member
from integrations.sandbox.store import Draft, Post
from integrations.sandbox.web import Rejected, Routes, Sandbox, answer, json_body

SCOPE = "w_member_social_feed"


def comment(sandbox: Sandbox, request: Request, urn: str) -> Response:
    token, target = _reached(sandbox, request, urn, "partnerApiSocialActions.CREATE")
    body = json_body(request)
    text = str((body.get("message") or {}).get("text", ""))
    if body.get("actor") != f"urn:li:person:{token.account_id}" or body.get("object") != target or not text:
        raise Rejected(error(400, "ILLEGAL_ARGUMENT", "actor, object and message are required"))
    return _accepted(sandbox, token, Draft("linkedin", token.account_id, text, "", deed="comment", target=target))


def react(sandbox: Sandbox, request: Request) -> Response:
    body = json_body(request)
    token, target = _reached(sandbox, request, str(body.get("root", "")), "partnerApiReactions.CREATE")
    if request.args.get("actor") != f"urn:li:person:{token.account_id}" or body.get("reactionType") != "LIKE":
        raise Rejected(error(400, "ILLEGAL_ARGUMENT", "actor and reactionType are required"))
    return _accepted(sandbox, token, Draft("linkedin", token.account_id, "", "", deed="like", target=target))


def _accepted(sandbox: Sandbox, token: Token, draft: Draft) -> Response:
    def accept() -> tuple[Response, str]:
        draft.external_id = sandbox.store.number()
        post, written = sandbox.store.accept(draft)
        written.result()
        return answer({"id": post.external_id}, 201), post.external_id

    return sandbox.faults.publish(Call("linkedin", token.account_id, "", failure), accept)


def take_comment_back(sandbox: Sandbox, request: Request, urn: str, number: str) -> Response:
    token, target = _reached(sandbox, request, urn, "partnerApiSocialActions.DELETE")
    made = sandbox.store.standing_post("linkedin", number)
    return _gone(sandbox, made if made and (made.account_id, made.target) == (token.account_id, target) else None)


def take_reaction_back(sandbox: Sandbox, request: Request, key: str) -> Response:
    named = re.fullmatch(r"\(actor:(.+),entity:(.+)\)", unquote(key))
    if named is None:
        raise Rejected(error(400, "ILLEGAL_ARGUMENT", "Syntax exception in path variables"))
    token, target = _reached(sandbox, request, named[2], "partnerApiReactions.DELETE")
    if named[1] != f"urn:li:person:{token.account_id}":
        raise denied("reactions.DELETE for this actor")
    return _gone(sandbox, sandbox.store.done("linkedin", token.account_id, "like", target))


def _gone(sandbox: Sandbox, post: Post | None) -> Response:
    if post is None:
        raise Rejected(error(404, "NOT_FOUND", "Not Found"))
    sandbox.store.remove(post).result()
    return Response(status=204)


def _reached(sandbox: Sandbox, request: Request, urn: str, what: str) -> tuple[Token, str]:
    token = member(sandbox, request, SCOPE, what)
    check_version(request)
    target = unquote(urn)
    if sandbox.store.standing_post("linkedin", target) is None:
        raise Rejected(error(404, "NOT_FOUND", "Not Found"))
    return token, target


ROUTES: Routes = [
    ("POST", "/linkedin/rest/socialActions/<urn>/comments", comment),
    ("DELETE", "/linkedin/rest/socialActions/<urn>/comments/<number>", take_comment_back),
    ("POST", "/linkedin/rest/reactions", react),
    ("DELETE", "/linkedin/rest/reactions/<key>", take_reaction_back),
]
