"""What a person's own pages show: agreements and the words they were given to, what is stored, keys, leaving."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.module_loading import import_string

from accounts import moments
from accounts.consent_texts import consent_text
from accounts.models import ConsentKind, Member, PersonalKey
from accounts.personal_data import Datum, KeptAccount, days_of, every_datum
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


@dataclass(frozen=True)
class StoredLine:
    """One kind of datum on *What is stored, who sees it*: whole sentences."""

    key: str
    what: str
    seen_by: str
    until: str
    page: str
    act: str


def stored_lines(company: str) -> list[StoredLine]:
    """Every kind of datum the house keeps about people (`settings.PERSONAL_DATA`), in the active language."""
    return [_stored_line(datum, company) for datum in every_datum()]


def kept_accounts(member: Member) -> list[KeptAccount]:
    """Accounts on networks, with what is kept of each (`settings.KEPT_BY_NETWORK`)."""
    return [account for name in settings.KEPT_BY_NETWORK for account in import_string(name)(member)]


def _stored_line(datum: Datum, company: str) -> StoredLine:
    words = {"company": company, "span": moments.days(days_of(datum.retention)) if datum.retention else ""}
    what, seen_by, until = (str(one) % words for one in (datum.what, datum.seen_by, datum.until))
    return StoredLine(datum.key, what, seen_by, until, datum.page, str(datum.act))


def agreements(member: Member, *, language: str) -> list[Agreement]:
    """Taking part, each agreed network, the name on boards. A network is asked for where it is connected."""
    standing = {(entry.kind, entry.network): entry for entry in standing_consent(member)}
    networks = sorted(network for kind, network in standing if kind == ConsentKind.NETWORK)
    wanted = [(ConsentKind.TAKE_PART, ""), *((ConsentKind.NETWORK, network) for network in networks)]
    wanted.append((ConsentKind.NAMED_ON_BOARDS, ""))
    wanted_words = []
    for kind, network in wanted:
        entry = standing.get((kind, network))
        shown = (entry.language, entry.text_version) if entry else (language, "")
        text = consent_text(kind, language=shown[0], version=shown[1])
        since = entry.at if entry else None
        wanted_words.append(Agreement(kind.value, network, text.text, text.version, text.language, since))
    return wanted_words


def live_keys(member: Member) -> list[PersonalKey]:
    return list(PersonalKey.objects.filter(member=member, revoked_at=None).order_by("-pk"))


def leaving_would(member: Member) -> list[ReceiptLine]:
    """What the receipt of leaving now would say of the parts above (`settings.DEPARTURE_PREVIEW`)."""
    return [line for name in settings.DEPARTURE_PREVIEW for line in import_string(name)(member)]


def invitation_items(member: Member, *, language: str) -> list[dict[str, str]]:
    """The real stories on the invitation page (`settings.INVITATION_ITEMS`)."""
    return [item for name in settings.INVITATION_ITEMS for item in import_string(name)(member, language=language)]
