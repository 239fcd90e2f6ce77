"""Writes what somebody answered to a weekly mail: a draft of their words, and a mail back that shows it.

Nothing is posted from an answer. The address they answered to is the secret; their verified address must be the sender,
or nothing is made. Whoever is not to get a draft gets one polite mail a day at most, and only at an address we know:
a sender is easily forged, and we send no mail to strangers.
"""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.audit import audit
from accounts.derived_secrets import mail_secret
from accounts.errands import owe
from accounts.identifiers import sha256_of
from accounts.letters import language_of, owe_letter
from accounts.models import Member
from accounts.refusals import Refusal
from accounts.verified_addresses import has_proved
from campaigns.actions.drafts import choose_connection, edit_draft, start_share
from campaigns.actions.weekly_mail import LINKS_WORK
from campaigns.models import MailedStory, ReceivedReply, Share
from campaigns.received_mail import ReceivedMail
from campaigns.selectors.accounts import accounts_for, preferred_value
from campaigns.selectors.weekly_mail import is_over, story_of_reply

NOT_YOURS = gettext_lazy(
    "We could not match your answer with a mail that we sent to this address. Nothing was made of it."
)


def take_in_reply(mail: ReceivedMail, *, by: None) -> Share | None:  # noqa: ARG001  # a mail is nobody signed in
    """Make or mend the draft, inside the company that stands in the address; None where none was made.

    The same mail delivered again makes nothing again.
    """
    if mail.is_a_machines:
        return None
    with transaction.atomic():
        story = story_of_reply(mail.token)
        if story is None or not _is_from(story.mail.member, mail.sender):
            _say_politely(mail.sender, NOT_YOURS)
            return None
        author = story.mail.member
        with translation.override(language_of(author)):
            return _take_in(mail, story, author)


def _take_in(mail: ReceivedMail, story: MailedStory, author: Member) -> Share | None:
    Member.objects.select_for_update(no_key=True).only("pk").get(pk=author.pk)  # one mail of a person at a time
    message = sha256_of(mail.message_id or f"{mail.token}:{mail.words}")
    earlier = ReceivedReply.objects.select_related("share").filter(message_sha256=message).first()
    if earlier is not None:
        return earlier.share
    refusal = _why_not(mail, story)
    if refusal:
        _say_politely(mail.sender, refusal)
        return None
    try:
        with transaction.atomic():
            share = _draft(mail.words, story, author)
    except Refusal as refused:
        _say_politely(mail.sender, refused.sentence)
        return None
    reply = ReceivedReply.objects.create(
        story=story,
        share=share,
        message_sha256=message,
        draft_version=share.draft_version,
        link_sha256=sha256_of(draft_secret(author, message)),
        expires_at=timezone.now() + LINKS_WORK,
    )
    owe("reply_draft", cause=f"reply:{message[:40]}", payload={"reply": reply.pk})
    audit("take_in_reply", by=author, subject=f"share {share.public_id}", private=True)
    return share


def _draft(words: str, story: MailedStory, author: Member) -> Share:
    """Words that an earlier mail brought are replaced; words written here stay, and the mail's stand below them."""
    share = start_share(story.item, by=author)
    if share.text and not ReceivedReply.objects.filter(share=share, draft_version=share.draft_version).exists():
        words = f"{share.text}\n\n{words}"
    share = edit_draft(share, by=author, text=words)
    if not share.network:
        accounts = accounts_for(author)
        chosen = accounts.named(preferred_value(accounts))
        if chosen is not None:
            share = choose_connection(share, by=author, connection=chosen.connection)
    return share


def _why_not(mail: ReceivedMail, story: MailedStory) -> str:
    if is_over(story):
        return _("That mail is too old to answer. Open the story here; a draft of it begins with your words.")
    if not mail.words:
        return _("We found no words of your own in your answer. Write them above the mail that you answer.")
    return ""


def _is_from(member: Member, sender: str) -> bool:
    """The address that was mailed, which its owner proved, and nobody else's."""
    user = member.user
    return bool(user and user.is_active and sender == member.email.lower() and has_proved(user, member.email))


def _say_politely(sender: str, sentence: str | Promise) -> None:
    """To somebody of this company, at their proven address, once a day; to everybody else nothing."""
    member = Member.objects.select_related("user").filter(email__iexact=sender, left_at=None).first()
    if member is None or not member.is_active or not _is_from(member, sender):
        return
    language = language_of(member)
    with translation.override(language):
        context = {"name": member.own_name or member.name, "sentence": str(sentence)}
    context["path"] = reverse("this_week", args=[member.organization.slug])
    cause = f"reply-not-taken:{member.public_id}:{timezone.now().date()}"
    owe_letter("reply_not_taken", to=member.email, language=language, cause=cause, context=context)


def draft_secret(author: Member, message_sha256: str) -> str:
    """Behind the link in the mail that shows the draft."""
    return mail_secret(author.organization, f"reply:{message_sha256}")
