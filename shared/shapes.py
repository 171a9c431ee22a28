"""Small shapes that a word is marked with, drawn on a square of 16: as SVG on pages, and stroke by stroke where there is no SVG.

None is told from another by its colour: they stand apart in print and to whoever sees no colours. A colour is a name; what it looks
like on light and on dark ground is the stylesheets', where its contrast is tested.
"""

from math import cos, pi, sin
from typing import Literal, NamedTuple, get_args

from markupsafe import Markup

Shape = Literal["diamond", "square", "hexagon", "star", "clock", "plus", "bars", "arrow", "flag", "split"]
Colour = Literal["grey", "green", "olive", "ochre", "orange", "red", "plum", "blue", "teal", "indigo"]
SHAPES: tuple[Shape, ...] = get_args(Shape)
COLOURS: tuple[Colour, ...] = get_args(Colour)
WIDTH = 2  # of a line
SIDE = 16
Point = tuple[float, float]


class Stroke(NamedTuple):
    """A line through points, or the area within them."""

    points: tuple[Point, ...]
    is_filled: bool = False


def _round(count: int, radius: float, turned: float = 0) -> tuple[Point, ...]:
    """A polygon of equal sides about the middle, closed."""
    angles = [2 * pi * number / count - pi / 2 + turned for number in range(count + 1)]
    return tuple((round(8 + radius * cos(one), 2), round(8 + radius * sin(one), 2)) for one in angles)


def _star() -> tuple[Point, ...]:
    outer, inner = _round(5, 7.2), _round(5, 3.1, pi / 5)
    return tuple(point for pair in zip(outer, inner, strict=True) for point in pair)[:-1]


BOX: tuple[Point, ...] = ((2, 2), (14, 2), (14, 14), (2, 14), (2, 2))
STROKES: dict[str, tuple[Stroke, ...]] = {
    "diamond": (Stroke(_round(4, 6.5)),),
    "square": (Stroke(BOX, is_filled=True),),
    "hexagon": (Stroke(_round(6, 6.6)),),
    "star": (Stroke(_star(), is_filled=True),),
    "clock": (Stroke(_round(28, 6.2)), Stroke(((8, 4), (8, 8.4), (11, 10.2)))),
    "plus": (Stroke(((8, 1.5), (8, 14.5))), Stroke(((1.5, 8), (14.5, 8)))),
    "bars": tuple(Stroke(((x, 14), (x, top))) for x, top in ((3, 9.5), (8, 5.5), (13, 1.5))),
    "arrow": (Stroke(((1.5, 8), (13.5, 8))), Stroke(((8.5, 3), (13.5, 8), (8.5, 13)))),
    "flag": (Stroke(((4, 15), (4, 1.5))), Stroke(((4, 1.5), (14, 5.2), (4, 9)), is_filled=True)),
    "split": (Stroke(BOX), Stroke(((2, 2), (8, 2), (8, 14), (2, 14)), is_filled=True)),
}


def svg(shape: str) -> Markup:
    """A shape as the inside of an SVG of 16 by 16, in the colour of the text; the first shape for a name that none has."""
    strokes = STROKES.get(shape) or STROKES[SHAPES[0]]
    return Markup("").join(_path(one) for one in strokes)


def _path(stroke: Stroke) -> Markup:
    way = "M" + "L".join(f"{x:g} {y:g}" for x, y in stroke.points)
    if stroke.is_filled:
        return Markup('<path d="{}" fill="currentColor"/>').format(way)
    return Markup('<path d="{}" fill="none" stroke="currentColor" stroke-width="{}"/>').format(way, WIDTH)
