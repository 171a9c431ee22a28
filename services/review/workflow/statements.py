"""Who says what about a claim, who was asked, and how the desk puts it: statement, ask, reply, describe."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import texts
from services.review.models import Case, CommentRequest, Person, Statement, key_of
from services.review.schemas import AskIn, DescribeIn, ReplyIn, StatementIn
from services.review.workflow.acts import CHECKED, UNVERIFIED
from services.review.workflow.allowed import refuse_if_taken_by_another
from services.review.workflow.hands import lend_a_hand
from services.review.workflow.moves import begin, end
from services.review.workflow.notifying import notify
from shared import contracts
from shared.clock import new_id, now
from shared.contracts import ClaimRecord
from shared.db import row_of, table_of
from shared.errors import Invalid, NotFound

Entered = TypeVar("Entered", Statement, CommentRequest)


def statement(session: Session, case_id: UUID, found: StatementIn, by: Person, seen: int | None = None) -> Case:
    """Enter what one party said about the claim, and about others that it bears on; or put right what was entered.

    Who does so can't approve this revision.
    """
    case = _begin_writing(session, case_id, "statement", by, seen)
    told = found.model_dump(mode="json", include=set(contracts.Statement.model_fields))
    if found.statement_id is not None:
        utterance = _edit(session, case, found, told, by)
    else:
        utterance = new_id()
        _enter(session, case, utterance, found, told, by)
    for one in sorted(found.also, key=lambda also: also.case_id):
        if one.case_id == case.id:
            raise Invalid.field("also", "names this claim itself")
        other = _begin_writing(session, one.case_id, "statement", by, None)
        _enter(session, other, utterance, found, told | {"stance": one.stance}, by)
    return case


def ask(session: Session, case_id: UUID, found: AskIn, by: Person, seen: int | None = None) -> Case:
    """Enter that somebody was asked for comment, how and until when; or put right what was entered."""
    case = begin(session, case_id, "ask", by, seen)
    _had_part(session, case, by)
    told = found.model_dump(mode="json", include=set(contracts.RequestForComment.model_fields))
    if found.request_id is None:
        made = CommentRequest(case_id=case.id, person_id=by.id, told=told, waits_until=_waits_until(told))
        session.add(made)
        session.flush()
        texts.keep(session, texts.of_request(case.id, told))
        return end(session, case, "ask", by, {}, {"request_id": str(made.id), **told})
    kept = _standing(session, case, CommentRequest, found.request_id)
    before, kept.told, kept.changed_at = kept.told, told, now()
    kept.waits_until = _waits_until(told)
    texts.put_anew(session, case.id, "statement")
    return end(session, case, "ask", by, before, {"request_id": str(kept.id), **told})


def reply(session: Session, case_id: UUID, found: ReplyIn, by: Person, seen: int | None = None) -> Case:
    """Enter what came of a request for comment: an answer, or that they won't comment. It can come at any time."""
    case = begin(session, case_id, "reply", by, seen)
    _had_part(session, case, by)
    kept = _standing(session, case, CommentRequest, found.request_id)
    came = (found.at or now()).isoformat()
    before, kept.changed_at = kept.told, now()
    kept.told = before | {"outcome": found.outcome, "reply": found.text, "replied_at": came}
    after = {"request_id": str(kept.id), "asked": kept.told["asked"], "outcome": found.outcome, "text": found.text}
    kept.waits_until = None
    texts.put_anew(session, case.id, "statement")
    if case.assignee_id is not None:
        notify(session, "replied", {case.assignee_id}, case, by, f"{kept.told['asked']}: {found.text or found.outcome}")
    return end(session, case, "reply", by, {"outcome": before.get("outcome")}, after)


def describe(session: Session, case_id: UUID, found: DescribeIn, by: Person, seen: int | None = None) -> Case:
    """Put the claim in the desk's words, and say who claims it, how strongly, on what condition.

    What was received stays beside it. Who does so can't approve this revision.
    """
    case = _begin_writing(session, case_id, "describe", by, seen)
    given = DescribeIn.model_validate({name: case.claim.get(name) for name in DescribeIn.model_fields})
    given.wording = case.claim["text"]
    before = case.described
    case.described = {
        name: value
        for name, value in found.model_dump(mode="json", exclude_none=True).items()
        if getattr(found, name) != getattr(given, name)
    }
    case.claimant_key = claimant_of(case)
    texts.put_anew(session, case.id, "claim")
    return end(session, case, "describe", by, before, case.described)


def claimant_of(case: Case) -> str | None:
    """Whose claim it is, as the desk puts it or else as it was received: a key by which it is found."""
    claimant = case.described.get("claimant") or case.claim.get("claimant") or {}
    return key_of(claimant.get("name"))


def keep_given(session: Session, case_id: UUID, record: ClaimRecord) -> None:
    """Take over what a claim brought along and the case does not have yet. What was changed at the desk stays."""
    known = {
        model: set(session.exec(select(model.given_id).where(model.case_id == case_id)))
        for model in (Statement, CommentRequest)
    }
    new = record.model_copy(
        update={
            "statements": [one for one in record.statements if one.id not in known[Statement]],
            "requests_for_comment": [one for one in record.requests_for_comment if one.id not in known[CommentRequest]],
        }
    )
    keep_all_given(session, {case_id: new})


def keep_all_given(session: Session, records: dict[UUID, ClaimRecord]) -> None:
    """Take over what the claims of new cases brought along, in a few statements."""
    statements = [
        row_of(Statement, utterance_id=new_id(), **_given(case_id, one))
        for case_id, record in records.items()
        for one in record.statements
    ]
    requests = [
        row_of(CommentRequest, **_given(case_id, one), waits_until=_waits_until(_given(case_id, one)["told"]))
        for case_id, record in records.items()
        for one in record.requests_for_comment
    ]
    for model, rows in ((Statement, statements), (CommentRequest, requests)):
        if rows:
            session.connection().execute(table_of(model).insert(), rows)
    said = [texts.of_statement(row["case_id"], row["told"]) for row in statements]
    texts.keep(session, *said, *(texts.of_request(row["case_id"], row["told"]) for row in requests))


def standing_statements(session: Session, case_id: UUID) -> list[contracts.Statement]:
    """The statements that are not struck out, in the order they were entered."""
    return [one.record for one in session.exec(_chosen(Statement, case_id))]


def standing_requests(session: Session, case_id: UUID) -> list[contracts.RequestForComment]:
    """The requests for comment that are not struck out, in the order they were entered."""
    return [one.record for one in session.exec(_chosen(CommentRequest, case_id))]


def record_at_desk(
    case: Case,
    statements: Sequence[contracts.Statement],
    requests: Sequence[contracts.RequestForComment],
) -> ClaimRecord:
    """The claim with its words as they were received, and all else as the desk has it."""
    described = {name: value for name, value in case.described.items() if name != "wording"}
    given = case.claim | described
    return ClaimRecord.model_validate(given).model_copy(
        update={"statements": tuple(statements), "requests_for_comment": tuple(requests)}
    )


def _begin_writing(session: Session, case_id: UUID, act: str, by: Person, seen: int | None) -> Case:
    case = begin(session, case_id, act, by, seen)
    refuse_if_taken_by_another(session, case, by)
    lend_a_hand(session, case, by)
    return case


def _had_part(session: Session, case: Case, by: Person) -> None:
    """What becomes known while a verdict is made is part of it; what comes later is for the next."""
    if case.state in (UNVERIFIED, CHECKED):
        lend_a_hand(session, case, by)


def _enter(session: Session, case: Case, utterance: UUID, found: StatementIn, told: dict[str, Any], by: Person) -> None:
    made = Statement(case_id=case.id, utterance_id=utterance, person_id=by.id, told=told, known_to=found.known_to)
    session.add(made)
    session.flush()
    texts.keep(session, texts.of_statement(case.id, told))
    end(session, case, "statement", by, {}, {"statement_id": str(made.id), **told})


def _edit(session: Session, case: Case, found: StatementIn, told: dict[str, Any], by: Person) -> UUID:
    kept = _standing(session, case, Statement, found.statement_id)
    before, kept.told, kept.changed_at = kept.told, told, now()
    kept.known_to = found.known_to
    texts.put_anew(session, case.id, "statement")
    end(session, case, "statement", by, before, {"statement_id": str(kept.id), **told})
    return kept.utterance_id


def _standing(session: Session, case: Case, model: type[Entered], item_id: UUID | None) -> Entered:
    found = session.get(model, item_id, with_for_update=True)
    if found is None or found.case_id != case.id:
        raise NotFound("There is no such entry on this case.")
    if found.struck_at is not None:
        raise NotFound("This entry has been struck out.")
    return found


def _chosen(model: type[Entered], case_id: UUID) -> Any:
    standing = select(model).where(col(model.case_id) == case_id, col(model.struck_at).is_(None))
    return standing.order_by(col(model.entered_at), col(model.id))


def _waits_until(told: dict[str, Any]) -> datetime | None:
    """The deadline of a request that nobody has answered."""
    waits = told.get("deadline") and told.get("outcome") == "no_response_yet"
    return datetime.fromisoformat(told["deadline"]) if waits else None


def _given(case_id: UUID, one: contracts.Statement | contracts.RequestForComment) -> dict[str, Any]:
    return {"case_id": case_id, "given_id": one.id, "told": one.model_dump(mode="json", exclude={"id"})}
