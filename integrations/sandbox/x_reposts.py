"""X's retweets: done once, refused a second time, listed in the account's timeline, undone as often as one likes."""

from __future__ import annotations

from werkzeug.wrappers import Request, Response

from integrations.sandbox.faults import Call
from integrations.sandbox.store import Draft, Post
from integrations.sandbox.web import Body, Rejected, Routes, Sandbox, answer, json_body
from integrations.sandbox.x_answers import failure, invalid, not_found
from integrations.sandbox.x_signin import limited, problem, user

RETWEETS = ("x:retweets", 50, 900)


def retweet(sandbox: Sandbox, request: Request, account_id: str) -> Response:
    token = user(sandbox, request, "tweet.read", "tweet.write", "users.read")
    body = json_body(request)
    post_id = str(body.get("tweet_id", ""))
    if set(body) != {"tweet_id"} or not post_id.isdigit():
        raise invalid("The `tweet_id` field is not valid.")
    if token.account_id != account_id:
        raise Rejected(problem(403, "Forbidden", "The `id` path parameter is not the authenticating user."))
    call = Call("x", account_id, request.headers.get("Idempotency-Key", ""), failure)

    def accept() -> tuple[Response, str]:
        with sandbox.store.lock:
            if sandbox.store.standing_post("x", post_id) is None:
                raise Rejected(
                    problem(404, "Not Found Error", not_found(post_id)["detail"], not_found(post_id)["type"])
                )
            if sandbox.store.done("x", account_id, "repost", post_id):
                raise Rejected(problem(403, "Forbidden", "You have already retweeted this Tweet."))
            number = sandbox.store.number()  # a retweet is a post itself
            done = Draft("x", account_id, "", number, call.attempt_key, deed="repost", target=post_id)
            post, written = sandbox.store.accept(done)
        written.result()
        return answer({"data": {"retweeted": True, "rest_id": post.external_id}}), post.external_id

    return limited(sandbox, account_id, RETWEETS, lambda: sandbox.faults.publish(call, accept))


def undo(sandbox: Sandbox, request: Request, account_id: str, post_id: str) -> Response:
    return sandbox.removal_faults.around("x", lambda: _undo(sandbox, request, account_id, post_id))


def _undo(sandbox: Sandbox, request: Request, account_id: str, post_id: str) -> Response:
    token = user(sandbox, request, "tweet.read", "tweet.write", "users.read")

    def act() -> Response:
        done = sandbox.store.done("x", token.account_id, "repost", post_id) if token.account_id == account_id else None
        if done is not None:
            sandbox.store.remove(done).result()
        return answer({"data": {"retweeted": False}})

    return limited(sandbox, token.account_id, RETWEETS, act)


def as_listed(sandbox: Sandbox, post: Post) -> Body:
    """A retweet in a timeline: another's words, cut, and whose post it is."""
    original = sandbox.store.posts["x", post.target]
    author = sandbox.store.people["x", original.account_id].handle
    said: Body = {"id": post.external_id, "text": f"RT @{author}: {original.text}"[:140]}
    return said | {"referenced_tweets": [{"type": "retweeted", "id": post.target}]}


ROUTES: Routes = [
    ("POST", "/x/2/users/<account_id>/retweets", retweet),
    ("DELETE", "/x/2/users/<account_id>/retweets/<post_id>", undo),
]
