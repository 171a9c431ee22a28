"""How much each sign counts that a text says the same as another, and how sure that makes us.

The order of what is found is a sum of signs; how likely the first says the same, the logistic function of another sum. The
numbers
here are round ones, chosen by hand; `matching.tuning` learns others from what people decided.
"""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

# Each between 0 and 1, but for what differs, which is counted
SIGNS = {
    "main": "cosine with the wording",
    "whole": "cosine with title and wording",
    "nearest": "the highest cosine of one of the asked sentences with title and wording",
    "lexical": "BM25, as a share of the highest",
    "covered": "how much of what is asked is found there (by how much its words tell)",
    "covers": "how much of the wording is asked",
    "rare": "how rare the rarest word is that stands in both",
    "shared": "how many telling words stand in both, up to eight",
    "names": "how many of the asked names are found there",
    "figures": "numbers that stand in both: none, one, or more",
    "speaker": "the same speaker",
    "lately": "how lately somebody said of another text that it says the same: 1 now, a half ten days ago",
    "when": "how near in time both were said: 1 the same day, a half a year apart",
    "context": "cosine with what was said around it",
    "context_lexical": "BM25 of what was said around it, as a share of the highest",
    "numbers": "numbers and units that differ",
    "dates": "dates that differ",
    "named": "names that differ",
    "denied": "a denial, words that say the opposite, who does it to whom, or whether it was done yet",
    "replaced": "a word at the place of another of other meaning",
}
LATELY, WHEN = "lately", "when"  # have no weight before a desk's decisions gave them one
DIFFERENCES = ("numbers", "dates", "named", "denied", "replaced")


class Thresholds(NamedTuple):
    """Likelihoods that somebody set; None is as the weights say."""

    suggest: float | None = None
    sure: float | None = None

    def on(self, weights: "Weights") -> "Weights":
        """The weights with these thresholds."""
        return weights._replace(**{name: value for name, value in self._asdict().items() if value is not None})


class Measured(NamedTuple):
    """Of how many suggestions how many were right, where it was known."""

    surely: float
    perhaps: float
    source: str


class Weights(NamedTuple):
    """The weights of signs: for the order, and for how likely the same is said. `margin` is how far the first is ahead.

    Among few texts it says less to be the best, and words are hardly rare. How much it says, `told`, comes with the signs."""

    order: Mapping[str, float]
    likely: Mapping[str, float]
    bias: float
    suggest: float  # from this likelihood on it is suggested
    sure: float  # and from this on it is surely the same

    def score(self, signs: Mapping[str, float]) -> float:
        """The place in the order: higher is first."""
        return sum([weight * signs.get(name, 0.0) for name, weight in self.order.items()])

    def likelihood(self, signs: Mapping[str, float], margin: float) -> float:
        """How likely it says the same, between 0 and 1."""
        known = {**signs, "margin": margin}
        total = self.bias + sum(weight * weighed(known, name) for name, weight in self.likely.items())
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def write(self) -> str:
        return json.dumps(self._asdict(), indent=2)

    @classmethod
    def read(cls, written: str) -> "Weights":
        """Raises ValueError."""
        found: Any = json.loads(written)
        try:
            weights = cls(
                order={str(name): float(value) for name, value in found["order"].items()},
                likely={str(name): float(value) for name, value in found["likely"].items()},
                **{name: float(found[name]) for name in ("bias", "suggest", "sure")},
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"these are no weights: {error}") from error
        unknown = (set(weights.order) | set(weights.likely)) - {*SIGNS, "margin"}
        if unknown:
            raise ValueError(f"there are no such signs: {', '.join(sorted(unknown))}")
        return weights


AMONG_MANY = frozenset({"lexical", "rare", "margin"})  # signs that say the more, the more texts there are


def weighed(signs: Mapping[str, float], name: str) -> float:
    """A sign as it counts for how likely the same is said. Among few texts it is rather how much of the words both share that says
    whether one stands out."""
    value, told = signs.get(name, signs.get("whole", 0.0) if name == "nearest" else 0.0), signs.get("told", 1.0)
    if name not in AMONG_MANY or told == 1.0:
        return value
    shared = (signs.get("covered", 0.0) * signs.get("covers", 0.0)) ** 0.5 if "main" in signs else 0.0
    among_few = {"rare": shared, "margin": FARTHEST * shared**2}
    return told * value + (1 - told) * among_few.get(name, 0.0)


FIELD = 5  # of the first ones, those after the second are the field
ALONE = 0.3  # how far ahead of the others the only one is: nobody knows
FARTHEST = 0.6  # beyond that it says no more


def margin(scores: Sequence[float]) -> float:
    """How far the first is ahead of the field, which begins after the second: that may be a copy of it."""
    field = scores[2:FIELD] or scores[1:2]
    return min(scores[0] - sum(field) / len(field), FARTHEST) if field else ALONE


WITH_MODEL = Weights(
    order={
        "main": 0.4, "whole": 0.4, "lexical": 0.2, "covered": 0.05, "covers": 0.1, "names": 0.05, "figures": 0.04,
        "speaker": 0.1, "context": 0.25, "context_lexical": 0.3, "numbers": -0.02, "denied": -0.02, "named": -0.01,
    },
    likely={
        "main": 1.0, "whole": -2.0, "nearest": 8.0, "covered": 3.0, "covers": 1.0, "rare": 4.0, "shared": 2.0,
        "margin": 12.0, "numbers": -18.0, "dates": -18.0, "named": -18.0, "denied": -18.0, "replaced": -18.0,
    },
    bias=-10.0,
    suggest=0.45,
    sure=0.93,
)  # fmt: skip
# of the first five for each question, with and without what is right among the texts; docs/matching.md
MEASURED = Measured(0.83, 0.32, "sentences of debates against fact-checks, CheckThat! 2021")
BY_WORDS = Weights(
    order={
        "lexical": 1.0, "speaker": 0.1, "context_lexical": 0.3, "numbers": -0.02, "denied": -0.02, "named": -0.01,
    },
    likely={
        "lexical": 2.0, "covered": 8.0, "covers": 4.0, "names": 1.0, "margin": 4.0, "numbers": -14.0, "dates": -14.0,
        "named": -11.0, "denied": -14.0,
    },
    bias=-9.5,
    suggest=0.3,
    sure=0.9,
)  # fmt: skip
# For a text in another language than what is asked: few words stand in both, and names are written otherwise. The order is that of
# all others.
ACROSS = Weights(
    order=WITH_MODEL.order,
    likely={"main": 8.2, "whole": 8.2, "margin": 14.0, "numbers": -7.0, "dates": -7.0},
    bias=-10.4,
    suggest=WITH_MODEL.suggest,
    sure=WITH_MODEL.sure,
)
