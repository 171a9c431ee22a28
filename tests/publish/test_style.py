"""Every colour that text is set in can be read on every ground it is set on."""

import re
from pathlib import Path

import pytest

from services.publish.cards.drawing import OWN
from services.publish.settings import GROUNDS
from shared.colours import LEAST, contrast
from shared.shapes import COLOURS

CSS = (Path(__file__).parents[2] / "services/publish/static/publish.css").read_text()


def colours(block):
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


LIGHT = colours(CSS[: CSS.index("@media")])
DARK = LIGHT | colours(CSS[CSS.index("@media screen and (prefers-color-scheme: dark)") : CSS.index("*, ::before")])
TEXT = ["ink", "muted", "accent", *[name for name in LIGHT if name.startswith("r-")]]


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(scheme, ground, name):
    assert contrast(scheme[name], scheme[ground]) >= LEAST


def test_there_is_a_colour_for_every_rating():
    from services.publish.rendering.environment import SHAPES

    assert {f"r-{shape}" for shape in SHAPES} | {"r-other"} == {name for name in LIGHT if name.startswith("r-")}
    for shape in SHAPES:
        assert f".r-{shape} {{ color: var(--r-{shape}); }}" in CSS


def test_there_is_a_colour_for_every_rating_of_a_desk_s_own():
    for colour in COLOURS:
        token = re.search(rf"\.k-{colour} {{ color: var\(--([\w-]+)\); }}", CSS)[1]
        assert token in TEXT, "measured above"
        assert OWN[colour] == LIGHT[token], "the same on cards"


def test_colours_stand_in_one_place():
    rules = re.sub(r"(?s)@media print.*", "", CSS[CSS.index("*, ::before") :])
    assert not re.search(r"#[0-9a-f]{3,6}\b", rules)


def test_a_publisher_s_colours_are_measured_on_the_grounds_that_there_are():
    assert GROUNDS["accent"] == (LIGHT["paper"], LIGHT["panel"])
    assert GROUNDS["accent_dark"] == (DARK["paper"], DARK["panel"])
