"""A person's own networks: what is connected and stored, who sees it, connecting and letting go."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from accounts.access import MemberRequest, for_member
from accounts.actions.consent import withdraw_consent
from accounts.models import ConsentKind
from accounts.selectors.consent import agreed_to_network
from integrations.access import connection_for
from integrations.actions.connections import disconnect as let_go_of
from integrations.face_store import read_face
from integrations.models import Connection
from integrations.networks import network as network_of
from integrations.networks.base import Network
from integrations.selectors.connections import ending_soon, standing_connections
from integrations.selectors.networks import offered_networks


@dataclass(frozen=True, slots=True)
class MyNetwork:
    """One network as its person sees it."""

    network: Network
    connections: list[Connection]
    can_connect: bool


@require_GET
@for_member()
def connections(request: MemberRequest) -> HttpResponse:
    standing = standing_connections(request.member)
    offered = offered_networks()
    known = {network.key: network for network in offered}
    known |= {row.network: network_of(row.network) for row in standing}
    mine = [
        MyNetwork(network, [row for row in standing if row.network == key], can_connect=network in offered)
        for key, network in known.items()
    ]
    context = {"mine": mine, "ending": ending_soon(standing, now=timezone.now())}
    return render(request, "integrations/connections.html", context)


@require_safe
@for_member()
def face(request: MemberRequest, public_id: str) -> HttpResponse:
    """The picture of the person's own account. Its address in a page names its hash, so it may be kept."""
    content = read_face(connection_for(request.member, public_id))
    if content is None:
        raise Http404("There is nothing here.")
    headers = {
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"  # what we encoded ourselves
    return HttpResponse(content, content_type=kind, headers=headers)


@require_http_methods(["GET", "POST"])
@for_member()
def disconnect(request: MemberRequest, public_id: str) -> HttpResponse:
    """GET asks once and names what will be lost; POST does it."""
    connection = connection_for(request.member, public_id)
    network = network_of(connection.network)
    if request.method == "GET":
        agreed = agreed_to_network(request.member, network.key)
        context = {"connection": connection, "network": network, "agreed": agreed}
        return render(request, "integrations/disconnect.html", context)
    let_go_of(connection, by=request.member)
    if request.POST.get("also_consent"):
        withdraw_consent(request.member, by=request.member, kind=ConsentKind.NETWORK, network=network.key)
    sentence = _("%(account)s is disconnected. We are giving the key back to %(network)s.")
    messages.success(request, sentence % {"account": connection.handle, "network": network.label})
    return redirect("connections", request.organization.slug)
