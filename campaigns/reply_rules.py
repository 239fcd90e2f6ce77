"""What somebody answered to a mail, cut free of everything that is not their own words. Pure.

Mail programs quote in their own ways and languages; the packages for it name languages one by one (mail-parser-reply:
no Russian, and it takes a person's "Thanks," or "- a point" for a signature). This cuts at marks that any language
has: our own address in the quoted mail, quoting signs, the line before them, and the standard's signature line.
"""

from __future__ import annotations

import re

LONGEST_WORDS = 10_000
LONGEST_READ = 100_000  # with what is quoted; words of more than this no network takes
LONGEST_MARK = 300  # a line that a program adds is short; searching a longer one for addresses takes for ever
SIGNATURE = re.compile(r"^(-- ?|__+|—)$")  # RFC 3676, section 4.3, and what is left of it after some programs
QUOTED = re.compile(r"^\s*[>|]")
# A line of dashes or underscores around words, or alone: Outlook's, in each language.
RULE = re.compile(r"^(?:[-_*]{5}.*[-_*]{3}|_{10,}|-{10,})$")  # of a line without blanks at its ends
# Two lines or more of the head of a mail, whatever their names are: "От: …", "发件人：…", "Inviato: …".
HEAD = re.compile(r"^\s*\*?[^\W\d_][\w \-]{0,24}\*?\s?[:：]\*?\s?\S")
MAIL_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*")
# "Sent from my phone": what phones add by themselves, at the very end.
SENT_FROM = re.compile(
    r"^(?:Sent from (?:my|the)\b|Get Outlook for\b|Sent with\b|Wysłan[eo] z\b|Inviato da(?:l| mio)?\b|Scarica Outlook\b"
    r"|Отправлено (?:с|из)\b|发自我的|从我的.{1,12}发送|发送自).{0,80}$",
    re.IGNORECASE,
)


def own_words(text: str, *, our_domain: str) -> str:
    """The person's words alone; '' where there are none."""
    lines = text[:LONGEST_READ].replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").split("\n")
    kept = lines[: _end(lines, our_domain)]
    while kept and (not kept[-1].strip() or SENT_FROM.match(kept[-1].strip())):
        kept.pop()
    words = "\n".join(line.rstrip() for line in kept).strip()
    return re.sub(r"\n{3,}", "\n\n", words)[:LONGEST_WORDS]


def _end(lines: list[str], our_domain: str) -> int:
    """Where the person's words end: at the first mark of a signature, a rule or somebody else's mail."""
    for number, line in enumerate(lines):
        if SIGNATURE.match(line) or RULE.match(line.strip()) or _is_head(lines, number):
            return number
        if QUOTED.match(line):
            return _without_introduction(lines, number)
        if our_domain and f"@{our_domain}" in line.lower():
            return _without_introduction(lines, number + 1)
    return len(lines)


def _is_head(lines: list[str], number: int) -> bool:
    """The head of a quoted mail: lines like "From: …" one under another, one of them with an address."""
    block = []
    for line in lines[number : number + 6]:
        if len(line) > LONGEST_MARK or not HEAD.match(line):
            break
        block.append(line)
    return len(block) >= 2 and any(MAIL_ADDRESS.search(line) for line in block)


def _without_introduction(lines: list[str], number: int) -> int:
    """Back over "On Tuesday … wrote:", which programs break over up to three lines."""
    end = number
    while end and not lines[end - 1].strip():
        end -= 1
    begins = end
    for first in range(end - 1, max(end - 4, -1), -1):
        if len(lines[first]) > LONGEST_MARK:
            break
        introduction = " ".join(lines[first:end]).strip()
        if not lines[first].strip() or not introduction.endswith((":", "：", ">")):
            break
        has_date = bool(re.search(r"\d", MAIL_ADDRESS.sub("", introduction)))
        if MAIL_ADDRESS.search(introduction) or has_date:
            begins = first
        if has_date:
            break
    return begins
