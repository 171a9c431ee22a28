"""What other services tell intake, and what it does at night."""

from sqlmodel import Session

from services.intake import (
    archive,
    blocking,
    idempotency,
    inbound_log,
    pulling,
    seen,
    uploads,
    visitors,
    webhooks,
    workflow,
)
from services.intake.archive import picturing
from services.intake.models import Press
from services.intake.service import service, transaction
from shared import inbox, outbox, pressing
from shared.contracts import (
    CaseMoved,
    CasesMoved,
    SenderJudged,
    SentencesPicked,
    SourcesNamed,
    StoryBrought,
    VerdictPublished,
    WorkNoted,
)
from shared.jobs import periodic, receives


@receives(CaseMoved, service)
def case_moved(session: Session, message: CaseMoved) -> None:
    workflow.note_case_moved(session, message)


@receives(CasesMoved, service)
def cases_moved(session: Session, message: CasesMoved) -> None:
    workflow.note_cases_moved(session, message)


@receives(WorkNoted, service)
def work_noted(session: Session, message: WorkNoted) -> None:
    workflow.note_work(session, message)


@receives(VerdictPublished, service)
def verdict_published(session: Session, message: VerdictPublished) -> None:
    workflow.note_verdict_published(session, message)


@receives(SentencesPicked, service)
def sentences_picked(session: Session, message: SentencesPicked) -> None:
    workflow.take_picked(session, message)


@receives(StoryBrought, service)
def story_brought(session: Session, message: StoryBrought) -> None:
    workflow.take_brought(session, message)


@receives(SenderJudged, service)
def sender_judged(session: Session, message: SenderJudged) -> None:
    blocking.heed(session, message)


@receives(SourcesNamed, service)
def sources_named(session: Session, message: SourcesNamed) -> None:
    archive.note_named(session, message)


@periodic
def tidy() -> None:
    """Delete what is no longer needed: acknowledged messages, old message ids, old idempotency keys, old deliveries."""
    with transaction() as session:
        outbox.tidy(session, service.outbox)
        inbox.tidy(session, service.inbox)
        pressing.tidy(session, Press)
        idempotency.tidy(session)
        inbound_log.tidy(session)
        visitors.tidy(session)
        uploads.tidy(session)
    while _tidy_webhooks():
        pass


def _tidy_webhooks() -> int:
    with transaction() as session:
        return webhooks.tidy(session)


@periodic
def order_pulls() -> None:
    """Have the feeds pulled that are due."""
    with transaction() as session:
        pulling.order_due(session)


@periodic
def order_watches() -> None:
    """Have what verdicts rest on looked at again, as far as it is due."""
    with transaction() as session:
        archive.order_watches(session)


@periodic
def order_pictures() -> None:
    """Have the next page pictured, if one waits and whoever was to see to it died."""
    with transaction() as session:
        picturing.order_next(session)


@periodic
def index_claims() -> None:
    """Index the claims that came in, and have the models read what they have not read: what errands missed, and all if the index
    was lost."""
    seen.index.restore(seen.oldest, seen.fill)
    while _index_some() == seen.AT_ONCE:
        pass
    with transaction() as session:
        seen.order_encoding(session)


def _index_some() -> int:
    with transaction() as session:
        return seen.put_new_claims(session)
