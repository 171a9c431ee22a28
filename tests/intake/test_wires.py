"""What is offered from wire stories is what a reader would enter of them. The figures are printed: `pytest -s`."""

import pytest
from intake_wires import KINDS, first_found, measure, wires

# Precision and recall of each kind of record that may not be fallen short of: in the stories by which the rules were made, and in
# those that were kept from whoever made them.
FLOORS = {"build": (0.9, 0.8), "held": (0.55, 0.65)}


FIRST = {"build": 0.7, "held": 0.6}  # the part of what a fact-checker would take up first that has to stand first


def stories_of(part):
    return [story for name in ("english.txt", "german.txt") for story in wires(name) if story.part == part]


@pytest.mark.parametrize("part", FIRST)
def test_what_a_fact_checker_would_take_up_first_stands_first(part):
    found = first_found(stories_of(part))
    print(f"{part} first: {found:.2f}")
    assert found >= FIRST[part]


@pytest.mark.parametrize("part", FLOORS)
def test_what_is_offered_is_what_a_reader_would_enter(part):
    found = measure(stories_of(part))
    print(*(f"{part} {kind}: {found[kind].precision:.2f} {found[kind].recall:.2f}" for kind in KINDS), sep="\n")
    precision, recall = FLOORS[part]
    low = {kind: one for kind, one in found.items() if one.precision < precision or one.recall < recall}
    assert not low, low
