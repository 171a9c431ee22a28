"""A claim broken into questions: each answered, or open."""

from uuid import UUID

from sqlmodel import Session, col, select

from services.review import texts
from services.review.models import Case, Person, Question
from services.review.schemas import QuestionIn
from services.review.workflow.allowed import refuse_if_taken_by_another
from services.review.workflow.hands import lend_a_hand
from services.review.workflow.moves import begin, end
from shared.clock import now
from shared.contracts import Answered
from shared.errors import NotFound


def question(session: Session, case_id: UUID, found: QuestionIn, by: Person, seen: int | None = None) -> Case:
    """Ask what has to be known to judge the claim; answer it, or put it otherwise. Who does so can't approve this revision."""
    case = begin(session, case_id, "question", by, seen)
    refuse_if_taken_by_another(session, case, by)
    kept = session.get(Question, found.question_id, with_for_update=True) if found.question_id else None
    if found.question_id and (kept is None or kept.case_id != case.id or kept.struck_at is not None):
        raise NotFound("There is no such question on this case.")
    before = {"asked": kept.text, "text": kept.answer} if kept else {}
    kept = kept or Question(case_id=case.id, person_id=by.id, text="")
    if found.answer != kept.answer:
        kept.answered_by, kept.answered_at = (by.id, now()) if found.answer else (None, None)
    kept.text, kept.answer, kept.public = found.text, found.answer, found.public
    session.add(kept)
    session.flush()
    if before:
        texts.put_anew(session, case.id, "question")
    else:
        texts.keep(session, texts.of_question(kept))
    lend_a_hand(session, case, by)
    after = {"question_id": str(kept.id), "asked": found.text, "text": found.answer, "public": found.public}
    return end(session, case, "question", by, before, after)


def public_answers(session: Session, case: Case) -> list[Answered]:
    """The questions that readers see, with their answers, in the order they were asked."""
    shown = select(Question).where(Question.case_id == case.id, col(Question.public), col(Question.struck_at).is_(None))
    return [
        Answered(question=one.text, answer=one.answer)
        for one in session.exec(shown.order_by(col(Question.id)))
        if one.answer
    ]
