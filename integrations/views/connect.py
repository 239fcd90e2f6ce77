"""Connecting an account: our page with the words of the consent, the network's page, and the way back.

These views call the outside: no transaction is open, and what they read and show stands in `acting_in` blocks.
"""

from __future__ import annotations

import re
from urllib.parse import urlencode, urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import MemberRequest, for_member
from accounts.consent_texts import consent_text
from accounts.middleware import calls_outside, member_of_request
from accounts.models import ConsentKind, Organization
from accounts.refusals import BadInput, Refusal
from accounts.selectors.consent import takes_part
from accounts.tenancy import acting_in
from integrations import http
from integrations.access import network_named
from integrations.actions import sign_ins
from integrations.forms import connect_form
from integrations.models import Connection, ConnectionState, OAuthState
from integrations.networks.base import AppPassword, Deed, Network, NoSignIn, Secret, SignIn
from integrations.oauth import server_of
from integrations.selectors.connections import standing_connections
from integrations.selectors.networks import is_offered

PUBLIC_ID = re.compile(r"[2-9a-z]{1,16}")
OTHER_WAY = "other"
AFTER_THE_CODE = 15.0  # seconds for all else that is asked when somebody comes back
LEFT_FROM = "left_from"  # in the session: where this browser set out from, for an answer that names nothing we know


@calls_outside
@never_cache
@require_http_methods(["GET", "POST"])
@for_member()
def connect(request: MemberRequest, network: str) -> HttpResponse:
    """GET shows what the person says yes to; POST writes the yes and goes on."""
    chosen = network_named(network)
    way = _way(request, chosen)
    if request.method == "GET":
        return _ask(request, chosen, way, connect_form(chosen, way))
    form = connect_form(chosen, way, request.POST)
    if not form.is_valid():
        return _ask(request, chosen, way, form, status=400)
    try:
        with http.all_within(http.engine_timeout().total):
            return _go_on(request, chosen, way, form)
    except BadInput as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _ask(request, chosen, way, form, status=refusal.status)
    except Refusal as refusal:
        return _ask(request, chosen, way, form, refusal=refusal.sentence, status=refusal.status)


def _way(request: MemberRequest, network: Network) -> SignIn:
    """The network's first way to connect, or its second where the person chose that."""
    other = network.other_sign_in() if request.GET.get("way") == OTHER_WAY else None
    return other or network.sign_in()


def _go_on(request: MemberRequest, network: Network, way: SignIn, form: forms.Form) -> HttpResponse:
    member, given = request.member, form.cleaned_data
    server = server_of(network, given.get("server", ""))
    sign_ins.agree_first(
        member,
        by=member,
        network=network,
        language=_shown_language(request),
        text_version=request.POST.get("text_version", ""),
        take_part_version=request.POST.get("take_part_version", ""),
    )
    match way:
        case NoSignIn():
            connection = sign_ins.connect_without_sign_in(member, by=member, network=network)
        case AppPassword():
            connection = sign_ins.connect_with_app_password(
                member,
                by=member,
                network=network,
                server=server,
                identifier=given["identifier"],
                password=Secret(given["password"]),
            )
        case _:
            address = sign_ins.go_to_network(
                member,
                by=member,
                network=network,
                server=server,
                share=_share(request),
                deeds=frozenset(_wanted(request, network)),
            )
            request.session[LEFT_FROM] = [request.organization.slug, _share(request)]
            return _going(request, network, address)
    return _connected(request, request.organization, network, connection, _share(request))


def _going(request: MemberRequest, network: Network, address: str) -> HttpResponse:
    """A page that goes on by itself: a form may not lead to another site (form-action), a page may."""
    context = {"network": network, "address": address, "host": urlsplit(address).netloc}
    with acting_in(request.organization):
        return render(request, "integrations/going.html", context)


def _ask(
    request: MemberRequest, network: Network, way: SignIn, form: forms.Form, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    with acting_in(request.organization):
        context = {
            "network": network,
            "form": form,
            "refusal": refusal,
            "offered": is_offered(network),
            "consent": consent_text(ConsentKind.NETWORK, language=_language()),
            "take_part": None
            if takes_part(request.member)
            else consent_text(ConsentKind.TAKE_PART, language=_language()),
            "how_to": way.how_to if isinstance(way, AppPassword) else "",
            "other_way": _other_way(request, network, way),
            "by_hand": _by_hand(request.organization, _share(request)),
            "allows": [_deed_words(deed) for deed in _wanted(request, network)],
        }
        return render(request, "integrations/connect.html", context, status=status)


def _wanted(request: MemberRequest, network: Network) -> list[Deed]:
    """What our own link says they want to do there: `?allow=like`."""
    named = request.GET.getlist("allow")
    return [deed for deed in Deed if deed in named and deed in network.deeds and network.deed_scopes.get(deed)]


def _deed_words(deed: Deed) -> str:
    return {
        Deed.LIKE: _("like a post, each time you say so"),
        Deed.REPOST: _("repost a post, each time you say so"),
        Deed.COMMENT: _("answer a post, in the words you approved"),
        Deed.FOLLOW: _("follow an account, each time you say so"),
    }.get(deed, "")


def _other_way(request: MemberRequest, network: Network, way: SignIn) -> str:
    """Where the second way is offered, if there is one and this page shows the first."""
    if network.other_sign_in() in (None, way):
        return ""
    return "?" + urlencode({"way": OTHER_WAY} | ({"share": share} if (share := _share(request)) else {}))


# --- the way back -----------------------------------------------------------------------------


@calls_outside
@never_cache
@require_GET
def oauth_callback(request: HttpRequest, network: str) -> HttpResponseBase:
    """Where networks send people back to. The one-time state says whose sign-in it is, and in which company."""
    chosen = network_named(network)
    try:
        row = sign_ins.whose_sign_in(chosen, request.GET.get("state", ""))
    except Refusal as refusal:
        return _stopped(request, chosen, refusal)
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    try:
        # The code works once, so its exchange may last as long as any call; a worker must not wait much longer.
        with http.all_within(http.engine_timeout().total + AFTER_THE_CODE):
            came = sign_ins.come_back(row, user=request.user, network=chosen, answer=request.GET.dict())
    except sign_ins.SomebodyElses as refusal:
        return _stopped(request, chosen, refusal)
    except Refusal as refusal:
        return _stopped(request, chosen, refusal, row)
    answer = _connected(request, row.organization, chosen, came.connections[0], row.share_public_id)
    for other in came.connections[1:]:
        _say_connected(request, chosen, other)
    for sentence in came.refused:
        messages.warning(request, sentence)
    return answer


def _stopped(request: HttpRequest, network: Network, refusal: Refusal, row: OAuthState | None = None) -> HttpResponse:
    """What happened, that the text is safe, and the two ways on."""
    context = {"network": network, "sentence": refusal.sentence, "again": "", "by_hand": ""}
    if row is None:
        slug, left = request.session.get(LEFT_FROM, ["", ""])
        if slug and request.user.is_authenticated:
            context["again"] = reverse("connect", args=[slug, network.key]) + _query(left)
            context["by_hand"] = reverse("compose", args=[slug, left]) if left else ""
        return render(request, "integrations/stopped.html", context, status=refusal.status)
    organization, share = row.organization, row.share_public_id
    context["again"] = reverse("connect", args=[organization.slug, network.key]) + _query(share)
    context["by_hand"] = _by_hand(organization, share)
    with acting_in(organization):
        request.organization = organization  # type: ignore[attr-defined]  # the frame shows the company
        request.member = member_of_request(request)  # type: ignore[attr-defined]  # and the person's links
        return render(request, "integrations/stopped.html", context, status=refusal.status)


def _connected(
    request: HttpRequest, organization: Organization, network: Network, connection: Connection, share: str
) -> HttpResponse:
    _say_connected(request, network, connection)
    account = {"account": connection.handle, "network": network.label}
    with acting_in(organization):
        for other in standing_connections(connection.member):
            if other.network == network.key and other.state == ConnectionState.NEEDS_RECONNECT:
                sentence = _("%(other)s still asks to connect again: you signed in as %(account)s.")
                messages.info(request, sentence % {**account, "other": other.handle})
    if share:
        chosen = urlencode({"connected": connection.public_id})
        return redirect(f"{reverse('compose', args=[organization.slug, share])}?{chosen}")
    return redirect("connections", organization.slug)


def _say_connected(request: HttpRequest, network: Network, connection: Connection) -> None:
    account = {"account": connection.handle, "network": network.label}
    messages.success(request, _("%(account)s on %(network)s is connected.") % account)


def _share(request: HttpRequest) -> str:
    """The draft to come back to, as our own link named it."""
    named = request.POST.get("share", request.GET.get("share", ""))
    return named if PUBLIC_ID.fullmatch(named) else ""


def _query(share: str) -> str:
    return "?" + urlencode({"share": share}) if share else ""


def _by_hand(organization: Organization, share: str) -> str:
    return reverse("compose", args=[organization.slug, share]) if share else ""


def _shown_language(request: MemberRequest) -> str:
    """The language the words stood in when they were agreed to."""
    shown = request.POST.get("language", "")
    return shown if shown in dict(settings.LANGUAGES) else _language()


def _language() -> str:
    return get_language() or "en"
