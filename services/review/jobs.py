"""What other services tell review, and what it does at night."""

from collections.abc import Collection, Sequence

from sqlmodel import Session

from services.review import auth, figures, files, history, queries, seen, words, workflow
from services.review.models import Press
from services.review.service import reading, service, transaction
from services.review.workflow import invitations
from services.review.workflow.files import tidy_files
from services.review.workflow.reach import note_viewed
from services.review.workflow.remarks import note_counted, note_remark
from services.review.workflow.underway import tell_late
from shared import inbox, outbox, pressing
from shared.contracts import (
    ClaimSubmitted,
    EarlierCheckTaken,
    NoticePublished,
    OpinionsCounted,
    PagesViewed,
    RemarkMade,
    SenderDecided,
    SourceVisited,
    StoryReceived,
    VerdictDisputed,
    VerdictPublished,
)
from shared.jobs import periodic, receives

MOST_DAYS = 20  # whose figures are kept at a time: messages wait meanwhile


def _open_cases(session: Session, messages: Sequence[ClaimSubmitted]) -> None:
    workflow.open_cases(session, messages)
    seen.order(session)


@receives(ClaimSubmitted, service, together=_open_cases)
def claim_submitted(session: Session, message: ClaimSubmitted) -> None:
    workflow.open_case(session, message)
    seen.order(session)


@receives(SourceVisited, service)
def source_visited(session: Session, message: SourceVisited) -> None:
    workflow.note_source(session, message)


@receives(EarlierCheckTaken, service, together=workflow.note_all_earlier)
def earlier_taken(session: Session, message: EarlierCheckTaken) -> None:
    workflow.note_earlier(session, message)


@receives(StoryReceived, service)
def story_received(session: Session, message: StoryReceived) -> None:
    workflow.note_story(session, message)


@receives(SenderDecided, service)
def sender_decided(session: Session, message: SenderDecided) -> None:
    workflow.note_decided(session, message)


@receives(VerdictPublished, service)
def verdict_published(session: Session, message: VerdictPublished) -> None:
    workflow.note_published(session, message)


@receives(NoticePublished, service)
def notice_published(session: Session, message: NoticePublished) -> None:
    workflow.note_notice_published(session, message)


@receives(PagesViewed, service)
def pages_viewed(session: Session, message: PagesViewed) -> None:
    note_viewed(session, message)


@receives(OpinionsCounted, service)
def opinions_counted(session: Session, message: OpinionsCounted) -> None:
    note_counted(session, message)


@receives(RemarkMade, service)
def remark_made(session: Session, message: RemarkMade) -> None:
    note_remark(session, message)


@receives(VerdictDisputed, service)
def verdict_disputed(session: Session, message: VerdictDisputed) -> None:
    workflow.note_disputed(session, message)


@periodic
def tidy() -> None:
    """Delete what is no longer needed: acknowledged messages, old message ids, old sessions and drafts, files that never became
    evidence."""
    with transaction() as session:
        outbox.tidy(session, service.outbox)
        inbox.tidy(session, service.inbox)
        pressing.tidy(session, Press)
        auth.tidy(session)
        workflow.tidy_drafts(session)
        invitations.tidy_links(session)
        workflow.tidy_notifications(session)
        workflow.tidy_rules(session)
        workflow.erase_contacts(session)
        before = tidy_files(session)
    with transaction() as session:
        history.take_turn(session)  # nobody writes, or mends, the rows that are compared
        # after an update, with what the code of before wrote while the database was migrated already
        words.compare(session)
    files.sweep(service.settings.files_folder, before, _that_cases_have)


@periodic
def look_at_clocks() -> None:
    """Remind people of what is due and unanswered, tell senders of what is late, and give idle work back to the queue."""
    with transaction() as session:
        workflow.remind(session)
        workflow.remind_of_disputes(session)
    with transaction() as session:
        tell_late(session)
    with transaction() as session:
        workflow.offer_again(session)
    with transaction() as session:
        workflow.raise_due(session)


@periodic
def keep_figures() -> None:
    """Keep what the figures of days that are over are made of, some days at a time."""
    with reading() as session:
        days = figures.days_to_keep(session)
    for day in days[:MOST_DAYS]:
        with transaction() as session:
            figures.keep_day(session, day)


@periodic
def order_digests() -> None:
    """Order the daily summaries of those who want them at this hour."""
    with transaction() as session:
        workflow.order_digests(session)


@periodic
def order_comparing() -> None:
    """Have what is new or worded anew compared with what came in before: what came while an errand was at it, and other changes.
    If the index was lost it is made again."""
    seen.index.restore(seen.oldest, seen.fill)
    with transaction() as session:
        seen.order(session)


@periodic
def publish_due() -> None:
    """Publish what was held until now."""
    with transaction() as session:
        workflow.release_due(session)


@periodic
def note_history_head() -> None:
    """Have the record show how long the history is, and the hash of its last entry."""
    with transaction() as session:
        workflow.tell_history_head(session)


def _that_cases_have(digests: Collection[str]) -> Sequence[str]:
    with reading() as session:
        return queries.list_digests(session, digests)
