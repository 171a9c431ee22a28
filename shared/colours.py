"""How well one colour can be read on another (WCAG 2.2, 1.4.3). Colours are written as in `#0b4f8a`."""

import re

LEAST = 4.5  # to one, for text


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21 (black on white). Raises ValueError for what is no colour."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """From 0 (black) to 1 (white). Raises ValueError for what is no colour."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise ValueError(f"{colour} is no colour such as #0b4f8a")
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
