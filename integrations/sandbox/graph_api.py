"""What Meta's sandboxes share: Graph errors, short and long tokens, containers, and fetching a picture by its address.

Written from Meta's own pages and apart from our connectors. Each network's module brings its names.
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from integrations.sandbox import consent
from integrations.sandbox.containers import Container
from integrations.sandbox.counting import links_in
from integrations.sandbox.grants import Token, TokenState
from integrations.sandbox.linkedin_files import picture_type
from integrations.sandbox.store import Draft, Media, Post
from integrations.sandbox.web import Body, Rejected, Sandbox, answer, bearer, fields

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LARGEST_PICTURE, LARGEST_VIDEO = 8_000_000, 300_000_000
VIDEO_WORKED = timedelta(seconds=0.7)
FETCH_SECONDS = 5


def error(status: int, code: int, message: str, sub_code: int = 0) -> Response:
    body: Body = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": secrets.token_hex(6)}
    return answer({"error": body | ({"error_subcode": sub_code} if sub_code else {})}, status)


def failure(status: int, retry_after: int) -> Response:
    """The error bodies of injected faults; the 400 carries a code that Meta documents nowhere."""
    if status == 429:
        response = error(429, 4, "Application request limit reached")
        response.headers["Retry-After"] = str(retry_after)
        return response
    codes = {400: 99_999, 500: 1, 503: 2}
    return error(status, codes[status], "An unexpected error has occurred. Please retry your request later.")


def no_object(action: str = "get") -> Rejected:
    message = f"Unsupported {action} request. Object does not exist, or cannot be loaded due to missing permissions"
    return Rejected(error(400, 100, message, 33))


def user(sandbox: Sandbox, request: Request, network: str, scope: str = "") -> Token:
    """Who calls, by the header or by the parameter; with the permission that the call needs."""
    value = bearer(request) or str(fields(request).get("access_token", ""))
    token, state = sandbox.grants.find(network, value)
    if token is None or state is not TokenState.LIVE:
        sub_code = 463 if state is TokenState.EXPIRED else 0
        raise Rejected(error(401, 190, "Error validating access token", sub_code))
    if scope and scope not in token.scopes:
        raise Rejected(error(403, 200, f"Requires {scope} permission"))
    return token


# --- tokens -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SignIn:
    """How one network's tokens are asked for. `says` is what its first answer tells beside the token."""

    consent: consent.Consent
    exchange: str
    says: Callable[[Token], Body]
    refresh: str = ""
    named: str = "access_token"  # the short token in the exchange


def access_token(sandbox: Sandbox, request: Request, how: SignIn) -> Response:
    """The code for a token of one hour."""
    return sandbox.token_faults.around(how.consent.network, lambda: _access_token(sandbox, request, how))


def _access_token(sandbox: Sandbox, request: Request, how: SignIn) -> Response:
    body, network = fields(request), how.consent.network
    redirect_uri = str(body.get("redirect_uri", ""))
    app = how.consent.find_app(sandbox, str(body.get("client_id", "")), redirect_uri)
    if app is None or not consent.secret_matches(sandbox, app, str(body.get("client_secret", ""))):
        raise Rejected(error(400, 101, "Error validating client secret."))
    code = sandbox.grants.redeem(network, str(body.get("code", "")), app.client_id, redirect_uri, verifier="")
    if isinstance(code, str):
        raise Rejected(error(400, 100, f"This authorization code cannot be used. {code}", 36_009))
    token = sandbox.grants.issue(network, code.account_id, app.client_id, code.scopes, access_life=HOUR).access
    return answer({"access_token": token.value} | how.says(token))


def exchange(sandbox: Sandbox, request: Request, how: SignIn) -> Response:
    """A token of one hour for one of sixty days."""
    network = how.consent.network
    if request.args.get("grant_type") != how.exchange:
        raise Rejected(error(400, 100, "Invalid parameter: grant_type"))
    short = _live(sandbox, network, request, how.named)
    app = sandbox.store.apps[network, short.client_id]
    if not consent.secret_matches(sandbox, app, request.args.get("client_secret", "")):
        raise Rejected(error(400, 101, "Error validating client secret."))
    if short.expires is None or short.expires - short.issued > HOUR:
        raise Rejected(error(400, 452, "Session key invalid: this is no short-lived token."))
    return _long(sandbox, short)


def refresh(sandbox: Sandbox, request: Request, how: SignIn) -> Response:
    """Sixty more days for a long token that is a day old; the old one lives on to its end."""
    network = how.consent.network
    sandbox.grants.refreshes[network] += 1
    if request.args.get("grant_type") != how.refresh:
        raise Rejected(error(400, 100, "Invalid parameter: grant_type"))
    held = _live(sandbox, network, request)
    if datetime.now(UTC) - held.issued < sandbox.settings.seconds("meta_refresh_after_seconds"):
        raise Rejected(error(400, 10, "The access token is not old enough to be refreshed."))
    return sandbox.token_faults.around(network, lambda: _long(sandbox, held))


def _live(sandbox: Sandbox, network: str, request: Request, named: str = "access_token") -> Token:
    token, state = sandbox.grants.find(network, request.args.get(named, ""))
    if token is None or state is not TokenState.LIVE:
        raise Rejected(error(400, 190, "Error validating access token", 463 if state is TokenState.EXPIRED else 0))
    return token


def _long(sandbox: Sandbox, before: Token) -> Response:
    life = sandbox.settings.seconds("meta_token_seconds")
    new = sandbox.grants.issue(
        before.network, before.account_id, before.client_id, before.scopes, access_life=life, family=before.family
    ).access
    return answer({"access_token": new.value, "token_type": "bearer", "expires_in": int(life.total_seconds())})


# --- containers -------------------------------------------------------------------------------


def make(sandbox: Sandbox, token: Token, body: Mapping[str, object], words: str) -> str:
    """A container of words, of one picture, or of several that were made before."""
    container = Container(str(secrets.randbelow(10**16) + 10**16), token.network, token.account_id, words)
    if body.get("media_type") == "CAROUSEL":
        names = [name for name in str(body.get("children", "")).split(",") if name]
        children = [own(sandbox, token, name) for name in names]
        if not 2 <= len(children) <= 20 or not all(child.is_child for child in children):
            raise Rejected(error(400, 100, "Invalid parameter: children"))
        container.media = [picture for child in children for picture in child.media]
    elif address := str(body.get("image_url", "")):
        container.is_child = body.get("is_carousel_item") == "true"
        container.media = [[_fetched(sandbox, token, address, container), str(body.get("alt_text", ""))]]
    elif address := str(body.get("video_url", "")):
        container.media = [[_fetched(sandbox, token, address, container, "video/mp4"), str(body.get("alt_text", ""))]]
        container.ready_at = container.made + VIDEO_WORKED
    sandbox.containers[container.id] = container
    return container.id


def _fetched(sandbox: Sandbox, token: Token, address: str, container: Container, kind: str = "") -> str:
    """The file's bytes from the address it was lent at. What cannot be had breaks the container, not the call."""
    most = LARGEST_VIDEO if kind else LARGEST_PICTURE
    try:
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError(address)
        with urllib.request.urlopen(address, timeout=FETCH_SECONDS) as reply:  # noqa: S310  # the scheme was looked at
            content = reply.read(most + 1)
    except (urllib.error.URLError, ValueError, OSError):
        content = b""
    if not content or len(content) > most:
        container.state = "ERROR"
        return ""
    media = Media(token.network, sandbox.store.number(), token.account_id, content_type=kind or picture_type(content))
    return sandbox.store.keep_media(media, content).sha256


def own(sandbox: Sandbox, token: Token, container_id: str) -> Container:
    found = sandbox.containers.get(container_id)
    if found is None or (found.network, found.account_id) != (token.network, token.account_id):
        raise no_object()
    if found.ready_at is not None and found.state in ("FINISHED", "IN_PROGRESS"):
        found.state = "FINISHED" if datetime.now(UTC) >= found.ready_at else "IN_PROGRESS"
    if found.state == "FINISHED" and datetime.now(UTC) - found.made > DAY:
        found.state = "EXPIRED"
    return found


def draft_of(sandbox: Sandbox, container: Container) -> Draft:
    """What a container holds, as a post; it can be published once."""
    if container.state != "FINISHED":
        raise Rejected(error(400, 24, "The requested resource does not exist", 4_279_009))
    return Draft(
        network=container.network,
        account_id=container.account_id,
        text=container.text,
        external_id=sandbox.store.number(),
        links=links_in(container.text),
        media=container.media,
        deed="comment" if container.answers else "post",
        target=container.answers,
    )


def quota(used: int, most: int, name: str = "config") -> Response:
    return answer({"data": [{"quota_usage": used, name: {"quota_total": most, "quota_duration": 86_400}}]})


def timestamp(post: Post) -> str:
    return post.at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def listed(sandbox: Sandbox, posts: Sequence[Post], start: datetime) -> list[Post]:
    """Those made since then that the account's list shows already."""
    newest = datetime.now(UTC) - sandbox.settings.seconds("meta_list_behind_seconds")
    return [post for post in posts if start <= post.at <= newest]


def since(request: Request) -> datetime:
    try:
        return datetime.fromtimestamp(int(request.args.get("since", "0")), UTC)
    except ValueError:
        raise Rejected(error(400, 100, "Invalid parameter: since")) from None


def delete(sandbox: Sandbox, token: Token, external_id: str) -> Response:
    post = sandbox.store.standing_post(token.network, external_id)
    if post is None or post.account_id != token.account_id:
        raise no_object("delete")
    sandbox.store.remove(post).result()
    return answer({"success": True, "deleted_id": external_id})
