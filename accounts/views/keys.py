"""A person's keys for the API: named, shown once, taken back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import MemberRequest, for_member, key_for
from accounts.actions.keys import make_key, revoke_key
from accounts.forms import show_refusal
from accounts.person_forms import KeyForm
from accounts.refusals import BadInput
from accounts.selectors.own_page import live_keys


@require_http_methods(["GET", "HEAD", "POST"])
@for_member()
def keys(request: MemberRequest) -> HttpResponse:
    """The list; a POST makes a key and answers with its secret, which no later page can show."""
    form = KeyForm(request.POST or None)
    if request.method != "POST":
        return _page(request, form)
    if form.is_valid():
        try:
            key, secret = make_key(request.member, by=request.member, name=form.cleaned_data["name"])
        except BadInput as refusal:
            show_refusal(form, refusal)
        else:
            return _page(request, KeyForm(), made={"name": key.name, "secret": secret})
    return _page(request, form, status=400)


@require_POST
@for_member()
def revoke(request: MemberRequest, public_id: str) -> HttpResponse:
    """Programs that use the key are refused from now on."""
    revoke_key(key_for(request.member, public_id), by=request.member)
    messages.success(request, _("The key is taken back. Programs that use it are refused from now on."))
    return redirect("keys", request.organization.slug)


def _page(
    request: MemberRequest, form: KeyForm, *, made: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "made": made, "keys": live_keys(request.member)}
    return render(request, "accounts/keys.html", context, status=status)
