"""A server's own limits: what of its word counts, and that whoever counts a post there goes by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from integrations.networks import NETWORKS, network
from integrations.networks.base import Network, Picture, ServerLimits, TryLater, Uploaded
from integrations.networks.media import Animation, Video
from integrations.networks.server_limits import told_by
from tests.integrations.networks.spoken import grant_for, post_for
from tests.integrations.peer import Answer, Peer

MASTODON = network("mastodon")
TODAY, BEFORE = "/mastodon/api/v2/instance", "/mastodon/api/v1/instance"
SMALL = ServerLimits(
    "https://fosstodon.example",
    text=300,
    address=30,
    pictures=2,
    alt_text=200,
    picture_bytes=2_000_000,
    picture_pixels=1_000_000,
    video_bytes=9_000_000,
    video_pixels=500_000,
    types=("image/jpeg", "image/png", "video/mp4"),
)
SAID: dict[str, Any] = {
    "statuses": {"max_characters": 300, "max_media_attachments": 2, "characters_reserved_per_url": 30},
    "media_attachments": {
        "supported_mime_types": ["video/mp4", "image/png", "image/jpeg"],
        "description_limit": 200,
        "image_size_limit": 2_000_000,
        "image_matrix_limit": 1_000_000,
        "video_size_limit": 9_000_000,
        "video_matrix_limit": 500_000,
        "video_frame_rate_limit": 120,
    },
}


def test_a_server_is_asked_as_it_speaks(peer: Peer) -> None:
    server = f"{peer.url}/mastodon"
    peer.tell(TODAY, Answer(body={"configuration": SAID}))
    assert MASTODON.limits_of(server) == replace(SMALL, server=server)
    peer.tell(TODAY, Answer(404, {"error": "Not found"}))
    peer.tell(BEFORE, Answer(body={"configuration": SAID, "uri": "an older one"}))
    assert MASTODON.limits_of(server) == replace(SMALL, server=server)
    assert all("authorization" not in asked.headers for asked in peer.asked)
    for answer in (Answer(500), Answer(200, b"<html>"), Answer(401, {"error": "This API requires authentication"})):
        peer.tell(TODAY, answer)
        assert isinstance(MASTODON.limits_of(server), TryLater)


@pytest.mark.parametrize("absurd", [0, -1, 1, 10**12, True, 12.5, "500", None, [], {}])
def test_what_cannot_be_meant_is_left_to_what_is_declared(peer: Peer, absurd: object) -> None:
    said = {part: dict.fromkeys(names, absurd) for part, names in SAID.items()}
    peer.tell(TODAY, Answer(body={"configuration": said}))
    told = MASTODON.limits_of(f"{peer.url}/mastodon")
    assert isinstance(told, ServerLimits)
    if absurd != 1:  # one picture may well be meant
        assert told.kept() == {}
    there = MASTODON.at(told)
    assert (there.text_limit(), there.limits.picture_types) == (500, MASTODON.limits.picture_types)
    for body in ({}, {"configuration": absurd}, {"configuration": {"statuses": absurd}}):
        peer.tell(TODAY, Answer(body={"domain": "m.example", **body}))
        assert MASTODON.limits_of(f"{peer.url}/mastodon") == ServerLimits(f"{peer.url}/mastodon")


def test_what_was_kept_is_what_was_told() -> None:
    assert told_by(SMALL.server, SMALL.kept()) == SMALL


def test_of_types_only_those_count_that_can_be_meant_and_kept() -> None:
    odd = ["image/\u0000png", "image/\ud800", "image/png\n", "image/" + "x" * 99, "image/png", 7, None]
    assert told_by("https://m.example", {"types": odd}).types == ("image/png",)
    assert told_by("https://m.example", {"types": [f"image/{number}" for number in range(201)]}).types == ()


def test_a_post_there_is_counted_by_its_server_alone() -> None:
    there, address = MASTODON.at(SMALL), "https://a.example/" + "x" * 60
    assert (there.text_limit(), MASTODON.text_limit()) == (300, 500)
    assert (there.length(address), MASTODON.length(address)) == (30, 23)
    long = post_for("mastodon", "a" * 302)
    (problem,) = there.problems(long)
    assert problem.sentence == "fosstodon.example takes 300 characters; 2 are too many."
    assert not MASTODON.problems(long)
    large = MASTODON.at(ServerLimits("https://large.example", text=5_000))
    assert not large.problems(post_for("mastodon", "a" * 5_000))
    assert large.limits == replace(MASTODON.limits, text=5_000)
    assert MASTODON.at(None) is MASTODON


PNG = Picture("a" * 64, "image/png", "A chart", 800, 600)
FILES: list[tuple[str, tuple[Any, ...], list[str]]] = [
    ("as it takes them", (PNG, PNG), []),
    ("too many", (PNG, PNG, PNG), ["too_many_pictures"]),
    ("another kind", (replace(PNG, content_type="image/webp"),), ["picture_type"]),
    ("too large to open", (replace(PNG, width=1_001, height=1_000),), ["too_many_pixels"]),
    ("too long a description", (replace(PNG, alt_text="x" * 201),), ["alt_text_too_long"]),
    ("no GIF at all", (Animation("a" * 64, "image/gif", "It turns"),), ["no_gif"]),
    ("a video", (Video("a" * 64, "video/mp4", "It moves", 500, 500, bytes=9_000_000, seconds=9),), []),
    (
        "too large a video",
        (Video("a" * 64, "video/mp4", "It moves", 1_000, 501, bytes=9_000_001, seconds=9),),
        ["too_many_pixels", "file_too_large"],
    ),
]


@pytest.mark.parametrize(("media", "codes"), [one[1:] for one in FILES], ids=[one[0] for one in FILES])
def test_files_are_held_against_what_the_server_opens(media: tuple[Any, ...], codes: list[str]) -> None:
    post = replace(post_for("mastodon"), media=media)
    assert [problem.code for problem in MASTODON.at(SMALL).problems(post)] == codes


def test_the_warning_counts_as_it_stands_and_folds_words() -> None:
    address = "https://a.example/" + "x" * 60
    warned = replace(post_for("mastodon", f"Words {address}"), warning=f"Look {address}")
    assert MASTODON.post_length(warned) == len("Look ") + len(address) + len("Words ") + 23
    full = replace(post_for("mastodon", "a" * 490), warning="b" * 11)
    assert [problem.code for problem in MASTODON.problems(full)] == ["too_long"]
    assert not MASTODON.problems(replace(full, warning="b" * 10))
    alone = replace(post_for("mastodon", " "), media=(PNG,), warning="Look")
    assert [problem.code for problem in MASTODON.problems(alone)] == ["warning_alone"]


@pytest.mark.parametrize("under_test", NETWORKS, ids=lambda one: str(one.key))
def test_a_warning_is_taken_where_it_is_declared_alone(under_test: Network) -> None:
    post = replace(post_for(under_test.key), warning="Politics")
    codes = [problem.code for problem in under_test.problems(post) if problem.blocks]
    assert ("warning" in codes) != under_test.takes_warning
    one_of_many = under_test.at(ServerLimits("https://m.example", text=77))
    assert (one_of_many.text_limit() == 77) == under_test.servers_have_limits


def test_the_warning_goes_with_the_post(peer: Peer) -> None:
    peer.tell("/mastodon/api/v1/statuses", Answer(body={"id": "1", "url": "https://m.example/@ann/1"}))
    post = replace(post_for("mastodon"), warning="Politics · I work at Acme.")
    MASTODON.publish(post, grant_for("mastodon", peer), "k", Uploaded())
    assert peer.asked[0].json()["spoiler_text"] == "Politics · I work at Acme."
