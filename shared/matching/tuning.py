"""The few weights are learned from what people decided: which of what was found says the same, and which does not.

Learned is the order, from pairs of a right and a wrong one for the same question, and the likelihood, from what stood first. Both
start at the weights that are in use and leave them only as far as the examples are worth it, so that ten decisions turn nothing
upside down. Learning changes nothing by itself: whoever asked for it gets weights, and how well the old and the new ones do on
examples that were kept apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from shared.matching.weights import FIELD, LATELY, SIGNS, WHEN, Weights, margin, weighed

WRONG_EACH = 15  # wrong ones of a question to learn the order from
# How strongly the old weights of the order hold; of what the desk itself decided, and of when something was said, nobody knew
# beforehand how much it counts
HELD, HELD_OF_DECISIONS = 25.0, 4.0
PRECISION = 0.95  # that "surely the same" is to have


class Judged(NamedTuple):
    """A question: what was found, in its order, each with its signs, score, likelihood and whether it is right; and how many
    right ones there are."""

    found: Sequence[tuple[Mapping[str, float], float, float, bool]]
    right: int


class Measured(NamedTuple):
    """How good the order is, as the mean of all questions."""

    map5: float
    first: float
    mrr: float
    recall5: float
    recall50: float


class Decided(NamedTuple):
    """How good a threshold is, if half of what comes in was there before."""

    precision: float
    recall: float
    alarms: float  # of what is new, how much is said to be there


def measure(judged: Sequence[Judged]) -> Measured:
    """The usual measures; average precision is cut at five and divided by all right ones."""
    total = [0.0] * 5
    for one in judged:
        hits = [place for place, found in enumerate(one.found, 1) if found[3]]
        precise = sum((n + 1) / place for n, place in enumerate(hits) if place <= 5) / max(one.right, 1)
        for n, value in enumerate(
            (
                precise,
                float(bool(hits) and hits[0] == 1),
                1 / hits[0] if hits else 0.0,
                float(any(place <= 5 for place in hits)),
                float(any(place <= 50 for place in hits)),
            )
        ):
            total[n] += value
    return Measured(*(value / max(len(judged), 1) for value in total))


def decide(judged: Sequence[Judged], new: Sequence[float], threshold: float) -> Decided:
    """How often what stands first is right if its likelihood reaches the threshold. `new` is the likelihood of what stood first
    for questions to which there was no right answer, weighed as if there were as many."""
    firsts = [one.found[0] for one in judged if one.found]
    right = sum(found[2] >= threshold and found[3] for found in firsts)
    said = sum(found[2] >= threshold for found in firsts)
    alarms = sum(one >= threshold for one in new) / max(len(new), 1)
    wrong = said - right + alarms * len(judged)
    return Decided(right / max(right + wrong, 1e-9), right / max(len(judged), 1), alarms)


def learn(judged: Sequence[Judged], before: Weights) -> Weights:
    """Weights that fit what was judged, from those that were in use."""
    numpy = import_module("numpy")
    names = [
        name for name in SIGNS if name in before.order or any(name in found[0] for one in judged for found in one.found)
    ]
    order = _learn_order(numpy, judged, before, names)
    scored = [sorted(((sum(order[n] * found[0].get(n, 0.0) for n in names), found[0], found[3]) for found in one.found),
                     key=lambda found: -found[0]) for one in judged]  # fmt: skip
    likely, bias = _learn_likelihood(numpy, scored, before, names)
    tuned = before._replace(order=order, likely=likely, bias=bias)
    return tuned._replace(sure=_threshold(scored, tuned))


def _learn_order(numpy: Any, judged: Sequence[Judged], before: Weights, names: Sequence[str]) -> dict[str, float]:
    rows, worth = [], []
    for one in judged:
        right = [found[0] for found in one.found if found[3]]
        wrong = [found[0] for found in one.found if not found[3]][:WRONG_EACH]
        for better in right:
            for worse in wrong:
                rows.append([better.get(name, 0.0) - worse.get(name, 0.0) for name in names])
                worth.append(1 / (len(right) * len(wrong)))
    if not rows:  # nobody accepted one and refused another for the same question
        return {name: before.order.get(name, 0.0) for name in names}
    scale = 12.0  # scores are between 0 and 1; so far apart they are sure
    start = numpy.array([before.order.get(name, 0.0) * scale for name in names])
    held = numpy.array([HELD_OF_DECISIONS if name in (LATELY, WHEN) else HELD for name in names])
    learned = _fit(numpy, numpy.array(rows), numpy.ones(len(rows)), numpy.array(worth), start, held)
    return {name: round(float(value) / scale, 4) for name, value in zip(names, learned, strict=True)}


def _learn_likelihood(
    numpy: Any, scored: Sequence[Any], before: Weights, names: Sequence[str]
) -> tuple[dict[str, float], float]:
    """From what stands first, and from what would stand first if the right ones were not there."""
    signs = [*names, "margin"]
    rows, right = [], []
    for found in scored:
        for some in (found, [one for one in found if not one[2]]):
            if some and not (some is not found and found and not found[0][2]):
                known = {**some[0][1], "margin": margin([one[0] for one in some[:FIELD]])}
                rows.append([*(weighed(known, name) for name in signs), 1.0])
                right.append(float(some[0][2]))
    if not rows:
        return dict(before.likely), before.bias
    start = numpy.array([*(before.likely.get(name, 0.0) for name in signs), before.bias])
    held = numpy.full(len(start), 0.5)
    learned = _fit(numpy, numpy.array(rows), numpy.array(right), numpy.ones(len(rows)), start, held)
    return {name: round(float(value), 3) for name, value in zip(signs, learned, strict=False)}, round(
        float(learned[-1]), 3
    )


def _fit(numpy: Any, rows: Any, right: Any, worth: Any, start: Any, held: Any) -> Any:
    """Logistic regression by Newton's method, each weight held at where it starts. A step that overshoots is halved."""

    def loss(at: Any) -> float:
        signed = (2 * right - 1) * (rows @ at)
        return float((worth * numpy.logaddexp(0, -signed)).sum() + (held * (at - start) ** 2).sum() / 2)

    at, now = start.copy(), loss(start)
    for _ in range(50):
        likely = 1 / (1 + numpy.exp(-numpy.clip(rows @ at, -30, 30)))
        slope = rows.T @ (worth * (right - likely)) - held * (at - start)
        bend = (rows * (worth * likely * (1 - likely))[:, None]).T @ rows + numpy.diag(held)
        step = numpy.linalg.solve(bend, slope)
        while (after := loss(at + step)) > now and float(numpy.abs(step).max()) > 1e-6:
            step = step / 2
        at, now = at + step, min(now, after)
        if float(numpy.abs(step).max()) < 1e-5:
            break
    return at


def _threshold(scored: Sequence[Any], tuned: Weights) -> float:
    """The lowest likelihood from which on so many are right, if half of what comes in was there before."""
    said: list[tuple[float, bool]] = []
    for found in scored:
        for some in (found, [one for one in found if not one[2]]):
            if some:
                ahead = margin([one[0] for one in some[:FIELD]])
                said.append((tuned.likelihood(some[0][1], ahead), bool(some[0][2])))
    said.sort(key=lambda one: -one[0])
    right, best = 0, 0.99
    for count, (likely, is_right) in enumerate(said, 1):
        right += is_right
        if count >= 20 and right / count >= PRECISION + 0.01:
            best = likely
    return round(min(max(best, tuned.suggest), 0.99), 3)
