"""A picture of the ways by which something came: of a hotel's rooms, booked through whom."""

import re
from xml.etree import ElementTree

import pytest

from shared.ways import Open, Way, picture, wrapped

BOOKED = Way("Ada Lovelace", True, ("The agency", "The airline"), "books", "for")


def drawings(*ways, target="Room 7", waiting=()):
    """The wide and the narrow drawing, parsed: what is not well-formed fails."""
    figure = ElementTree.fromstring(str(picture("Who books what", "One guest.", target, ways, waiting)))
    return figure.findall("svg")


def words_of(svg):
    return [one.text for one in svg.iter("text")]


def test_both_drawings_say_who_through_whom_and_what_it_does():
    for svg in drawings(BOOKED):
        said = " ".join(words_of(svg))
        for word in ("Ada Lovelace", "The agency", "The airline", "books", "Room 7"):
            assert word in said
        assert svg.find("title").text == "Who books what"
        assert svg.find("desc").text == "One guest."


def test_ways_from_one_source_begin_in_one_box_and_a_blocked_one_ends_in_a_bar():
    wide, _ = drawings(
        BOOKED, BOOKED._replace(does="cancels", kind="against", blocked=True), BOOKED._replace(source="Ben")
    )
    assert words_of(wide).count("Ada Lovelace") == 1
    assert len([one for one in wide.iter("path") if one.get("class") == "way-bar"]) == 1


def test_who_has_not_answered_stands_beside_even_alone():
    for svg in drawings(waiting=[Open("The night porter", "called at nine")]):
        assert words_of(svg) == ["The night porter: called at nine"]
    assert picture("a", "b", "c", []) == ""


@pytest.mark.parametrize(
    "text", ["W" * 200, "x" * 300, "王" * 90, "a " * 200, "ש" * 120, "one " + "m" * 100, "i" * 500]
)
def test_a_text_that_is_too_long_ends_in_an_ellipsis(text):
    lines = wrapped(text, 200)
    assert len(lines) == 3
    assert lines[-1].endswith("…")


def test_markup_is_words():
    figure = str(picture("<a>", "<b>", "<c>", [BOOKED._replace(source="</svg><script>")], [Open("<i>", "&")]))
    assert not re.search(r"<(a|b|c|i|script)>", figure)
