"""Every colour that text is set in can be read on every ground it is set on."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "services/publish/static/publish.css").read_text()
LEAST = 4.5  # WCAG 2.2, 1.4.3


def colours(block):
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", block))


LIGHT = colours(CSS[: CSS.index("@media")])
DARK = LIGHT | colours(CSS[CSS.index("@media screen and (prefers-color-scheme: dark)") : CSS.index("*, ::before")])
TEXT = ["ink", "muted", "accent", *[name for name in LIGHT if name.startswith("r-")]]


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("ground", ["paper", "panel"])
@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(scheme, ground, name):
    assert contrast(scheme[name], scheme[ground]) >= LEAST


def test_there_is_a_colour_for_every_rating():
    from services.publish.rendering.pages import SHAPES

    assert {f"r-{shape}" for shape in SHAPES} | {"r-other"} == {name for name in LIGHT if name.startswith("r-")}
    for shape in SHAPES:
        assert f".r-{shape} {{ color: var(--r-{shape}); }}" in CSS


def test_colours_stand_in_one_place():
    rules = re.sub(r"(?s)@media print.*", "", CSS[CSS.index("*, ::before") :])
    assert not re.search(r"#[0-9a-f]{3,6}\b", rules)
