"""The notice: what readers are told before there is a verdict. One person writes it, another posts it."""

from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col

from services.review import history, texts
from services.review.models import Case, Notice, Outbox, Person
from services.review.schemas import NothingIn, NoticeIn, WithdrawIn
from services.review.workflow.allowed import name_of, not_allowed
from services.review.workflow.desks import rules_of
from services.review.workflow.moves import begin, end
from services.review.workflow.notifying import notify, settle
from services.review.workflow.statements import record_at_desk, standing_requests, standing_statements
from services.review.workflow.waiting import ask_to_post, newest_notice
from shared.clock import now
from shared.contracts import ROUTES, NoticePosted, NoticePublished
from shared.errors import Forbidden, NotFound
from shared.outbox import tell


def notice(session: Session, case_id: UUID, found: NoticeIn, by: Person, seen: int | None = None) -> Case:
    """Write what readers are to be told while there is no verdict; or write it anew. Somebody else posts it."""
    case = begin(session, case_id, "notice", by, seen)
    _refuse_after_verdict(session, case, by)
    last = newest_notice(session, case.id)
    before = {"headline": last.headline, "text": last.text} if last else {}
    if last is None or last.posted_at is not None:
        last = Notice(
            case_id=case.id, revision=last.revision + 1 if last else 1, headline="", text="", written_by=by.id
        )
        session.add(last)
    last.headline, last.text, last.written_by, last.written_at = found.headline, found.text, by.id, now()
    texts.put_anew(session, case.id, "notice")
    settle(session, case, "to_post")
    session.flush()
    ask_to_post(session, case)
    return end(session, case, "notice", by, before, found.model_dump(mode="json"))


def announce(session: Session, case_id: UUID, _found: NothingIn, by: Person, seen: int | None = None) -> Case:
    """Post the notice that somebody else wrote: readers read at the claim's permanent address that it is not verified as of now."""
    case = begin(session, case_id, "announce", by, seen)
    _refuse_after_verdict(session, case, by)
    last = newest_notice(session, case.id)
    if last is None or last.posted_at is not None:
        raise not_allowed(session, case, by, "There is no notice that waits to be posted.")
    if last.written_by == by.id:
        raise Forbidden("You wrote this notice; somebody else has to post it.")
    _post(session, case, last, by)
    notify(session, "decided", {last.written_by}, case, by, f"The notice is posted: {last.headline}")
    return end(session, case, "announce", by, {}, {"headline": last.headline})


def withdraw(session: Session, case_id: UUID, found: WithdrawIn, by: Person, seen: int | None = None) -> Case:
    """Take a notice back, for a reason that readers see at its address."""
    case = begin(session, case_id, "withdraw", by, seen)
    _refuse_after_verdict(session, case, by)
    newest, last = newest_notice(session, case.id), newest_notice(session, case.id, col(Notice.posted_at).is_not(None))
    if last is None or not last.stands:
        raise not_allowed(session, case, by, "No notice stands that could be taken back.")
    if newest is not None and newest.posted_at is None:
        session.delete(newest)
        session.flush()
    taken = Notice(
        case_id=case.id, revision=last.revision + 1, headline=last.headline, text=found.reason, stands=False,
        written_by=by.id,
    )  # fmt: skip
    session.add(taken)
    texts.put_anew(session, case.id, "notice")
    _post(session, case, taken, by)
    return end(session, case, "withdraw", by, {"headline": last.headline}, {"reason": found.reason})


def note_notice_published(session: Session, message: NoticePublished) -> None:
    """Publish told where readers read a notice. Told again, it changes nothing. One that the desk lost by a restore is taken over
    from the site, if it is told whole."""
    history.take_turn(session)
    known = session.get(Notice, (message.claim_id, message.revision), with_for_update=True)
    told = message.notice
    if told is not None and (known is None or known.posted_at != told.as_of):
        _take_over(session, told, message)
    elif known is not None and known.posted_at is not None:
        known.url = message.url


def _take_over(session: Session, told: NoticePosted, message: NoticePublished) -> None:
    """Have the notice at the desk that readers read. What was written here under its number, or before, stands in the history."""
    case = session.get(Case, told.claim_id, with_for_update=True)
    if case is None:
        raise NotFound(f"There is no case {told.claim_id}.")
    # or the site would take what it is told from here on for old news
    case.version = max(case.version, message.case_revision)
    lost = (col(Notice.revision) == told.revision) | (
        col(Notice.posted_at).is_(None) & (col(Notice.revision) < told.revision)
    )
    session.execute(delete(Notice).where(col(Notice.case_id) == case.id, lost))
    session.add(
        Notice(
            case_id=case.id, revision=told.revision, headline=told.headline, text=told.text, stands=told.stands,
            written_at=told.as_of, posted_at=told.as_of, told=told.model_dump(mode="json"), url=message.url,
        )
    )  # fmt: skip
    settle(session, case, "to_post")
    texts.put_anew(session, case.id, "notice")
    act = "announce" if told.stands else "withdraw"
    note = (
        f"Known from the site after a restore. Readers read: written by {told.written_by}, posted by {told.posted_by}."
    )
    end(session, case, act, None, {}, {"headline": told.headline, "note": note})


def _refuse_after_verdict(session: Session, case: Case, by: Person) -> None:
    if case.published_revision:
        raise not_allowed(session, case, by, "Readers read a verdict on this claim; a notice would be older than it.")


def _post(session: Session, case: Case, last: Notice, by: Person) -> None:
    settle(session, case, "to_post")
    last.posted_by, last.posted_at = by.id, now()
    statements, requests = standing_statements(session, case.id), standing_requests(session, case.id)
    message = NoticePosted(
        claim_id=case.id,
        revision=last.revision,
        stands=last.stands,
        headline=last.headline,
        text=last.text,
        wording=case.described.get("wording"),
        desk=rules_of(session, case).slug or None,
        claim=record_at_desk(case, statements, requests),
        as_of=last.posted_at,
        written_by=name_of(session, last.written_by),
        posted_by=by.name,
    )
    last.told = message.model_dump(mode="json")
    tell(session, Outbox, message, ROUTES[NoticePosted])
