"""How what may say the same is looked for, and what could be learned from the desk's decisions."""

from flask import jsonify
from flask.typing import ResponseReturnValue

from services.review import queries, seen
from services.review.api.base import bp
from services.review.auth import token_owner
from services.review.schemas import FiguresOut, MatchingOut, TunedOut, WeightsOut
from services.review.service import reading
from shared.errors import Forbidden
from shared.openapi import operation


@bp.get("/matching")
@operation({200: MatchingOut})
def show_matching() -> ResponseReturnValue:
    """How what may say the same is looked for, and how often suggestions were right at this desk."""
    token_owner()
    with reading() as session:
        texts, waiting = seen.index.count(session)
        precision = queries.count_precision(session)
    by = seen.index.weights
    out = MatchingOut(
        texts=texts,
        waiting=waiting,
        models=seen.index.tag,
        suggest=by.suggest,
        sure=by.sure,
        precision=precision,
    )
    return jsonify(out.model_dump(mode="json"))


@bp.get("/matching/tune")
@operation({200: TunedOut}, problems=(403,))
def show_tuned() -> ResponseReturnValue:
    """What can be learned from what was accepted and refused, and how it does on decisions that were held out. For admins.

    It changes nothing. `weights`, kept as a file that REVIEW_MATCH_WEIGHTS names, are used from the next start on.
    """
    if not token_owner().may("admin"):
        raise Forbidden("Only an admin may do this.")
    with reading() as session:
        tuned = seen.tune(session)
    return jsonify(_describe(tuned).model_dump(mode="json"))


def _describe(tuned: seen.Tuned) -> TunedOut:
    figures = [FiguresOut(**one._asdict()) if one else None for one in (tuned.before, tuned.after)]
    weights = WeightsOut.model_validate(tuned.weights._asdict()) if tuned.weights else None
    return TunedOut(
        accepted=tuned.accepted,
        refused=tuned.refused,
        learned_from=tuned.learned_from,
        held_out=tuned.held_out,
        before=figures[0],
        after=figures[1],
        weights=weights,
        note=None if weights else f"There have to be {tuned.wants}.",
    )
