"""What a person granted, in each of the forms in which token servers say it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.models import OAuthState
from integrations.networks import network
from integrations.networks.base import Secret
from integrations.oauth import finish_sign_in
from integrations.sign_in_refusals import SignInFailed
from integrations.sign_in_states import UsedState
from tests.integrations.peer import Answer, Peer, running_peer

INSTAGRAM = network("instagram")
BOTH = ["instagram_business_basic", "instagram_business_content_publish"]
TOKEN: dict[str, object] = {"access_token": "short", "user_id": 90}


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running


def scopes_after(peer: Peer, said: object) -> frozenset[str]:
    peer.tell("/instagram/oauth/access_token", Answer(body=said))
    peer.tell("/instagram/access_token", Answer(body={"access_token": "long", "expires_in": 5184000}))
    peer.tell("/instagram/v23.0/me", Answer(body={"user_id": "90", "username": "ann"}))
    used = UsedState(OAuthState(network="instagram"), verifier=Secret(""))
    (found,) = finish_sign_in(used, network=INSTAGRAM, answer={"code": "c"})
    return found.grant.scopes


def test_instagram_says_permissions_in_several_forms(peer: Peer) -> None:
    joined, with_spaces = ",".join(BOTH), ", ".join(BOTH)
    for permissions in (joined, with_spaces, BOTH):
        said = TOKEN | {"permissions": permissions}
        assert scopes_after(peer, said) == scopes_after(peer, {"data": [said]}) == set(BOTH)
    for permissions in (BOTH[0], BOTH[:1], "", []):
        with pytest.raises(SignInFailed, match="less than we asked for"):
            scopes_after(peer, TOKEN | {"permissions": permissions})
        with pytest.raises(SignInFailed, match="less than we asked for"):
            scopes_after(peer, {"data": [TOKEN | {"permissions": permissions}]})


def test_what_nobody_says_is_as_asked(peer: Peer) -> None:
    assert scopes_after(peer, TOKEN) == set(BOTH)  # RFC 6749, 5.1
