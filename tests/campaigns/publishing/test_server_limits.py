"""A server's own limits from the connecting to the send, over the real protocol; a warning arrives as approved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tenancy import acting_in
from campaigns.actions.drafts import edit_draft, start_share
from campaigns.canonical import shown_post
from campaigns.models import Share
from campaigns.publishing.facts import Around, _server_takes
from campaigns.refusals import NotReady
from campaigns.selectors.preview import preview_of
from campaigns.selectors.share_words import words_of
from integrations.models import Connection, Server
from integrations.networks.base import Post
from integrations.selectors.servers import network_there
from integrations.server_readings import read_due_servers
from tests.campaigns import world
from tests.campaigns.publishing.posting import Desk, account, again, come_due, due, publish
from tests.integrations.networks.spoken import post_for
from tests.integrations.sandbox.rig import SandboxProcess


def asked_anew() -> int:
    Server.objects.update(ask_at=timezone.now() - timedelta(seconds=1))
    return read_due_servers()


def limit_of(connection: Connection) -> int:
    return network_there(connection).text_limit()


def test_each_server_is_asked_once_for_everybody_and_forgotten_when_nobody_is_there(
    at: Desk, sandbox: SandboxProcess
) -> None:
    """Nothing is known before: what Mastodon declares holds."""
    usual = account(at, sandbox, "mastodon")
    small, large = (account(at, sandbox, "mastodon", name, server=f"mastodon-{name}") for name in ("small", "large"))
    account(at, sandbox, "mastodon", "carol", server="mastodon-small")
    with acting_in(at.organization):
        assert [limit_of(one) for one in (usual, small, large)] == [500, 500, 500]
    Server.objects.all().delete()  # as if they had connected before servers were asked
    assert (read_due_servers(), read_due_servers()) == (3, 0)
    with acting_in(at.organization):
        assert [limit_of(one) for one in (usual, small, large)] == [500, 280, 5_000]
        share = edit_draft(start_share(at.story, by=at.member, connection=small), by=at.member, text="a" * 300)
        preview = preview_of(share)
        assert (preview.limit, preview.counted_by) == (280, small.server.partition("://")[2])
        assert preview.counted_by in preview.problems[0].sentence
        with pytest.raises(NotReady, match="takes 280 characters"):
            world.approved(share)
        Connection.objects.filter(pk=large.pk).update(state="disconnected")
    assert asked_anew() == 2
    assert sorted(row.server.rpartition("/")[2] for row in Server.objects.all()) == ["mastodon", "mastodon-small"]


def test_a_server_that_lowered_its_limit_meanwhile_is_not_sent_what_it_refuses(
    at: Desk, sandbox: SandboxProcess
) -> None:
    connection = account(at, sandbox, "mastodon")
    read_due_servers()
    share = due(at, connection, "a" * 400)
    sandbox.settings(mastodon_text_limit=200)
    asked_anew()
    publish()
    with acting_in(at.organization):
        held = again(at, share)
        assert (held.state, held.held_reason, held.text) == ("held", "server_takes_less", "a" * 400)
        said = words_of(held, now=timezone.now())
        assert "takes less than when you approved this" in said.sentence
        assert "takes 200 characters" in said.sentence
    assert sandbox.acceptances() == []
    sandbox.settings(mastodon_text_limit=500)
    asked_anew()
    with acting_in(at.organization):
        assert "takes 200" not in words_of(again(at, share), now=timezone.now()).sentence
        share = world.approved(again(at, share))
    come_due(at, share)
    publish()
    with acting_in(at.organization):
        shown = shown_post(again(at, share)).text
    assert [line["text"] for line in sandbox.acceptances()] == [shown]


@pytest.mark.parametrize(
    ("text", "visibility", "takes"),
    [("a" * 280, "public", True), ("a" * 281, "public", False), ("a" * 501, "public", False), ("a", "gone", True)],
)
def test_only_what_this_server_takes_less_is_its_doing(text: str, visibility: str, takes: bool) -> None:
    share = Share(pk=1, network="mastodon", connection=Connection(server="https://m.example"))
    around = Around(frozenset(), {}, frozenset(), frozenset(), {1: {"text": 280}})
    post = replace(post_for("mastodon", text), visibility=visibility)
    assert _server_takes(share, post, around) is takes


def test_what_it_refuses_before_we_know_is_kept_and_it_is_asked_soon(at: Desk, sandbox: SandboxProcess) -> None:
    connection = account(at, sandbox, "mastodon")
    read_due_servers()
    Server.objects.update(read_at=timezone.now() - timedelta(hours=1))
    share = due(at, connection, "a" * 400)
    sandbox.settings(mastodon_text_limit=200)
    publish()
    with acting_in(at.organization):
        assert (again(at, share).state, again(at, share).text) == ("failed", "a" * 400)
    assert read_due_servers() == 1
    with acting_in(at.organization):
        assert limit_of(connection) == 200


def test_a_warning_arrives_as_it_was_approved(at: Desk, sandbox: SandboxProcess) -> None:
    connection = account(at, sandbox, "mastodon")
    with acting_in(at.organization):
        at.story.needs_disclosure = True
        at.story.save()
        draft = edit_draft(start_share(at.story, by=at.member, connection=connection), by=at.member, text="Cut it.")
        share = world.approved(
            edit_draft(draft, by=at.member, text="Cut it.", warning="Spoiler", visibility="unlisted")
        )
        assert share.approval is not None
        post = Post.from_canonical(share.approval.canonical)
        assert post.warning == f"Spoiler · {share.disclosure}"
        assert share.disclosure not in post.text
    come_due(at, share)
    publish()
    (line,) = sandbox.acceptances()
    assert [line[name] for name in ("text", "warning", "visibility")] == [post.text, post.warning, "unlisted"]
