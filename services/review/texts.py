"""Which texts are searched: of each record on a case the words that are looked in, and what part of the case they are.

A search finds what stands on a case, and what stood there until it was struck out: the tables hold both. What was written over,
an earlier wording of a statement or a verdict that was checked anew, is found no more; the case's history tells it. So an index of
words holds nothing that the tables don't, what was erased is found no more, and all of it can be written again: `reindexing`.

Whoever writes a record writes its text by `keep`, and whoever writes over one by `put_anew`.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import words
from services.review.models import (
    EARLIER_TABLE,
    Case,
    CaseFile,
    CommentRequest,
    Evidence,
    Note,
    Notice,
    Question,
    Statement,
    Verdict,
)
from services.review.words import Written
from shared.contracts import ClaimRecord, EarlierCheckTaken, Submission

Where = Callable[[Any], Any]  # of the column that holds a case's id: which cases


class Source(NamedTuple):
    """One text for each row of a table: how they are read, in their order, and which column is their case's id."""

    part: str
    case_id: Any
    rows: Any
    written: Callable[..., Written]


def keep(session: Session, *written: Written) -> None:
    """Write down texts of records that are new."""
    words.keep(session, written)


def put_anew(session: Session, case_id: UUID, part: str) -> None:
    """Write down one part of a case as it stands, of which something was written over or taken away."""
    session.flush()
    standing = read(session, lambda column: column == case_id, {part})
    words.put_anew(session, case_id, part, [one.words for one in standing])


def read(session: Session, where: Where, parts: Collection[str] = ()) -> list[Written]:
    """The texts of some cases as the tables have them, of these parts or of all; of each table in the order of writing."""
    return [
        source.written(*row)
        for source in SOURCES
        if not parts or source.part in parts
        for row in session.execute(source.rows.where(where(source.case_id)))
    ]


def parts_in(table: str) -> frozenset[str]:
    """Which parts of a case have words in a table."""
    named = {source.part for source in SOURCES if source.case_id.table.name == table}
    return frozenset(named | ({"evidence"} if table == CaseFile.__tablename__ else set()))


def put_earlier(session: Session, checks: Sequence[EarlierCheckTaken], known: Collection[UUID]) -> None:
    """Write down others' fact-checks as they were told last; of those that are known already what was told before is forgotten."""
    words.forget(session, {one.check_id for one in checks}.intersection(known), EARLIER_TABLE)
    words.keep(session, [of_earlier(one) for one in checks if not one.removed], EARLIER_TABLE)


def of_claim(case_id: UUID, claim: ClaimRecord, submissions: Iterable[Submission]) -> Written:
    """A claim as it was received, and why it was sent in."""
    named = (claim.claimant.name if claim.claimant else None, claim.story.headline if claim.story else None)
    return _written(case_id, "claim", claim.text, *named, *claim.tags, *(one.reason for one in submissions))


def of_description(case: Case) -> Written:
    """The claim in the desk's words, and who claims it as the desk has it."""
    described = case.described
    return _written(case.id, "claim", described.get("wording"), _name(described.get("claimant")))


def of_fields(case: Case) -> Written:
    """What stands in the desk's own fields."""
    return _written(case.id, "field", *case.filled.values())


def of_statement(case_id: UUID, told: Mapping[str, Any]) -> Written:
    """What one party said; `told` is a contracts.Statement. Who at the desk knows an unnamed source is not searched."""
    who = _name(told.get("speaker")) or (told.get("unnamed") or {}).get("described_as")
    via = [hop["name"] for hop in told.get("via") or ()]
    return _written(case_id, "statement", who, told.get("quote"), told.get("paraphrase"), *via)


def of_request(case_id: UUID, told: Mapping[str, Any]) -> Written:
    """Who was asked for comment, and what they answered: a statement, too; `told` is a contracts.RequestForComment."""
    return _written(case_id, "statement", told["asked"], told.get("reply"))


def of_question(question: Question) -> Written:
    """What has to be known, and the answer."""
    return _written(question.case_id, "question", question.text, question.answer)


def of_evidence(evidence: Evidence, file_name: str | None) -> Written:
    """A source that was consulted; `file_name` is its file's."""
    named = (evidence.title, evidence.publisher, evidence.quote)
    return _written(evidence.case_id, "evidence", *named, file_name)


def of_note(note: Note) -> Written:
    """A reviewer's note."""
    return _written(note.case_id, "note", note.text)


def of_verdict(verdict: Verdict) -> Written:
    """One revision of a verdict."""
    body = (verdict.headline, verdict.summary, verdict.text, verdict.unknown, verdict.rests_on)
    return _written(verdict.case_id, "verdict", *body)


def of_notice(notice: Notice) -> Written:
    """One version of a notice."""
    return _written(notice.case_id, "notice", notice.headline, notice.text)


def of_earlier(check: EarlierCheckTaken) -> Written:
    """What somebody else published. What was removed is not searched."""
    return _written(check.check_id, "earlier", check.text, check.headline, check.claimant, check.publisher)


def _written(case_id: UUID, part: str, *said: object) -> Written:
    return Written(case_id, part, "\n".join(str(one) for one in said if one))


def _name(party: Mapping[str, Any] | None) -> str | None:
    return party["name"] if party else None


def _source(part: str, model: Any, written: Callable[..., Written], *by: Any) -> Source:
    case_id = model.id if model is Case else model.case_id
    return Source(part, case_id, select(model).order_by(col(case_id), *by), written)


EVIDENCE = select(Evidence, CaseFile.name).outerjoin(CaseFile, col(CaseFile.id) == Evidence.file_id)
SOURCES = (
    _source("claim", Case, lambda case: of_claim(case.id, case.record, case.sent_in)),
    _source("claim", Case, of_description),
    _source("field", Case, of_fields),
    _source("statement", Statement, lambda one: of_statement(one.case_id, one.told), Statement.id),
    _source("statement", CommentRequest, lambda one: of_request(one.case_id, one.told), CommentRequest.id),
    _source("question", Question, of_question, Question.id),
    Source("evidence", Evidence.case_id, EVIDENCE.order_by(col(Evidence.case_id), col(Evidence.id)), of_evidence),
    _source("note", Note, of_note, Note.id),
    _source("verdict", Verdict, of_verdict, Verdict.revision),
    _source("notice", Notice, of_notice, Notice.revision),
)
