"""Claims arrive from intake."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from services.review import history, rank, texts
from services.review.history import Act
from services.review.models import Case, CaseTag, key_of, story_key_of
from services.review.workflow import leaving, outcomes, timing
from services.review.workflow.acts import CLOSED, UNVERIFIED
from services.review.workflow.desks import desk_for, desks_by_tags
from services.review.workflow.merging import recount
from services.review.workflow.moves import end, place
from services.review.workflow.queue import lay_out
from services.review.workflow.rules import note_ruled, rule_on
from services.review.workflow.statements import claimant_of, keep_all_given, keep_given
from services.review.workflow.stories import bad_news
from shared.checkable import weigh
from shared.contracts import ClaimSubmitted, Submission
from shared.db import row_of, table_of


def open_case(session: Session, message: ClaimSubmitted) -> Case:
    """Open the case of a claim; or, if it is open, take in what is newer: another newsroom's submission, say."""
    history.take_turn(session)
    case = session.get(Case, message.claim_id, with_for_update=True)
    if case is None:
        _open(session, [message])
        return session.get_one(Case, message.claim_id)
    if message.revision <= case.claim_revision:
        return case
    before, after = case.submission_count, message.times
    said, still = _said(case.sent_in), _said(message.submissions)
    worded = texts.of_claim(case.id, case.record, case.sent_in)
    _take_in(session, case, message)
    if worded != texts.of_claim(case.id, message.claim, message.submissions):  # what was erased is found no more
        texts.put_anew(session, case.id, "claim")
    if after != before:
        recount(session, case)
        end(session, case, "submitted again", None, {"submissions": before}, {"submissions": after})
    elif said - still:
        recount(session, case)
        end(session, case, "reason erased", None, {}, {})
    _heed_block(session, case, _are_blocked(session, [message])[message.claim_id])
    return case


def open_cases(session: Session, messages: Sequence[ClaimSubmitted]) -> None:
    """Open many cases with a few statements; what is known of already is taken in one by one."""
    history.take_turn(session)
    newest = {message.claim_id: message for message in sorted(messages, key=lambda message: message.revision)}
    known = set(session.exec(select(col(Case.id)).where(col(Case.id).in_(newest))))
    for claim_id in sorted(known):
        open_case(session, newest[claim_id])
    _open(session, [newest[claim_id] for claim_id in sorted(newest.keys() - known)])


def _heed_block(session: Session, case: Case, blocked: bool) -> None:
    """A case that nobody has taken leaves the queue with its sender, and comes back with them."""
    waits = case.state == UNVERIFIED and case.assignee_id is None and not case.published_revision
    if waits if blocked else case.state == CLOSED and case.close_reason == leaving.BLOCKED:
        leaving.move(session, [case], blocked)


def _are_blocked(session: Session, messages: Sequence[ClaimSubmitted]) -> dict[UUID, bool]:
    """Of each claim whether its sender is blocked: as was decided last, or else as intake says."""
    senders = {message.claim_id: message.submissions[0].newsroom for message in messages if message.submissions}
    decided = leaving.blocked_of(session, senders.values())
    return {one.claim_id: decided.get(senders.get(one.claim_id, ""), one.blocked) for one in messages}


def _open(session: Session, messages: Sequence[ClaimSubmitted]) -> None:
    """Open cases that are not there yet."""
    cases = [_new_case(message) for message in messages]
    desks = desks_by_tags(session)
    for row in cases:
        row["desk_id"] = desk_for(row["tags"], desks)
    told = [{"state": row["state"], "submissions": row["submission_count"]} for row in cases]
    ruled = rule_on(session, messages, cases, desks)
    for row in cases:
        row["stands_since"] = rank.stands_since(row)
    tags = [{"case_id": row["id"], "tag": tag} for row in cases for tag in set(row["tags"])]
    for model, rows in ((Case, cases), (CaseTag, tags)):
        if rows:
            session.connection().execute(table_of(model).insert(), rows)
    timing.begin_all(session, cases)
    outcomes.note_closed_at_once(session, [row for row in cases if row["state"] == CLOSED])
    texts.keep(session, *(texts.of_claim(one.claim_id, one.claim, one.submissions) for one in messages))
    keep_all_given(session, {message.claim_id: message.claim for message in messages})
    acts = [
        Act("submitted", row["id"], None, {"before": {}, "after": after})
        for row, after in zip(cases, told, strict=True)
    ]
    history.append_all(session, [*acts, *note_ruled(session, ruled)])
    bad_news(session, [row["id"] for row in cases])
    _turn_away(session, messages)


def _new_case(message: ClaimSubmitted) -> dict[str, Any]:
    """The row of a case that nobody has looked at."""
    claim = message.claim
    return row_of(
        Case,
        id=message.claim_id,
        claim_revision=message.revision,
        claim=claim.model_dump(mode="json"),
        submissions=[one.model_dump(mode="json") for one in message.submissions],
        submission_count=message.times,
        story_key=story_key_of(claim),
        urgency=claim.urgency,
        due_at=claim.due_at,
        tags=list(claim.tags),
        test=claim.test,
        worth=_worth(message),
        claimant_key=key_of(claim.claimant.name if claim.claimant else None),
        received_at=message.submitted_at,
    )


def _turn_away(session: Session, messages: Sequence[ClaimSubmitted]) -> None:
    """What came from a sender who is blocked leaves the queue at once."""
    blocked = [claim_id for claim_id, is_blocked in _are_blocked(session, messages).items() if is_blocked]
    if blocked:
        chosen = select(Case).where(col(Case.id).in_(blocked), *leaving.waits()).order_by(col(Case.id))
        leaving.move(session, session.exec(chosen).all(), blocked=True)


def _worth(message: ClaimSubmitted) -> dict[str, Any]:
    """How much its words speak for checking it. It costs some millionths of a second; nothing where there are no rules."""
    weighed = weigh(message.claim.text, message.claim.language)
    return {} if weighed.score is None else {"score": weighed.score, "why": list(weighed.why)}


def _said(submissions: Iterable[Submission]) -> set[UUID]:
    """The submissions that came with words of whoever sent them, or about them."""
    return {one.id for one in submissions if one.reason or one.external_id or one.submitter}


def _take_in(session: Session, case: Case, message: ClaimSubmitted) -> None:
    """Keep the whole snapshot, so that whatever order messages come in, the newest stands."""
    case.claim_revision = message.revision
    case.claim = message.claim.model_dump(mode="json")
    case.submissions = [one.model_dump(mode="json") for one in message.submissions]
    case.submission_count = message.times
    case.test = message.claim.test
    case.claimant_key = claimant_of(case)
    case.to_compare = 1
    session.add(case)
    session.flush()
    lay_out(session, case)
    place(case)
    keep_given(session, case.id, message.claim)
