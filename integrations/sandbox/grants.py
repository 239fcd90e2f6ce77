"""Codes, tokens and app passwords: issued, used once where once is the rule, expired, revoked.

Tokens of one sign-in form a family; whoever repeats a spent refresh token ends the whole family. It never words a
refusal: it tells the network's module what is wrong with a token, and that module answers in its network's words.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Literal

from integrations.sandbox.acceptances import from_utc_text, utc_text
from integrations.sandbox.store import Store

Kind = Literal["access", "refresh", "app_password"]


class TokenState(StrEnum):
    LIVE = "live"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SPENT = "spent"


@dataclass(slots=True)
class Token:
    value: str
    kind: Kind
    network: str
    account_id: str
    client_id: str
    scopes: list[str]
    family: str
    issued: datetime
    expires: datetime | None
    state: TokenState = TokenState.LIVE
    bound_to: str = ""  # the thumbprint of the key that must come with it
    client_key: str = ""  # and of the app's own key that its renewals must be signed with


@dataclass(slots=True)
class Code:
    value: str
    network: str
    client_id: str
    account_id: str
    redirect_uri: str
    scopes: list[str]
    challenge: str
    challenge_method: str
    expires: datetime
    used: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """What one sign-in or refresh hands out."""

    access: Token
    refresh: Token | None


def challenge_of(verifier: str, method: str) -> str:
    if method == "plain":
        return verifier
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def session_token(kind: str, account_id: str, expires: datetime) -> str:
    """A value shaped like the JWTs that atproto servers give out; the sandbox looks it up and trusts no claim."""
    scope = "com.atproto.appPass" if kind == "access" else "com.atproto.refresh"
    body = {"scope": scope, "sub": account_id, "exp": int(expires.timestamp()), "jti": secrets.token_hex(8)}
    parts = [{"typ": "at+jwt" if kind == "access" else "refresh+jwt", "alg": "HS256"}, body]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, secrets.token_urlsafe(32)])


class Grants:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.open()

    def open(self) -> None:
        self._tokens: dict[str, Token] = {}
        self._codes: dict[str, Code] = {}
        self._successors: dict[str, tuple[Token, datetime]] = {}  # of spent refresh tokens, and when they were spent
        self.refreshes: Counter[str] = Counter()  # calls by network, refused ones too: a rig counts them
        self.ended_by_reuse: Counter[str] = Counter()  # sign-ins that died because a spent token came again
        for event in self.store.other_events:
            if event["event"] == "token":
                self._replay(event)
            elif event["event"] == "token_state":
                self._tokens[event["value"]].state = TokenState(event["state"])

    def _replay(self, event: dict[str, object]) -> None:
        body = {key: value for key, value in event.items() if key != "event"}
        expires = body.pop("expires")
        issued = from_utc_text(str(body.pop("issued")))
        state = TokenState(str(body.pop("state")))
        token = Token(
            **body,  # type: ignore[arg-type]  # the journal holds exactly what `_keep` wrote
            issued=issued,
            expires=from_utc_text(str(expires)) if expires else None,
            state=state,
        )
        self._tokens[token.value] = token

    # --- codes ------------------------------------------------------------------------------

    def issue_code(self, code: Code) -> str:
        with self.store.lock:
            self._codes[code.value] = code
        return code.value

    def redeem(self, network: str, value: str, client_id: str, redirect_uri: str, verifier: str) -> Code | str:
        """The code, spent now; or what is wrong with the attempt."""
        with self.store.lock:
            code = self._codes.get(value)
            if code is None or (code.network, code.client_id) != (network, client_id):
                return "The authorization code is unknown."
            if code.used:
                return "The authorization code was already used."
            if code.expires < datetime.now(UTC):
                return "The authorization code expired."
            if code.redirect_uri != redirect_uri:
                return "The redirect_uri is not the one of the authorization request."
            if code.challenge and challenge_of(verifier, code.challenge_method) != code.challenge:
                return "The code_verifier does not match the code_challenge."
            code.used = True
            return code

    # --- tokens -----------------------------------------------------------------------------

    def issue(
        self,
        network: str,
        account_id: str,
        client_id: str,
        scopes: list[str],
        *,
        access_life: timedelta | None,
        refresh_life: timedelta | None = None,
        family: str = "",
        bound_to: str = "",
        client_key: str = "",
    ) -> Pair:
        """A new access token, and a refresh token where `refresh_life` is given."""
        family = family or secrets.token_hex(12)
        now = datetime.now(UTC)

        def made(kind: Kind, life: timedelta | None) -> Token:
            expires = now + life if life else None
            if network == "bluesky":
                value = session_token(kind, account_id, expires or now)
            else:
                value = secrets.token_urlsafe(160 if network == "linkedin" else 48)
            token = Token(value, kind, network, account_id, client_id, scopes, family, now, expires)
            token.bound_to, token.client_key = bound_to, client_key
            return self._keep(token)

        with self.store.lock:
            return Pair(made("access", access_life), made("refresh", refresh_life) if refresh_life else None)

    def make_app_password(self, account_id: str, label: str) -> str:
        """Shown once; only its hash is kept."""
        letters = "abcdefghijklmnopqrstuvwxyz234567"
        password = "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))
        digest = hashlib.sha256(password.encode()).hexdigest()
        now = datetime.now(UTC)
        with self.store.lock:
            self._keep(Token(digest, "app_password", "bluesky", account_id, label, [], digest, now, None))
        return password

    def is_app_password(self, account_id: str, password: str) -> bool:
        token = self._tokens.get(hashlib.sha256(password.encode()).hexdigest())
        return bool(token and token.account_id == account_id and token.state is TokenState.LIVE)

    def _keep(self, token: Token) -> Token:
        self._tokens[token.value] = token
        body = asdict(token)
        body["issued"] = utc_text(token.issued)
        body["expires"] = utc_text(token.expires) if token.expires else None
        self.store.note("token", body)
        return token

    def find(self, network: str, value: str, kind: Kind = "access") -> tuple[Token | None, TokenState]:
        """The token and how it stands now."""
        token = self._tokens.get(value)
        if token is None or (token.network, token.kind) != (network, kind):
            return None, TokenState.UNKNOWN
        if token.state is TokenState.LIVE and token.expires and token.expires <= datetime.now(UTC):
            return token, TokenState.EXPIRED
        return token, token.state

    def spend(
        self, network: str, value: str, *, grace: timedelta = timedelta(), reuse_ends_family: bool = True
    ) -> tuple[Token | None, TokenState]:
        """Use a refresh token, which works once; a second use after the grace revokes everything that came from it."""
        with self.store.lock:
            self.refreshes[network] += 1
            token, state = self.find(network, value, "refresh")
            if token and state is TokenState.SPENT:
                if self._successor(token, grace):
                    return token, TokenState.LIVE
                if reuse_ends_family:
                    self.ended_by_reuse[network] += 1
                    self.revoke_family(token.family)
            elif token and state is TokenState.LIVE:
                self._set_state(token, TokenState.SPENT)
            return token, state

    def _successor(self, spent: Token, grace: timedelta) -> Token | None:
        successor, at = self._successors.get(spent.value, (None, spent.issued))
        return successor if datetime.now(UTC) < at + grace else None

    def succeed(self, spent: Token, pair: Pair) -> Pair:
        """Remember what a spent refresh token became: whoever spends it again gets that one once more."""
        if pair.refresh is None:
            return pair
        with self.store.lock:
            first, _ = self._successors.setdefault(spent.value, (pair.refresh, datetime.now(UTC)))
        return Pair(pair.access, first)

    def revoke_family(self, family: str) -> None:
        with self.store.lock:
            for token in list(self._tokens.values()):
                if token.family == family:
                    self._set_state(token, TokenState.REVOKED)

    def revoke_access(self, family: str) -> None:
        """What a renewal does to the token before it, where a session has one at a time."""
        with self.store.lock:
            for token in list(self._tokens.values()):
                if (token.family, token.kind, token.state) == (family, "access", TokenState.LIVE):
                    self._set_state(token, TokenState.REVOKED)

    def revoke_value(self, network: str, value: str) -> bool:
        """Revoke the sign-in this token belongs to; false when we never gave it out."""
        token = self._tokens.get(value)
        if token is None or token.network != network:
            return False
        self.revoke_family(token.family)
        return True

    def end_all_of(self, network: str, account_id: str, *, expire: bool = False) -> int:
        """What the person does in the network's own settings, or what time does: returns how many tokens ended."""
        with self.store.lock:
            theirs = [t for t in self._tokens.values() if (t.network, t.account_id) == (network, account_id)]
            for token in theirs:
                if not expire:
                    self._set_state(token, TokenState.REVOKED)
                elif token.kind == "access":
                    self._set_state(token, TokenState.EXPIRED)
            return len(theirs)

    def _set_state(self, token: Token, state: TokenState) -> None:
        token.state = state
        self.store.note("token_state", {"value": token.value, "state": state})
