"""Two texts side by side, short enough to be read at a glance."""

import pytest

from shared.matching.showing import shortened, side_by_side

REST = (
    " and so it was told by those who had come down to the water, one after the other, for as long as anybody could say"
)
LONG = f"In the spring{REST}, the ferry carried {{}} people{REST}."


def read(pieces):
    return "".join(one.text for one in pieces)


def test_a_long_text_is_cut_to_what_stands_around_a_difference():
    ours, theirs, differs = side_by_side(LONG.format("five million"), LONG.format("six million"))
    assert [one.what for one in differs] == ["number"]
    for whole, beside, number in ((ours, theirs, "five million"), (theirs, ours, "six million")):
        short = shortened(whole, beside)
        assert [one.text for one in short if one.what == "number"] == [number]
        assert f"the ferry carried {number} people and" in read(short)
        assert read(short).startswith("… ")
        assert read(short).endswith(" …")
        assert len(read(short)) < 130


@pytest.mark.parametrize("text", ["Short.", "a" * 150])
def test_what_is_short_stays_whole(text):
    ours, theirs, _ = side_by_side(text, "Something else.")
    assert shortened(ours, theirs) == ours


@pytest.mark.parametrize("text", [LONG.format("no"), "橋" * 400, "a" * 400, " " * 400])
def test_what_differs_in_nothing_is_begun(text):
    ours, theirs, _ = side_by_side(text, text)
    short = read(shortened(ours, theirs))
    assert short.endswith(" …")
    assert text.startswith(short[:-2])
    assert len(short) <= 102


def test_all_that_differs_is_kept_however_much_it_is():
    first, second = (" ".join(f"{n + more} boats carried people{REST}." for n in range(3, 12)) for more in (0, 100))
    ours, theirs, _ = side_by_side(first, second)
    for whole, beside in ((ours, theirs), (theirs, ours)):
        differing = [one for one in whole if one.what not in ("", "same")]
        assert differing
        assert [one for one in shortened(whole, beside) if one.what not in ("", "same")] == differing


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (f"{'Long ago. ' * 300}5 million.", f"{'Long ago. ' * 300}6 million."),  # further on than facts are looked for
        (f"{REST}. The dam cost 5 million euros.", f"{REST}. The dam is 300 metres tall."),
        (f"It rained{REST}. Later, 5 boats sank.", f"Snow fell{REST}. All was calm in town, where 6 cranes stood."),
        ("x" * 9_000 + "5", "x" * 9_000 + "6"),
        ("שלום" * 100 + "5", "שלום" * 100 + "6"),
    ],
)
def test_texts_in_which_no_difference_is_known_are_cut_to_where_they_are_unlike(ours, theirs):
    mine, other, differs = side_by_side(ours, theirs)
    assert differs == []
    for whole, beside, figure in ((mine, other, ours), (other, mine, theirs)):
        short = read(shortened(whole, beside))
        assert [one for one in figure if one.isdigit()] == [one for one in short if one.isdigit()]
        assert len(short) < 210


def test_what_differs_is_marked_in_the_language_that_is_given():
    ours, theirs, differs = side_by_side("Elf Tote in Berlin", "Zwölf Tote in Berlin", "de", "de")
    assert ("number", "Elf", "Zwölf") in differs
    assert (ours[0], theirs[0]) == (("Elf", "number"), ("Zwölf", "number"))


def test_what_only_goes_on_for_longer_shows_its_end():
    first = f"{REST}{REST}"
    ours, theirs, _ = side_by_side(first, f"{first} of his own will")
    assert read(shortened(ours, theirs)).endswith("anybody could say")
    assert read(shortened(theirs, ours)).endswith("anybody could say of his own will")


@pytest.mark.parametrize("whole", ["1,234,567.89", "e\u0301\u0323", "👩\u200d👧"])
def test_no_cut_leaves_another_number_or_a_letter_without_its_marks(whole):
    text = f"{'橋' * 95}{whole}{'橋' * 95}"
    ours, theirs, _ = side_by_side(f"{text}五", f"{text}六")
    cut = [read(shortened(ours, theirs, most)) for most in range(60, 250)]
    assert {one.strip("… 橋五") for one in cut} == {"", whole}


def test_what_is_one_number_alone_is_begun_too():
    ours, theirs, _ = side_by_side("1" * 400, "1" * 400)
    assert read(shortened(ours, theirs)) == f"{'1' * 100} …"
