"""The lines of a departure receipt: what was done at once, and what a network still has to confirm."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import DepartureReceipt


@dataclass(frozen=True)
class ReceiptLine:
    """One thing that leaving did. `what` is a code that `sentence` knows; not `done` while an errand is under way."""

    what: str
    network: str = ""
    count: int = 0
    done: bool = True

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def receipt_of_token(token_sha256: str) -> DepartureReceipt | None:
    """A receipt by its address, inside the acting organization."""
    return DepartureReceipt.objects.filter(token_sha256=token_sha256).first()


def sentence(line: dict[str, object], network_label: str = "") -> str:
    """A line as a person reads it. Unknown codes of later versions say their count at least."""
    what, count = str(line["what"]), int(str(line["count"]))
    if what == "planned_cancelled":
        if not count:
            return _("No post was planned.")
        words = ngettext("%(count)s planned post was cancelled.", "%(count)s planned posts were cancelled.", count)
        return words % {"count": count}
    network = network_label or str(line["network"])
    if what == "grants_given_back":
        return _key_sentence(line) % {"network": network}
    return _plain_sentences().get(what, f"{what}: {count}")


def _key_sentence(line: dict[str, object]) -> str:
    if line.get("given_up"):
        return _("The key to %(network)s is deleted here. %(network)s gave us no answer; please end it there yourself.")
    if line.get("by_hand"):
        return _("The key to %(network)s is deleted here. %(network)s lets only you end it there.")
    if line["done"]:
        return _("The key to %(network)s is given back.")
    return _("The key to %(network)s is deleted here; we are telling the network.")


def _plain_sentences() -> dict[str, str]:
    return {
        "name_off_boards": _("Your name is off the leaderboards."),
        "letters_stopped": _("Mails have stopped."),
        "keys_revoked": _("Your personal keys are taken back."),
        "consent_withdrawn": _("Everything you had agreed to is taken back."),
    }
