"""A picture of the ways by which something came: of a hotel's rooms, booked through whom."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from shared.ways import BOLD, Open, Way, _width, picture, wrapped

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


def boxes_of(svg):
    """Where each text stands: left, top, right, bottom."""
    found = []
    for one in svg.iter("text"):
        width, left, base = _width(one.text), float(one.get("x")), float(one.get("y"))
        width *= BOLD if "does" in (one.get("class") or "") else 1
        left -= {"start": 0, "middle": width / 2, "end": width}[one.get("text-anchor")]
        found.append((left, base - 11, left + width, base + 3.5, one.text))
    return found


def test_however_long_the_names_are_no_words_stand_on_others_or_outside_of_the_picture():
    long = "The Travel Agency of the United Railway Companies and Harbour Boards"
    carriers = [("Reuters",), ("Reuters", long), (long, long, "Ships & Sons"), (long,) * 6, ("W" * 80, "王" * 40), ()]
    ways = [
        Way(f"{long} {number % 7}", number % 2 == 0, one, does, "for", number % 3 == 0)
        for number, (one, does) in enumerate((one, does) for one in carriers for does in ("books in part", "cancels"))
    ]
    ways += [one._replace(source="Ada Lovelace") for one in ways]
    for svg in drawings(*ways, target=long * 3, waiting=[Open(long, f"called by {long}")]):
        _, _, width, height = map(float, svg.get("viewBox").split())
        boxes = boxes_of(svg)
        assert len(boxes) > 30
        for left, top, right, bottom, words in boxes:
            assert left >= 0 <= top, words
            assert right <= width, words
            assert bottom <= height + 1, words
        for one, other in combinations(boxes, 2):
            apart = one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
            assert apart, (one[4], other[4])


def test_markup_is_words():
    figure = str(picture("<a>", "<b>", "<c>", [BOOKED._replace(source="</svg><script>")], [Open("<i>", "&")]))
    assert not re.search(r"<(a|b|c|i|script)>", figure)


def test_of_very_many_the_picture_shows_some_and_says_how_many_more_there_are():
    ways = [BOOKED._replace(source=f"Guest {number}") for number in range(40)]
    for svg in drawings(*ways, waiting=[Open(f"Porter {number}", "called") for number in range(20)]):
        words = words_of(svg)
        assert [one for one in words if one.startswith("Guest")] == [f"Guest {number}" for number in range(12)]
        assert words[-1] == "… 40 more"
        assert len(list(svg.iter("circle"))) == 8


def test_a_line_of_a_text_that_runs_right_to_left_does_so_whatever_it_begins_with():
    hebrew, latin = "הגשרהגשרהגשר", "Anna-of-the-White"
    for whole, runs in ((f"{hebrew} {latin}", "rtl"), (f"{latin} {hebrew}", None)):
        wide, _ = drawings(BOOKED._replace(source=whole))
        lines = {one.text: one.get("direction") for one in wide.iter("text")}
        assert (lines[hebrew], lines[latin]) == (runs, runs)


def test_names_that_run_right_to_left_do_not_draw_what_follows_into_them():
    wide, narrow = drawings(
        BOOKED._replace(source="ليلى حدّاد", carriers=("رويترز", "AFP")), waiting=[Open("وزارة النقل", "27 January")]
    )
    named = {one.text: one for svg in (wide, narrow) for one in svg.iter("text")}
    assert named["ليلى حدّاد"].get("direction") == "rtl"
    assert "upright" in next(one for one in wide.iter("text") if one.text == "رويترز").get("class")
    assert "وزارة النقل\u200e: 27 January" in named
    assert "books ← رويترز\u200e ← AFP" in named


def test_that_nobody_has_answered_is_never_cut_off():
    asked = Open("the Ministry of Works", "asked by The Ellery Courier, 29 March 2026; no answer yet")
    for svg in drawings(BOOKED, waiting=[asked]):
        assert " ".join(words_of(svg)).endswith("no answer yet")
