"""The weights of this desk are learned from what its people accepted and refused. Nothing learned is used before somebody says so.

What was decided last is kept apart: by it the weights that are in use and the learned ones are compared. A candidate on which
nobody decided counts as another claim if it was hardly the same, else it does not count.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sqlmodel import Session, col, select

from services.review.models import Case, Match
from services.review.seen.index import index
from shared.matching import Weights
from shared.matching.tuning import Judged, decide, learn, measure
from shared.matching.weights import FIELD, margin

MOST = 5_000  # cases with decisions, the newest
FEWEST, FEWEST_EACH = 40, 10  # cases, and accepted and refused ones among them: of fewer nothing is learned
HELD_OUT = 4  # every so many'th part, the newest
BY_ALL_SIGNS = "words and meaning"


class Figures(NamedTuple):
    """How weights do on what was held out: of the accepted how many stand first; and of what is said to be surely the same how
    much is, and how much of the accepted is said to be so."""

    first: float
    precision: float
    recall: float
    sure: float


class Tuned(NamedTuple):
    """What was there to learn from, and what came of it: None where there was too little."""

    accepted: int
    refused: int
    learned_from: int
    held_out: int
    before: Figures | None = None
    after: Figures | None = None
    weights: Weights | None = None

    @property
    def wants(self) -> str:
        """What there has to be."""
        return f"{FEWEST} claims with decisions, {FEWEST_EACH} of them accepted and {FEWEST_EACH} refused"


def tune(session: Session) -> Tuned:
    """Learn from the desk's decisions."""
    some = list(_judged(session))
    accepted = sum(one.right > 0 for one in some)
    held = len(some) // HELD_OUT
    counts = Tuned(accepted, len(some) - accepted, len(some) - held, held)
    if len(some) < FEWEST or min(counts.accepted, counts.refused) < FEWEST_EACH:
        return counts
    before = index.weights
    kept_apart, learned_from = some[:held], some[held:]
    after = learn([_weighed(one, before) for one in learned_from], before)
    return counts._replace(before=_figures(kept_apart, before), after=_figures(kept_apart, after), weights=after)


def _judged(session: Session) -> Iterator[Judged]:
    """What was found for each case on which somebody decided, the newest decision first."""
    decided = (col(Match.decided_at).is_not(None), Match.method == BY_ALL_SIGNS)
    no_try = select(Case.id).where(Case.id == Match.case_id, col(Case.test).is_(False)).exists()
    newest = select(Match.case_id).where(*decided, no_try).order_by(col(Match.decided_at).desc()).limit(MOST)
    ids = list(dict.fromkeys(session.exec(newest)))
    found: dict[object, list[Match]] = {case_id: [] for case_id in ids}
    for start in range(0, len(ids), 500):
        some = (col(Match.case_id).in_(ids[start : start + 500]), Match.method == BY_ALL_SIGNS)
        for one in session.exec(select(Match).where(*some)):
            if one.state != "open" or one.says in ("differs", "hardly"):
                found[one.case_id].append(one)
    for matches in found.values():
        rows = [(one.signs, one.score, one.likelihood, one.state == "accepted") for one in matches]
        yield Judged(rows, sum(row[3] for row in rows))


def _weighed(one: Judged, by: Weights) -> Judged:
    """In the order of these weights, with their likelihoods."""
    rows = sorted(one.found, key=lambda row: -by.score(row[0]))
    scores = [by.score(row[0]) for row in rows]
    ahead = margin(scores[:FIELD]) if scores else 0.0
    likely = [by.likelihood(row[0], 0.0 if place else ahead) for place, row in enumerate(rows)]
    return Judged(
        [(row[0], score, chance, row[3]) for row, score, chance in zip(rows, scores, likely, strict=True)], one.right
    )


def _figures(kept_apart: Sequence[Judged], by: Weights) -> Figures:
    """Half of what comes in is taken to have been there before; to the other half nothing is right."""
    known = [_weighed(one, by) for one in kept_apart if one.right]
    others = [_weighed(Judged([row for row in one.found if not row[3]], 0), by) for one in kept_apart]
    decided = decide(known, [one.found[0][2] for one in others if one.found], by.sure)
    return Figures(measure(known).first, decided.precision, decided.recall, by.sure)
