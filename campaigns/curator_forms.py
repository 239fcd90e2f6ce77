"""What curators type: stories, wordings, campaigns. No rule stands here: the actions decide and refuse.

Times are typed as wall times in the curator's own zone and read by `time_rules.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Purpose, Team
from campaigns.activity_rules import is_at_a_network, needs_words, takes_words
from campaigns.models import Activity, Campaign, ItemAbout, Proof
from campaigns.time_rules import NoSuchTime, UnreadableTime, instant_of, read_wall_time, wall_of
from integrations.networks import NETWORKS
from integrations.places import places

ADDRESS = {"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}
PICTURES = {"accept": "image/jpeg,image/png,image/gif,image/webp"}


class WallTimeField(forms.CharField):
    """A date and time in the person's zone; its value is the instant."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        if not typed:
            return None
        try:
            return instant_of(read_wall_time(typed), timezone.get_current_timezone())
        except UnreadableTime:
            raise forms.ValidationError(_("Please choose a date and a time.")) from None
        except NoSuchTime as gap:
            instead = gap.instead.strftime("%H:%M")
            sentence = _("The clocks go forward that night, so this time does not exist. %(instead)s does.")
            raise forms.ValidationError(sentence % {"instead": instead}) from None

    def prepare_value(self, value: Any) -> Any:
        return wall_of(value, timezone.get_current_timezone()) if isinstance(value, datetime) else value


class PasteForm(forms.Form):
    """The one field that link stories begin with."""

    address = forms.CharField(
        label=gettext_lazy("Link"),
        max_length=20_000,
        help_text=gettext_lazy(
            "We fetch the title, the text and the picture; you can change all of them. Several at once: one a line, up"
            " to five."
        ),
        widget=forms.Textarea(attrs={**ADDRESS, "placeholder": "https://", "rows": 2}),
    )


class NewTextForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)


class NewAnnouncementForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    summary = forms.CharField(label=gettext_lazy("What people should read"), widget=forms.Textarea)


class NewPictureForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    upload = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("JPEG, PNG, GIF or WebP. Where and with what it was taken is removed."),
        widget=forms.FileInput(attrs=PICTURES),
    )


def _asked_at() -> list[tuple[str, str]]:
    return [(one.key, one.label) for one in places() if one.posts_publicly and one.gives_address]


class NewActivityForm(forms.Form):
    """Something that is done to a post or an account at a network."""

    asks = forms.ChoiceField(
        label=gettext_lazy("What is asked"),
        choices=[(one.value, one.label) for one in Activity if one not in (Activity.SHARE, Activity.TASK)],
    )
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=300, help_text=gettext_lazy("What the post or the account is about.")
    )
    target_at = forms.ChoiceField(label=gettext_lazy("Where it stands"), choices=_asked_at)
    target = forms.CharField(
        label=gettext_lazy("Its address"),
        max_length=600,
        help_text=gettext_lazy("Of the post, or of the account to follow, as your browser shows it."),
        widget=forms.TextInput(attrs=ADDRESS),
    )
    summary = forms.CharField(
        label=gettext_lazy("Why it is worth it"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class NewTaskForm(forms.Form):
    """Something to do elsewhere, told with a proof."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    summary = forms.CharField(
        label=gettext_lazy("What to do"),
        help_text=gettext_lazy("Never a review, a rating or praise of your own company: that misleads readers."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    proof = forms.ChoiceField(label=gettext_lazy("How people tell that it is done"), choices=Proof.choices[1:])


class AnnouncementForm(forms.Form):
    """Something to read: what it says, for whom, and how long it stands there."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=300)
    summary = forms.CharField(label=gettext_lazy("What it is about"), required=False, widget=forms.Textarea)
    destination = forms.CharField(
        label=gettext_lazy("Address"), required=False, max_length=2_100, widget=forms.TextInput(attrs=ADDRESS)
    )
    source = forms.CharField(label=gettext_lazy("Source"), required=False, max_length=120)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    campaign = forms.ChoiceField(label=gettext_lazy("Campaign"))
    topics = forms.CharField(
        label=gettext_lazy("Topics"),
        required=False,
        max_length=700,
        help_text=gettext_lazy("With commas between. A new topic exists once you type it."),
        widget=forms.TextInput(attrs={"list": "topics-here"}),
    )
    teams = forms.MultipleChoiceField(
        label=gettext_lazy("Only for these teams"),
        required=False,
        help_text=gettext_lazy("Tick none, and it is for everybody."),
        widget=forms.CheckboxSelectMultiple,
    )
    release_at = WallTimeField(label=gettext_lazy("Opens"), required=False)
    expires_at = WallTimeField(label=gettext_lazy("Closes"), required=False)

    def __init__(self, *args: Any, campaigns: Sequence[Campaign], teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("campaign", {campaign.public_id: campaign.name for campaign in campaigns})
        self._offer("teams", {team.public_id: team.name for team in teams})
        if not teams:
            del self.fields["teams"]

    def _offer(self, name: str, choices: Mapping[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices.items())


class EditorForm(AnnouncementForm):
    """Everything about a story to share but its wordings. What is asked stays; its target and proof can change."""

    target_at = forms.ChoiceField(label=gettext_lazy("Where it stands"), choices=_asked_at)
    target = forms.CharField(label=gettext_lazy("Its address"), max_length=600, widget=forms.TextInput(attrs=ADDRESS))
    proof = forms.ChoiceField(label=gettext_lazy("How people tell that it is done"), choices=Proof.choices[1:])

    picture = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    upload = forms.FileField(
        label=gettext_lazy("Another picture"), required=False, widget=forms.FileInput(attrs=PICTURES)
    )
    without_picture = forms.BooleanField(label=gettext_lazy("No picture"), required=False)
    alt_text = forms.CharField(
        label=gettext_lazy("What the picture shows"),
        required=False,
        max_length=1_000,
        help_text=gettext_lazy("For people who cannot see it."),
    )
    about = forms.ChoiceField(
        label=gettext_lazy("Kind of story"),
        required=False,
        choices=ItemAbout.choices,
        help_text=gettext_lazy("The library shows how the kinds were mixed in the last 30 days."),
    )
    facts = forms.CharField(
        label=gettext_lazy("True and checked"),
        required=False,
        help_text=gettext_lazy("One fact a line. People see them beside their text."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    limits = forms.CharField(
        label=gettext_lazy("We do not say"),
        required=False,
        help_text=gettext_lazy("One phrase a line. People see them beside their text and are told where one stands."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    embargo_until = WallTimeField(
        label=gettext_lazy("Nothing goes out before"),
        required=False,
        help_text=gettext_lazy("People can write and approve for later. If you move it, posts planned earlier wait."),
    )
    least_posts = forms.IntegerField(
        label=gettext_lazy("Opens to people with so many posts out"),
        required=False,
        min_value=0,
        max_value=50,
        help_text=gettext_lazy("0: to everybody. A card says how many are missing."),
    )
    closeness_ceiling = forms.IntegerField(
        label=gettext_lazy("At most this much of a suggested message in a post (percent)"),
        required=False,
        min_value=10,
        max_value=100,
        help_text=gettext_lazy("Empty: no ceiling. Own words are never held up."),
    )
    needs_disclosure = forms.BooleanField(label=gettext_lazy("Posts say that the author works here"), required=False)
    praises_product = forms.TypedChoiceField(
        label=gettext_lazy("It is about our own product or offer"),
        required=False,
        choices=[
            ("", gettext_lazy("As its kind says")),
            ("yes", gettext_lazy("Yes")),
            ("no", gettext_lazy("No")),
        ],
        coerce=lambda said: said == "yes",
        empty_value=None,
        help_text=gettext_lazy("Bare copies of product stories earn no points."),
    )


NOT_OF_A_POST = ("target", "target_at", "proof")


def keep_what_is_asked(form: EditorForm, asks: str) -> None:
    """Takes away the fields that what is asked has no use for."""
    at_network = is_at_a_network(asks)
    kept = {"target", "target_at"} if at_network else {"proof"} if asks == Activity.TASK else set()
    of_posts = () if asks == Activity.SHARE else ("destination", "source", "embargo_until")
    of_words = () if needs_words(asks) else ("facts", "limits", "closeness_ceiling")
    of_authors = () if takes_words(asks) else ("needs_disclosure", "praises_product")
    for name in (*(name for name in NOT_OF_A_POST if name not in kept), *of_posts, *of_words, *of_authors):
        del form.fields[name]


class _PlacedForm(forms.Form):
    """Something for one language and one network, or for all."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    network = forms.ChoiceField(
        label=gettext_lazy("Network"),
        required=False,
        choices=[("", gettext_lazy("Any network")), *((network.key, network.label) for network in NETWORKS)],
    )


class MessageForm(_PlacedForm):
    text = forms.CharField(label=gettext_lazy("Suggested message"), max_length=5_000, widget=forms.Textarea)
    field_order = ["text", "language", "network"]


class AngleForm(_PlacedForm):
    question = forms.CharField(label=gettext_lazy("Question"), max_length=200)
    field_order = ["question", "language", "network"]


class CampaignForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    purpose = forms.ChoiceField(
        label=gettext_lazy("What is it for?"),
        choices=Purpose.choices,
        help_text=gettext_lazy("It decides the questions that new stories begin with."),
    )
    post_late_minutes = forms.IntegerField(
        label=gettext_lazy("Post this many minutes late without asking"),
        help_text=gettext_lazy("When something on our side delays a post."),
        initial=30,
    )
    ask_late_minutes = forms.IntegerField(
        label=gettext_lazy("Ask the person up to this many minutes late"),
        help_text=gettext_lazy("After that the post is dropped, and the person is told."),
        initial=24 * 60,
    )
    spacing_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes between two posts of one story"),
        help_text=gettext_lazy("On the same network, so that colleagues do not post in a row."),
        initial=20,
    )
    needs_review = forms.BooleanField(
        label=gettext_lazy("A second person reads each text before its author can approve it"),
        help_text=gettext_lazy(
            "Curators and administrators read what authors ask them to; whoever asks is seen by name, so fewer people"
            " may write, and later. It holds from the next approval on."
        ),
        required=False,
    )
    signs_off_messages = forms.BooleanField(
        label=gettext_lazy("A second curator passes each suggested message before it is offered"),
        help_text=gettext_lazy("What people write themselves needs no pass, and waits for nobody because of it."),
        required=False,
    )
    starts_at = WallTimeField(label=gettext_lazy("Begins"), required=False)
    ends_at = WallTimeField(label=gettext_lazy("Ends"), required=False)
