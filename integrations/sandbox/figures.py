"""What became of the sandbox's posts: counts that grow by themselves, and answers under them.

A post gains with its age, each at a pace of its own; the control door can set numbers and put answers there. The
networks' modules turn both into their own form. Nothing here is written to a file: after a restart counts grow again.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from integrations.sandbox.store import Post
from integrations.sandbox.told import Answered
from integrations.sandbox.web import Body, Routes, Sandbox, answer, json_body

COUNTS = ("likes", "comments", "reposts", "views", "followers")
MINUTES_FOR_ONE = {"likes": 7, "comments": 43, "reposts": 61, "views": 1}
MOST = {"likes": 400, "comments": 40, "reposts": 60, "views": 9000}
FOLLOWERS = 120
DEEDS = {"likes": "like", "comments": "comment", "reposts": "repost"}


def counts_of(sandbox: Sandbox, post: Post) -> dict[str, int]:
    """Every count of a post as it stands now."""
    minutes = (datetime.now(UTC) - post.at).total_seconds() / 60
    pace = 1 + hashlib.sha256(post.external_id.encode()).digest()[0] % 4
    grown = {name: min(MOST[name], int(minutes * pace / step)) for name, step in MINUTES_FOR_ONE.items()}
    done = Counter(deed.deed for deed in sandbox.store.done_to(post.network, post.external_id))
    grown = {name: count + done[DEEDS.get(name, "")] for name, count in grown.items()}
    grown["comments"] = max(grown["comments"], len(answers_to(sandbox, post)))
    return {**grown, "followers": FOLLOWERS, **sandbox.told.counts.get((post.network, post.external_id), {})}


def answers_to(sandbox: Sandbox, post: Post) -> list[Answered]:
    return list(sandbox.told.answers.get((post.network, post.external_id), ()))


def tell(sandbox: Sandbox, request: Request) -> Response:
    """`{"network", "post", "likes": 3, "answers": [{"by": "Ann", "text": "Well said"}]}`: set counts, add answers."""
    body = json_body(request)
    place = (str(body.get("network", "")), str(body.get("post", "")))
    post = sandbox.store.standing_post(*place)
    if post is None:
        raise BadRequest("There is no such post.")
    counts = {name: int(body[name]) for name in COUNTS if name in body}
    sandbox.told.counts[place] = sandbox.told.counts.get(place, {}) | counts
    now = datetime.now(UTC)
    for said in body.get("answers", []):
        sandbox.told.answers[place].append(Answered(str(said.get("by", "")), str(said.get("text", "")), now))
    return answer(_said(sandbox, post))


def _said(sandbox: Sandbox, post: Post) -> Body:
    return {**counts_of(sandbox, post), "answers": len(answers_to(sandbox, post))}


ROUTES: Routes = [("POST", "/sandbox/figures", tell)]
