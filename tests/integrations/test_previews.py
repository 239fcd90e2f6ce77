"""Link previews: what is read from a page, and the sentence for every page that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.previews import Preview, PreviewRefused, fetch_picture, preview
from tests.integrations.peer import Answer, Peer, drip, hang, running_peer

HTML = {"Content-Type": "text/html; charset=utf-8"}
PAGE = """<!doctype html><html lang="pl"><head><title>Plain title</title>
<meta property="og:title" content="Zażółć  gęślą
jaźń"><meta property="og:description" content="What it is about &amp; why">
<meta property="og:image" content="/face.png"><meta property="og:site_name" content="Acme News">
</head><body><script>alert(1)</script></body></html>"""


@pytest.fixture
def peer() -> Iterator[Peer]:
    with running_peer() as running:
        yield running


def test_a_page_says_what_it_is(peer: Peer) -> None:
    peer.tell("/story", Answer(body=PAGE.encode(), headers=HTML))
    assert preview(f"{peer.url}/story") == Preview(
        title="Zażółć gęślą jaźń",
        description="What it is about & why",
        picture_url=f"{peer.url}/face.png",
        source="Acme News",
        language="pl",
        final_url=f"{peer.url}/story",
    )


def test_a_plain_page_gives_its_title_and_its_host(peer: Peer) -> None:
    page = b"<title> Only\n a title </title><meta name=description content='Some text'>"
    peer.tell("/story", Answer(body=page, headers=HTML))
    seen = preview(f"{peer.url}/story")
    assert (seen.title, seen.description, seen.source) == ("Only a title", "Some text", "127.0.0.1")
    assert (seen.picture_url, seen.language) == ("", "")


@pytest.mark.parametrize(
    ("encoding", "header", "declared"),
    [
        ("utf-8", "text/html", '<meta charset="utf-8">'),
        ("gb18030", "text/html; charset=gb18030", ""),
        ("gb18030", "text/html", '<meta charset="gb18030">'),
        ("utf-16", "text/html", ""),
        ("utf-8", "text/html; charset=no-such-charset", '<meta charset="utf-8">'),
    ],
)
def test_a_page_is_read_in_its_own_encoding(peer: Peer, encoding: str, header: str, declared: str) -> None:
    page = f"<html><head>{declared}<title>员工分享的故事,值得一读</title></head></html>"
    peer.tell("/story", Answer(body=page.encode(encoding), headers={"Content-Type": header}))
    assert preview(f"{peer.url}/story").title == "员工分享的故事,值得一读"


def test_a_page_behind_redirects_gives_the_last_address(peer: Peer) -> None:
    peer.tell("/s", Answer(301, headers={"Location": "/story?x=1"}))
    peer.tell("/story", Answer(body=PAGE.encode(), headers=HTML))
    assert preview(f"{peer.url}/s").final_url == f"{peer.url}/story?x=1"


@pytest.mark.parametrize("picture", ["javascript:alert(1)", "data:image/png;base64,AAAA", "http://[bad"])
def test_a_picture_address_is_an_address_of_the_web(peer: Peer, picture: str) -> None:
    page = f'<title>t</title><meta property="og:image" content="{picture}">'
    peer.tell("/story", Answer(body=page.encode(), headers=HTML))
    assert preview(f"{peer.url}/story").picture_url == ""


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(404, b"", HTML), "There is no page at this address."),
        (Answer(403, b"", HTML), "The page does not let us in. Type the title and the text yourself."),
        (Answer(500, b"", HTML), "The page answered with an error. Try again, or fill in the fields yourself."),
        (
            Answer(200, b"%PDF-1.7", {"Content-Type": "application/pdf"}),
            "This address is a file and no page. Type the title and the text yourself.",
        ),
        (
            Answer(200, b"<p>no title", HTML),
            "The page does not say its title. Type the title and the text yourself.",
        ),
        (Answer(200, b"a" * 2_000_001, HTML), "What stands at this address is too large for us to read."),
        (
            Answer(302, b"", {"Location": "https://127.0.0.1/"}),
            "We cannot open this address. Use a public one that begins with https://.",
        ),
    ],
)
def test_a_page_that_cannot_be_read_is_refused_with_a_sentence(peer: Peer, answer: Answer, sentence: str) -> None:
    peer.tell("/story", answer)
    with pytest.raises(PreviewRefused) as caught:
        preview(f"{peer.url}/story")
    assert caught.value.sentence == sentence


@pytest.mark.parametrize(
    "url",
    ["https://10.0.0.1/", "http://localhost/", "file:///etc/passwd", "https://a.example:81/", "https://u:p@a.example"],
)
def test_an_address_we_may_not_open_is_refused(url: str) -> None:
    with pytest.raises(PreviewRefused) as caught:
        preview(url)
    assert caught.value.sentence == "We cannot open this address. Use a public one that begins with https://."


def test_nobody_answering_is_refused() -> None:
    with pytest.raises(PreviewRefused) as caught:
        preview("no-such-name.invalid/story")
    assert caught.value.sentence == "Nothing answers at this address. Is it spelt right?"


def test_a_page_that_drips_ends_in_time(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    from integrations import http, previews

    monkeypatch.setattr(previews, "TIMEOUT", http.Timeout(0.3, 0.3))
    for act in (hang, drip):
        peer.tell("/story", Answer(act=act))
        with pytest.raises(PreviewRefused) as caught:
            preview(f"{peer.url}/story")
        assert "did not answer in time" in caught.value.sentence


def test_a_picture_is_known_by_its_bytes(peer: Peer) -> None:
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    peer.tell("/a", Answer(body=png, headers={"Content-Type": "text/plain"}))
    assert fetch_picture(f"{peer.url}/a") == (png, "image/png")
    peer.tell("/b", Answer(body=b"<svg onload='alert(1)'/>", headers={"Content-Type": "image/png"}))
    with pytest.raises(PreviewRefused) as caught:
        fetch_picture(f"{peer.url}/b")
    assert caught.value.sentence == "The picture is in a format we do not take. JPEG, PNG, GIF and WebP work."
