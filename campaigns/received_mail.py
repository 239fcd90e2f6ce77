"""Reads a mail that came in: whom it is from, and the words in it. It never answers and stores nothing.

Whether it is a machine's (bounces, lists, absences) is read from its headers: such a mail is never answered
(RFC 3834, section 2).
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString

from campaigns.reply_rules import own_words

ADDRESS = re.compile(r"reply\+([a-z0-9]{12}\.[a-z2-7]{32})", re.IGNORECASE)
BULK = {"bulk", "list", "junk", "auto_reply"}
LONGEST_HEADER = 1_000
LONGEST_HTML = 200_000
BLOCKS = {"p", "div", "li", "tr", "h1", "h2", "h3"}
MACHINES = ("mailer-daemon", "postmaster", "no-reply", "noreply", "donotreply")
LIST_HEADERS = ("List-Id", "List-Unsubscribe", "List-Post", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")


class ShortHeaders(email.policy.EmailPolicy):
    """The standard library's, which would read a header of some thousand commas for minutes, and trips over some."""

    def header_fetch_parse(self, name: str, value: str) -> Any:
        try:
            return super().header_fetch_parse(name, value[:LONGEST_HEADER])
        except Exception:  # it names none of what it raises: IndexError, RecursionError, UnboundLocalError and others
            return super().header_fetch_parse(name, "")


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """What counts of a mail. `sender` is the address in From, in small letters."""

    token: str
    sender: str
    message_id: str
    words: str
    is_a_machines: bool


def token_in(address: str, *, domain: str) -> str:
    """The secret in one of our addresses; '' where it is none of ours."""
    local, at, host = address.strip().strip("<>").rpartition("@")
    found = ADDRESS.fullmatch(local)
    return found.group(1).lower() if at and found and host.lower() == domain else ""


def read_mail(content: bytes, *, token: str, envelope_from: str, domain: str) -> ReceivedMail:
    """Anything can come in, so nothing in it is trusted to be there or to be well-formed."""
    message = email.message_from_bytes(content, policy=ShortHeaders())
    assert isinstance(message, EmailMessage)  # what this policy makes
    sender = parseaddr(_header(message, "From"))[1].lower()
    return ReceivedMail(
        token=token,
        sender=sender,
        message_id=_header(message, "Message-ID").strip(),
        words=own_words(_text(message), our_domain=domain),
        is_a_machines=_is_a_machines(message, sender, envelope_from),
    )


def _is_a_machines(message: EmailMessage, sender: str, envelope_from: str) -> bool:
    if not envelope_from.strip("<>") or not sender:  # a bounce comes from nobody
        return True
    if _header(message, "Auto-Submitted").lower() not in ("", "no"):
        return True
    if _header(message, "Precedence").lower() in BULK or sender.split("@")[0] in MACHINES:
        return True
    if message.get_content_type() in ("multipart/report", "message/delivery-status"):
        return True
    return any(_header(message, name) for name in LIST_HEADERS)


def _header(message: EmailMessage, name: str) -> str:
    return str(message.get(name, ""))


def _text(message: EmailMessage) -> str:
    """The plain part; where there is only HTML, its text without what it quotes."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, ValueError):  # a character set nobody knows, or none of its own
        content = bytes(part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    words = _text_of_html(content[:LONGEST_HTML]) if part.get_content_type() == "text/html" else content
    return words.replace("\0", "").encode("utf-8", "replace").decode()  # what no database keeps: NUL, half a character


def _text_of_html(html: str) -> str:
    soup = BeautifulSoup(html, "html.parser")
    quoted = "blockquote, script, style, head, .gmail_quote, .gmail_signature, #divRplyFwdMsg, .moz-cite-prefix"
    for gone in soup.select(quoted):
        gone.decompose()
    pieces: list[str] = []
    for node in soup.descendants:  # once through; changing the tree takes ever longer the deeper it is
        name, before = (getattr(one, "name", None) for one in (node, node.previous_sibling))
        begins_line = name in BLOCKS or before in BLOCKS
        if name == "br" or (begins_line and pieces and pieces[-1] != "\n"):
            pieces.append("\n")
        if type(node) is NavigableString:  # the others are comments and the like
            pieces.append(node)
    return "\n".join(" ".join(line.split()) for line in "".join(pieces).split("\n"))
