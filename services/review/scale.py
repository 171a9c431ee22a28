"""The desk's rating scale.

Numbers are schema.org `ratingValue`: higher is truer, from `WORST` to `BEST`. Ratings that say nothing about how true a claim
is have none, because a number would be read as a grade.
"""

from collections.abc import Sequence
from typing import NamedTuple

from shared.contracts import EXPLAINER, Rating, RatingLook
from shared.shapes import Colour, Shape

BEST, WORST = 5, 1


class Step(NamedTuple):
    """One rating."""

    slug: str
    label: str
    value: int | None
    meaning: str
    shape: Shape | None = None  # of a desk's own; the usual ones have theirs
    colour: Colour | None = None


STEPS = (
    Step("true", "True", 5, "What was said holds, and nothing important is missing."),
    Step("mostly-true", "Mostly true", 4, "It holds, but a detail is off or some context is missing."),
    Step("half-true", "Half true", 3, "Part of it holds and part of it does not."),
    Step("mostly-false", "Mostly false", 2, "There is something in it, but the point it makes does not hold."),
    Step("false", "False", 1, "It does not hold."),
    Step("misleading", "Misleading", None, "The facts may be right; what they are made to say is not."),
    Step("missing-context", "Missing context", None, "It can't be judged fairly without what was left out."),
    Step("unproven", "Unproven", None, "What can be found neither confirms nor refutes it."),
    Step("satire", "Satire", None, "It was meant as a joke and has been taken for news."),
)
# Every desk has it beside its ratings: for what readers need explained where there is nothing to judge.
EXPLAINS = Step(EXPLAINER, "Explainer", None, "It explains what stands behind the claim, and judges nothing.")
SCALE = {step.slug: step for step in (*STEPS, EXPLAINS)}


def look_of(step: Step) -> RatingLook:
    """What a step of a scale is called and drawn as, as it is told to others."""
    return RatingLook(
        slug=step.slug, label=step.label, meaning=step.meaning or None, shape=step.shape, colour=step.colour
    )


def rating(slug: str, scale: Sequence[Step] = STEPS) -> Rating:
    """A step of a scale as it is told to others."""
    step = next((one for one in scale if one.slug == slug), None) or SCALE.get(slug) or Step(slug, slug, None, "")
    has_value = step.value is not None
    return Rating(
        slug=step.slug,
        label=step.label,
        value=step.value,
        best=BEST if has_value else None,
        worst=WORST if has_value else None,
        meaning=step.meaning,
        shape=step.shape,
        colour=step.colour,
    )
