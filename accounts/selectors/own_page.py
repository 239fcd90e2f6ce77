"""What a person's own pages show: their agreements in the words they were given to, live keys, what leaving ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.consent_texts import consent_text
from accounts.models import ConsentKind, Member, PersonalKey
from accounts.receipts import ReceiptLine
from accounts.selectors.consent import standing_consent


@dataclass(frozen=True)
class Agreement:
    """One thing a person may agree to: the words, and since when they are agreed to (None: they are not)."""

    kind: str
    network: str
    text: str
    version: str
    language: str
    since: datetime | None


def agreements(member: Member, *, language: str) -> list[Agreement]:
    """Taking part, each agreed network, the name on boards. A network is asked for where it is connected."""
    standing = {(entry.kind, entry.network): entry for entry in standing_consent(member)}
    networks = sorted(network for kind, network in standing if kind == ConsentKind.NETWORK)
    wanted = [(ConsentKind.TAKE_PART, ""), *((ConsentKind.NETWORK, network) for network in networks)]
    wanted.append((ConsentKind.NAMED_ON_BOARDS, ""))
    shown = []
    for kind, network in wanted:
        entry = standing.get((kind, network))
        text = consent_text(kind, language=entry.language if entry else language)
        since = entry.at if entry else None
        shown.append(Agreement(kind.value, network, text.text, text.version, text.language, since))
    return shown


def live_keys(member: Member) -> list[PersonalKey]:
    return list(PersonalKey.objects.filter(member=member, revoked_at=None).order_by("-pk"))


def leaving_would(member: Member) -> list[ReceiptLine]:
    """What the receipt of leaving now would say of the parts above (`settings.DEPARTURE_PREVIEW`)."""
    return [line for name in settings.DEPARTURE_PREVIEW for line in import_string(name)(member)]


def invitation_items(member: Member, *, language: str) -> list[dict[str, str]]:
    """The real stories on the invitation page (`settings.INVITATION_ITEMS`)."""
    return [item for name in settings.INVITATION_ITEMS for item in import_string(name)(member, language=language)]
