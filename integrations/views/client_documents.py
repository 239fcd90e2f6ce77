"""What servers of other networks read about our app: who it is, and its public keys. Open to everybody."""

from __future__ import annotations

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from integrations.access import network_named
from integrations.networks.base import PushedOAuth
from integrations.our_client import client_document as described
from integrations.our_client import public_keys

MINUTES = 300  # seconds; a key that is put first is known everywhere after these


@cache_control(public=True, max_age=MINUTES)
@require_safe
def client_document(_request: HttpRequest, network: str) -> JsonResponse:
    chosen = network_named(network)
    offer = chosen.sign_in()
    if not isinstance(offer, PushedOAuth):
        raise Http404
    return JsonResponse(described(network, chosen.all_scopes(offer.scopes)))


@cache_control(public=True, max_age=MINUTES)
@require_safe
def client_keys(_request: HttpRequest) -> JsonResponse:
    return JsonResponse(public_keys())
