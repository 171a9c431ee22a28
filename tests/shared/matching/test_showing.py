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
    for whole, number in ((ours, "five million"), (theirs, "six million")):
        short = shortened(whole)
        assert [one.text for one in short if one.what == "number"] == [number]
        assert f"the ferry carried {number} people and" in read(short)
        assert read(short).startswith("… ")
        assert read(short).endswith(" …")
        assert len(read(short)) < 130


@pytest.mark.parametrize("text", ["Short.", "a" * 150])
def test_what_is_short_stays_whole(text):
    ours, _, _ = side_by_side(text, "Something else.")
    assert shortened(ours) == ours


@pytest.mark.parametrize("text", [LONG.format("no"), "橋" * 400, "a" * 400, " " * 400])
def test_what_differs_in_nothing_is_begun(text):
    ours, _, _ = side_by_side(text, text)
    short = read(shortened(ours))
    assert short.endswith(" …")
    assert text.startswith(short[:-2])
    assert len(short) <= 102


def test_all_that_differs_is_kept_however_much_it_is():
    first, second = (" ".join(f"{n + more} boats carried people{REST}." for n in range(3, 12)) for more in (0, 100))
    for whole in side_by_side(first, second)[:2]:
        differing = [one for one in whole if one.what not in ("", "same")]
        assert differing
        assert [one for one in shortened(whole) if one.what not in ("", "same")] == differing
