"""Writes the devices on which a person wants to be told, and the errand "push" that tells one of them.

The person's alone: nobody else learns that there is one. Leaving and being deactivated end all of them.
"""

from __future__ import annotations

import json
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.actions.consent import lock_self, require_self
from accounts.audit import audit
from accounts.errands import Done, ErrandResult, GiveUp, Later, outside, owe_many
from accounts.identifiers import sha256_of
from accounts.letters import language_of
from accounts.models import Member, Organization
from accounts.receipts import ReceiptLine
from accounts.refusals import BadInput
from accounts.tenancy import acting_in
from integrations.channels import web_push
from integrations.channels.web_push import Subscription, Told, UnusableSubscription
from integrations.models import PushDevice
from integrations.sealing import CannotOpen, Identity, seal, unseal

PURPOSE = "push device"
MOST_DEVICES = 10


def add_device(member: Member, *, by: Member, endpoint: str, p256dh: str, auth: str, label: str) -> PushDevice:
    """The same browser again is the same device, with the keys it has now."""
    try:
        subscription = web_push.read_subscription(endpoint, p256dh, auth)
    except UnusableSubscription as error:
        raise BadInput(_("This browser could not be reached. Nothing was changed.")) from error
    with transaction.atomic():
        lock_self(member, by=by)
        mine = PushDevice.objects.filter(member=member)
        same = mine.filter(endpoint_sha256=sha256_of(endpoint)).first()
        if same is None and mine.count() >= MOST_DEVICES:
            raise BadInput(_("You have ten devices. Take one away first."))
        device = same or PushDevice(member=member, endpoint_sha256=sha256_of(endpoint))
        device.label = " ".join(label.split())[:80] or _("A browser")
        sealed = seal(subscription.as_json(), purpose=PURPOSE, identity=identity_of(device))
        device.sealed, device.key_id = sealed.box, sealed.key_id
        device.save()
        audit("add_device", by=by, subject=f"device {device.public_id}", private=True)
    return device


def forget_device(device: PushDevice, *, by: Member) -> None:
    require_self(device.member, by=by)
    with transaction.atomic():
        PushDevice.objects.filter(pk=device.pk).delete()
        audit("forget_device", by=by, subject=f"device {device.public_id}", private=True)


def forget_devices_of_leaver(member: Member, *, by: Member | None) -> list[ReceiptLine]:
    """A part of leaving and of being deactivated."""
    PushDevice.objects.filter(member=member).delete()
    audit("forget_devices_of_leaver", by=by, subject=f"member {member.public_id}", private=True)
    return []


def tell_devices(member: Member, *, cause: str, path: str) -> None:
    """Owe a word to each device (`settings.ON_NOTICE`), in the transaction of the happening."""
    if not web_push.is_on():
        return
    devices = PushDevice.objects.filter(member=member).values_list("public_id", flat=True)
    owed = [(f"push:{sha256_of(f'{one}:{cause}')[:40]}", {"device": one, "path": path}) for one in devices]
    if owed:
        owe_many("push", owed)


@outside
def push(payload: dict[str, Any]) -> ErrandResult:
    """The errand "push": one word to one device."""
    organization = Organization.objects.get(pk=payload["organization_id"])
    with acting_in(organization):
        found = _opened(payload["device"])
        words = _words(organization, found[0].member, payload["path"]) if found else {}
    if found is None or not web_push.is_on():
        return Done()
    device, subscription = found
    match web_push.send_push(subscription, words):
        case Told.TAKEN:
            return Done()
        case Told.GONE:
            with acting_in(organization):
                PushDevice.objects.filter(pk=device.pk).delete()
            return Done()
        case Told.LATER:
            return Later("The push service did not take it.")
        case _:
            return GiveUp("The push service refused it.")


ERRANDS = {"push": push}


def identity_of(device: PushDevice) -> Identity:
    """What a sealed subscription is bound to, besides the environment. The hash stands before the row has a number."""
    return (device.member.organization_id, device.member_id, device.endpoint_sha256)


def _opened(public_id: str) -> tuple[PushDevice, Subscription] | None:
    device = PushDevice.objects.select_related("member__user").filter(public_id=public_id).first()
    if device is None or not device.member.is_active:
        return None
    try:
        text = unseal(device.sealed, device.key_id, purpose=PURPOSE, identity=identity_of(device))
    except CannotOpen:
        return None  # of another environment, or its key is not here: nobody can be told
    return device, Subscription(**json.loads(text))


def _words(organization: Organization, member: Member, path: str) -> dict[str, str]:
    """The same for every happening: what it is about is nobody's business who looks at the screen."""
    with translation.override(language_of(member)):
        return {"title": organization.name, "body": _("There is news of a post or an account of yours."), "path": path}
