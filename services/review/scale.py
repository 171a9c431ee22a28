"""The desk's rating scale.

Numbers are schema.org `ratingValue`: higher is truer, from `WORST` to `BEST`. Ratings that say nothing about how true a claim
is have none, because a number would be read as a grade.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

from shared.contracts import EXPLAINER, Rating, RatingLook, RatingWords
from shared.shapes import COLOURS, SHAPES, Colour, Shape

BEST, WORST = 5, 1
Ratings = dict[str, Any]  # slug: schemas.StepIn, as Desk.ratings has them
Words = Mapping[str, Mapping[str, Any]]  # by a language's tag: `label` and, if there is one, `meaning`


class Step(NamedTuple):
    """One rating."""

    slug: str
    label: str
    value: int | None
    meaning: str
    shape: Shape | None = None  # of a desk's own; the usual ones have theirs
    colour: Colour | None = None
    words: Words = MappingProxyType({})  # in other languages, by their tags in small letters

    def in_words_of(self, label: str, meaning: str, words: Words) -> "Step":
        """It as a desk calls it. Its names in other languages hold where the desk keeps its name and gives none itself."""
        if not words and label == self.label:
            words = {
                tag: own if meaning == self.meaning else {"label": own["label"]} for tag, own in self.words.items()
            }
        return self._replace(label=label, meaning=meaning, words=words)


def _in_german(label: str, meaning: str) -> Words:
    return MappingProxyType({"de": {"label": label, "meaning": meaning}})


STEPS = (
    Step(
        "true", "True", 5, "What was said holds, and nothing important is missing.",
        words=_in_german("Wahr", "Was gesagt wurde, stimmt, und nichts Wichtiges fehlt."),
    ),
    Step(
        "mostly-true", "Mostly true", 4, "It holds, but a detail is off or some context is missing.",
        words=_in_german("Größtenteils wahr", "Es stimmt, aber eine Einzelheit ist ungenau, oder etwas Zusammenhang fehlt."),
    ),
    Step(
        "half-true", "Half true", 3, "Part of it holds and part of it does not.",
        words=_in_german("Halb wahr", "Ein Teil davon stimmt, ein Teil nicht."),
    ),
    Step(
        "mostly-false", "Mostly false", 2, "There is something in it, but the point it makes does not hold.",
        words=_in_german("Größtenteils falsch", "Etwas ist daran, aber worauf es hinauswill, stimmt nicht."),
    ),
    Step("false", "False", 1, "It does not hold.", words=_in_german("Falsch", "Es stimmt nicht.")),
    Step(
        "misleading", "Misleading", None, "The facts may be right; what they are made to say is not.",
        words=_in_german("Irreführend", "Die Tatsachen mögen stimmen; was sie besagen sollen, stimmt nicht."),
    ),
    Step(
        "missing-context", "Missing context", None, "It can't be judged fairly without what was left out.",
        words=_in_german("Zusammenhang fehlt", "Ohne das, was weggelassen wurde, lässt es sich nicht gerecht beurteilen."),
    ),
    Step(
        "unproven", "Unproven", None, "What can be found neither confirms nor refutes it.",
        words=_in_german("Unbelegt", "Was sich finden lässt, bestätigt es nicht und widerlegt es nicht."),
    ),
    Step(
        "satire", "Satire", None, "It was meant as a joke and has been taken for news.",
        words=_in_german("Satire", "Es war als Scherz gemeint und ist für eine Nachricht gehalten worden."),
    ),
)  # fmt: skip
# Every desk has it beside its ratings: for what readers need explained where there is nothing to judge.
EXPLAINS = Step(
    EXPLAINER, "Explainer", None, "It explains what stands behind the claim, and judges nothing.",
    words=_in_german("Einordnung", "Sie erklärt, was hinter der Behauptung steht, und urteilt nicht."),
)  # fmt: skip
SCALE = {step.slug: step for step in (*STEPS, EXPLAINS)}


def look_of(step: Step) -> RatingLook:
    """What a step of a scale is called and drawn as, as it is told to others."""
    return RatingLook(
        slug=step.slug,
        label=step.label,
        meaning=step.meaning or None,
        shape=step.shape,
        colour=step.colour,
        words={tag: RatingWords.model_validate(own) for tag, own in step.words.items()},
    )


def rating(slug: str, scale: Sequence[Step] = STEPS) -> Rating:
    """A step of a scale as it is told to others."""
    step = next((one for one in scale if one.slug == slug), None) or SCALE.get(slug) or Step(slug, slug, None, "")
    has_value = step.value is not None
    bounds = {"best": BEST, "worst": WORST} if has_value else {}
    unmarked = Rating(slug=step.slug, label=step.label, value=step.value, **bounds)
    return unmarked.looking(look_of(step)).model_copy(update={"meaning": step.meaning})


def scale_from(ratings: Ratings) -> tuple[Step, ...]:
    """The scale that a desk has of these ratings."""
    if not ratings:
        return (*STEPS, EXPLAINS)
    usual = list(SCALE)
    chosen = sorted(ratings.items(), key=lambda one: (_place(one[1], one[0], usual), one[0]))
    taken = {own.get("shape") for own in ratings.values()}
    free = iter([one for one in SHAPES if one not in taken])
    return (*(_step(slug, own, free) for slug, own in chosen if slug != EXPLAINER), EXPLAINS)


def _place(own: dict[str, Any], slug: str, usual: list[str]) -> int:
    place: int | None = own.get("place")
    return place if place is not None else usual.index(slug) if slug in usual else len(usual)


def _step(slug: str, own: dict[str, Any], free: Iterator[Shape]) -> Step:
    """A rating as a desk has it. One of its own that was given no shape has the next that is free."""
    words = own.get("words") or {}
    if slug in SCALE:
        return SCALE[slug].in_words_of(own["label"], own["meaning"], words)
    shape = own.get("shape") or next(free, SHAPES[0])
    return Step(slug, own["label"], own.get("value"), own["meaning"], shape, own.get("colour") or COLOURS[0], words)
