"""The Atom feed, as feed readers read it."""

import feedparser
import pytest

from shared.clock import new_id


@pytest.fixture
def feed(reader):
    def read():
        answer = reader.get("/feeds/atom.xml")
        assert answer.content_type == "application/atom+xml; charset=utf-8"
        parsed = feedparser.parse(answer.data)
        assert not parsed.bozo, parsed.get("bozo_exception")
        assert parsed.version == "atom10"
        return parsed

    return read


def test_an_entry_keeps_its_id_through_all_revisions(receive, make_verdict, feed):
    claim = new_id()
    receive(make_verdict(claim, headline="First words"))
    [before] = feed().entries
    receive(make_verdict(claim, 2, headline="Corrected words", change="We had the day wrong."))
    [entry] = feed().entries
    assert entry.id == before.id == f"urn:uuid:{claim}"
    assert entry.title == "Corrected words"
    assert entry.updated > before.updated
    assert entry.published == before.published
    assert entry.link == before.link
    assert "Correction: We had the day wrong." in entry.summary
    assert entry.tags[0].term == "false"
    assert entry.tags[0].label == "False"


def test_the_feed_names_itself_and_its_publisher(receive, make_verdict, feed):
    receive(make_verdict())
    found = feed().feed
    assert found.title == "The Daily Check: fact-checks"
    assert found.author == "The Daily Check"
    assert {link.rel: link.href for link in found.links} == {
        "self": "https://facts.example/feeds/atom.xml", "alternate": "https://facts.example/",
    }  # fmt: skip
    assert found.updated == feed().entries[0].updated


def test_the_feed_puts_what_changed_last_first(receive, make_verdict, feed):
    claims = [new_id() for _ in range(3)]
    for number, claim in enumerate(claims):
        receive(make_verdict(claim, headline=f"Number {number}"))
    receive(make_verdict(claims[0], 2, headline="Number 0, corrected"))
    assert [entry.title for entry in feed().entries] == ["Number 0, corrected", "Number 2", "Number 1"]


def test_an_empty_feed_is_a_feed_and_does_not_change_by_itself(reader, feed):
    assert feed().entries == []
    assert reader.get("/feeds/atom.xml").data == reader.get("/feeds/atom.xml").data


def test_a_retraction_is_told_without_a_rating(receive, make_verdict, feed):
    claim = new_id()
    receive(make_verdict(claim), make_verdict(claim, 2, kind="retraction", headline="The bridge", change="A forgery."))
    [entry] = feed().entries
    assert entry.title == "Retracted: The bridge"
    assert "Retracted: A forgery." in entry.summary
    assert "tags" not in entry


def test_text_that_xml_can_not_hold_does_not_break_the_feed(receive, make_verdict, feed):
    text = "a < b & c ]]> <script>\u202e \x0b \ufffe ü"
    receive(make_verdict(headline=text))
    assert feed().entries[0].title_detail.type == "text/plain"
    assert (
        "<script>" in feed().entries[0].title_detail.value or "&lt;script&gt;" in feed().entries[0].title_detail.value
    )
