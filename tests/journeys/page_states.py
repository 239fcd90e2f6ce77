"""Pages that show themselves only in a state of their own: a used invitation, an ended link, half a sign-in.

Each is an address with the person who stands there. A page of the resolver that answers a redirect or "nothing here" in
the matrix's world has its entry here, or its reason in `page_list.py`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from accounts.actions.departures import leave
from accounts.actions.sign_in import mail_sign_in_link
from accounts.derived_secrets import invitation_secret
from accounts.letter_stops import stop_address
from accounts.models import LetterKind, MailboxMessage, Member, OperatorDoor, Organization
from accounts.tenancy import acting_in
from advocacy.operator.acts import make_operator
from campaigns.actions.replies import draft_secret
from campaigns.models import FigureReading, HeldReason, LinkCode, Share, ShareState
from tests.accounts.companies import invite as invited
from tests.accounts.companies import join, person
from tests.campaigns import told
from tests.journeys.page_sessions import WHOLE_RUN, session_of

PASSWORD = "a quiet morning by the sea"


@dataclass(frozen=True)
class Company:
    organization: Organization
    people: dict[str, Member]


@dataclass(frozen=True)
class State:
    """`name` is the address' in the resolver; `session` whose browser it is, "" for nobody's."""

    name: str
    path: str
    session: str = ""

    def told(self) -> dict[str, str]:
        return asdict(self)


def states(long: Company, rich: Company) -> list[State]:
    made = (
        _of_sign_in(),
        _of_a_keeper(),
        _of_mails(long),
        _of_weekly_mails(rich),
        _of_shares(long, rich),
        _of_operators(),
    )
    return [state for some in made for state in some]


def _of_sign_in() -> Iterator[State]:
    """What a mailed link of the sign-in leads to."""
    user = person("unproven@lighthouse.test", "Noa")
    address = EmailAddress.objects.create(user=user, email="noa@lighthouse.test", verified=False, primary=False)
    yield State("account_confirm_email", reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]))
    token = (user_pk_to_url_str(user), default_token_generator.make_token(user))
    browser = Client()
    # allauth keeps the key in the session and sends the browser on, so that no other page learns the address.
    onward = browser.get(reverse("account_reset_password_from_key", args=token))
    yield State("account_reset_password_from_key", onward.headers["Location"], browser.cookies["session"].value)


def _of_a_keeper() -> Iterator[State]:
    """Somebody with a password, an authenticator app, recovery codes and a passkey."""
    user = person("keeper@lighthouse.test", "Κωνσταντίνος Παπαδόπουλος")
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    passkey = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "The key on my key ring", "credential": {}}
    )
    session = session_of(user)
    for name in (
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_reauthenticate",
    ):
        yield State(name, reverse(name), session)
    yield State("mfa_remove_webauthn", reverse("mfa_remove_webauthn", args=[passkey.pk]), session)
    yield State("mfa_edit_webauthn", reverse("mfa_edit_webauthn", args=[passkey.pk]), session)
    browser = _at_the_second_step()
    yield State("mfa_authenticate", reverse("mfa_authenticate"), browser.cookies["session"].value)


def _at_the_second_step() -> Client:
    """A password is typed, the code of the authenticator app not yet."""
    user = person("second@lighthouse.test", "Sem")
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, generate_totp_secret())
    browser = Client()
    browser.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    session = browser.session
    # The step may take a quarter of an hour; a busy machine may come to this page later.
    session[LOGIN_SESSION_KEY] = {**session[LOGIN_SESSION_KEY], "initiated_at": time.time() + WHOLE_RUN}
    session.save()
    return browser


def _of_mails(long: Company) -> Iterator[State]:
    """What a mail, or a link in one, shows: fresh, used, unknown."""
    with acting_in(long.organization):
        (used,) = invited(long.people["owner"], "used@lighthouse.test")
        secret = invitation_secret(long.organization, used)
        join(used)
        (leaver,) = invited(long.people["owner"], "leaver@lighthouse.test")
        _receipt, receipt = leave(join(leaver), by=leaver)
    yield State("invitation", reverse("invitation", args=[secret]))
    yield State("departure_receipt", reverse("departure_receipt", args=[receipt]))
    yield State("sign_in_link", reverse("sign_in_link", args=["made-up"]))
    with override_settings(EMAIL_BACKEND="accounts.mailbox.DatabaseBackend"):
        mail_sign_in_link(long.people["colleague"].email, by=None, language="en")
    yield State("mailbox_mail", reverse("mailbox_mail", args=[MailboxMessage.objects.latest("pk").pk]))


def _of_weekly_mails(rich: Company) -> Iterator[State]:
    """What the buttons of somebody's weekly mail open, and the draft that their answer became."""
    with acting_in(rich.organization):
        hana = Member.objects.select_related("organization").get(email="hana@northwind.example")
        story = told.mailed(hana)
        draft = draft_secret(hana, told.answered(story).message_sha256)
        for name in ("mailed_story", "mailed_not_for_me"):
            yield State(name, reverse(name, args=[told.link_of(story)]))
        yield State("mailed_draft", reverse("mailed_draft", args=[draft]))
        yield State("stop_letters", urlsplit(stop_address(rich.organization, hana, LetterKind.WEEKLY)).path)
        mia = Member.objects.get(email="mia@northwind.example")
        yield State("invitation", reverse("invitation", args=[invitation_secret(rich.organization, mia)]))


def _of_shares(long: Company, rich: Company) -> Iterator[State]:
    """A post that its person puts out by hand, a link that its company ended, and a page that is not there."""
    ada = rich.people["ada"]
    assert ada.user is not None
    with acting_in(rich.organization):
        by_hand = Share.objects.filter(member=ada, by_hand=True, held_reason=HeldReason.BY_HAND).latest("pk")
        looked_at = Share.objects.filter(member=ada, state=ShareState.PUBLISHED, by_hand=False).latest("pk")
        _looked_at(looked_at)
    after = [rich.organization.slug, looked_at.public_id]
    yield State("share_after", reverse("share_after", args=after), session_of(ada.user))
    address = [rich.organization.slug, by_hand.public_id]
    yield State("by_hand", reverse("by_hand", args=address), session_of(ada.user))
    LinkCode.objects.create(
        code="ended2",
        organization=long.organization,
        destination="https://example.com/gone",
        live_at=timezone.now(),
        ended_at=timezone.now(),
    )
    yield State("tracked_link", reverse("tracked_link", args=["ended2"]))
    yield State("this_week", f"/o/{rich.organization.slug}/nowhere/", session_of(ada.user))


def _looked_at(share: Share) -> None:
    """Twice, by a network that does not tell how often a post was seen."""
    for ago, likes in ((timedelta(days=1), 3), (timedelta(hours=1), 12)):
        at = timezone.now() - ago
        counts = {"likes": likes, "comments": 1, "reposts": 0, "followers": 120}
        FigureReading.objects.create(share=share, at=at, keep_until=at + timedelta(days=365), source="x", **counts)


def _of_operators() -> Iterator[State]:
    user = person("operator@lighthouse.test", "Otto")
    make_operator(user, by=None, door=OperatorDoor.COMMAND)
    session = session_of(user)
    yield State("operator", reverse("operator"), session)
    yield State("operator_release", reverse("operator_release"), session)
