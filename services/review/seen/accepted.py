"""When somebody said last of a claim that it says the same as another: what came back comes back soon."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlmodel import Session, col, func, select

from services.review.models import CASE, Case, Match
from shared.clock import now
from shared.matching import Asked
from shared.matching.tables import Text

DAY = timedelta(days=1)


def days_since_accepted(session: Session, asked: Asked, texts: Sequence[Text]) -> Mapping[int, float]:
    """By the numbers of texts, as far as somebody accepted a repeat of what they stand for: a merged claim stands for the one that
    it was merged into. What was decided about the asked claim itself doesn't count, and about tries neither."""
    cases = [one.subject for one in texts if one.kind == CASE]
    merged = select(Case.id, Case.merged_into).where(col(Case.id).in_(cases), col(Case.merged_into).is_not(None))
    into = dict(session.exec(merged).all())
    stands_for = {one.number: into.get(one.subject, one.subject) for one in texts}
    decided = (
        select(Match.subject, func.max(Match.decided_at))
        .join(Case, col(Case.id) == Match.case_id)
        .where(col(Match.subject).in_(set(stands_for.values())), Match.state == "accepted")
        .where(col(Match.case_id).not_in(asked.without), col(Case.test).is_(False))
        .group_by(col(Match.subject))
    )
    ago = {subject: (now() - at) / DAY for subject, at in session.exec(decided).all() if at}
    return {number: max(0.0, ago[subject]) for number, subject in stands_for.items() if subject in ago}
