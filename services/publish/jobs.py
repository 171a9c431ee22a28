"""What other services tell publish, and what it does by itself at its times."""

from sqlmodel import Session

from services.publish import disputes, reach, reindexing, rendering, renewing, search, workflow
from services.publish.service import service, transaction
from shared import inbox, outbox
from shared.contracts import (
    CaseMoved,
    CasesMoved,
    CorrectionsUrged,
    DisputeMoved,
    HistoryHeadNoted,
    NoticePosted,
    PolicyPosted,
    ScalePosted,
    VerdictApproved,
)
from shared.jobs import periodic, receives


def warm_up() -> None:
    """Load what the first verdict would wait for: templates, and what tells the models' versions."""
    rendering.load()
    search.index.tag  # noqa: B018 - asked, it is loaded


@receives(VerdictApproved, service)
def verdict_approved(session: Session, message: VerdictApproved) -> None:
    workflow.publish(session, message)


@receives(NoticePosted, service)
def notice_posted(session: Session, message: NoticePosted) -> None:
    workflow.post_notice(session, message)


@receives(PolicyPosted, service)
def policy_posted(session: Session, message: PolicyPosted) -> None:
    workflow.post_policy(session, message)


@receives(ScalePosted, service)
def scale_posted(session: Session, message: ScalePosted) -> None:
    renewing.post_scale(session, message)


@receives(HistoryHeadNoted, service)
def history_head_noted(session: Session, message: HistoryHeadNoted) -> None:
    workflow.note_history_head(session, message)


@receives(CaseMoved, service)
def case_moved(session: Session, message: CaseMoved) -> None:
    workflow.note_case_moved(session, message)


@receives(CasesMoved, service)
def cases_moved(session: Session, message: CasesMoved) -> None:
    for one in message.cases:
        workflow.note_case_moved(session, one)


@receives(CorrectionsUrged, service)
def corrections_urged(session: Session, message: CorrectionsUrged) -> None:
    workflow.note_urged(session, message)


@receives(DisputeMoved, service)
def dispute_moved(session: Session, message: DisputeMoved) -> None:
    disputes.note_moved(session, message)


@periodic
def notice_look() -> None:
    """Have all pages made anew if templates, words or look are others than those that they were made by."""
    with transaction() as session:
        renewing.notice(session)


@periodic
def tell_views() -> None:
    """Tell the desk how often pages were opened."""
    more = True
    while more:
        with transaction() as session:
            more = reach.tell_some(session)


@periodic
def tidy() -> None:
    """Delete what is no longer needed: acknowledged messages, old message ids. Nothing that readers saw."""
    with transaction() as session:
        outbox.tidy(session, service.outbox)
        inbox.tidy(session, service.inbox)


@periodic
def order_encoding() -> None:
    """Have the models read the checks that they have not read: because they failed, or are others than before.
    If the index was lost it is made again."""
    search.index.restore(reindexing.oldest, reindexing.fill)
    with transaction() as session:
        search.order_encoding(session)
