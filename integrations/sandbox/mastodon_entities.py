"""How Mastodon shows an account, a status and an error. It decides nothing."""

from __future__ import annotations

from werkzeug.wrappers import Response

from integrations.sandbox import mastodon_files as files
from integrations.sandbox import pages
from integrations.sandbox.figures import counts_of
from integrations.sandbox.store import Person, Post
from integrations.sandbox.web import Body, Sandbox, answer

VIEWED = {"favourited": "like", "reblogged": "repost"}


def failure(status: int, retry_after: int) -> Response:
    """The error bodies of injected faults; Mastodon documents no 400 for posting."""
    sentences = {
        400: "Bad Request",
        429: "Too many requests",
        500: "We're sorry, but something went wrong on our end.",
        503: "Remote data could not be fetched",
    }
    response = answer({"error": sentences[status]}, status)
    if status == 429:
        response.headers["Retry-After"] = str(retry_after)
    return response


def account_body(sandbox: Sandbox, person: Person) -> Body:
    picture = sandbox.url(f"/sandbox/faces/mastodon/{person.id}.png")
    return {
        "id": person.id,
        "username": person.handle,
        "acct": person.handle,
        "display_name": person.name,
        "locked": False,
        "bot": False,
        "url": sandbox.url(pages.profile_path(person)),
        "uri": sandbox.url(f"/mastodon/users/{person.handle}"),
        "avatar": picture,
        "avatar_static": picture,
        "followers_count": 120,
        "following_count": 80,
        "statuses_count": len(sandbox.store.timeline("mastodon", person.id)),
    }


def status_body(sandbox: Sandbox, post: Post, viewer: str = "") -> Body:
    """As that account sees it; nobody in particular where none is named."""
    counts = counts_of(sandbox, post)
    account = account_body(sandbox, sandbox.store.people["mastodon", post.account_id])
    url = sandbox.url(pages.permalink(sandbox, post))
    paragraphs = pages.linked(post.text).replace("\n\n", "</p><p>").replace("\n", "<br>")
    attachments = [
        {
            "id": f"{post.external_id}{number}",
            "type": files.kind_of(sandbox.store.picture_type(sha256)),
            "url": sandbox.url(f"/sandbox/pictures/{sha256}"),
            "preview_url": sandbox.url(f"/sandbox/pictures/{sha256}"),
            "description": alt or None,
        }
        for number, (sha256, alt) in enumerate(post.media)
    ]
    said = {} if not viewer else {name: _did(sandbox, viewer, deed, post) for name, deed in VIEWED.items()}
    return {
        "id": post.external_id,
        "created_at": post.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{post.at.microsecond // 1000:03d}Z",
        "in_reply_to_id": post.target or None,
        "sensitive": bool(post.warning),
        "spoiler_text": post.warning,
        "visibility": post.visibility,
        "language": post.language or None,
        "uri": url,
        "url": url,
        "content": f"<p>{paragraphs}</p>",
        "account": {**account, "followers_count": counts["followers"]},
        "media_attachments": attachments,
        **{name: [] for name in ("mentions", "tags", "emojis")},
        **dict.fromkeys(("card", "poll", "reblog")),
        "replies_count": counts["comments"],
        "reblogs_count": counts["reposts"],
        "favourites_count": counts["likes"],
        "edited_at": None,
        **said,
    }


def _did(sandbox: Sandbox, viewer: str, deed: str, post: Post) -> bool:
    return sandbox.store.done("mastodon", viewer, deed, post.external_id) is not None
