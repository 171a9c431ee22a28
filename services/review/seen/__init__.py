"""Seen before: what came in earlier, or was published by others, that says the same as a claim.

`index` keeps the texts, `comparing` looks for what each new or changed claim may repeat. Nothing here decides anything: people do,
by the verbs of `workflow.matching`.
"""

from services.review.seen.comparing import Compare, compare_all, count_open, order
from services.review.seen.index import fill, index, oldest
from services.review.seen.tuning import Figures, Tuned, tune

__all__ = [
    "Compare",
    "Figures",
    "Tuned",
    "compare_all",
    "count_open",
    "fill",
    "index",
    "oldest",
    "order",
    "tune",
]
