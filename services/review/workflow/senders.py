"""A newsroom whose sending is abuse is blocked from a case of its, and let in again. Intake heeds it, by every way."""

from uuid import UUID

from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Case, Outbox, Person, Sender
from services.review.schemas import BlockSenderIn, LetInIn
from services.review.workflow import leaving
from shared.clock import now, revision_of
from shared.contracts import DESK, READERS, ROUTES, SenderDecided, SenderJudged
from shared.errors import Forbidden, NotAllowed, NotFound
from shared.outbox import tell


def block_sender(session: Session, case_id: UUID, found: BlockSenderIn, by: Person) -> Sender:
    """Take nothing more from a newsroom that sent this claim in. Its claims that nobody has taken leave the queue, this one too;
    why is not told outside. Raises Forbidden for who is no editor, NotFound, or NotAllowed."""
    _begin(session, by)
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound("There is no such case.")
    if found.newsroom not in {one.newsroom for one in case.sent_in}:
        raise NotFound("That newsroom did not send this claim in.")
    _refuse_readers(found.newsroom)
    sender = _locked(session, found.newsroom) or Sender(newsroom=found.newsroom)
    if sender.blocked:
        raise NotAllowed(f"{found.newsroom} is blocked already.")
    _decide(session, sender, True, found.because, by, case_id)
    tell_sender(session, sender)
    return sender


def let_sender_in(session: Session, found: LetInIn, by: Person) -> Sender:
    """Take from a newsroom again, and have its claims come back into the queue. Raises Forbidden, NotFound, or NotAllowed."""
    _begin(session, by)
    sender = _locked(session, found.newsroom)
    if sender is None:
        raise NotFound("No newsroom of that name is blocked.")
    _refuse_readers(found.newsroom)
    if not sender.blocked:
        raise NotAllowed(f"{found.newsroom} is let in already.")
    _decide(session, sender, False, found.because, by)
    tell_sender(session, sender)
    return sender


def note_decided(session: Session, message: SenderDecided) -> None:
    """The admin has blocked a newsroom, or let it in, by command. What is older than the last decision changes nothing."""
    history.take_turn(session)
    sender = _locked(session, message.newsroom) or Sender(newsroom=message.newsroom)
    if message.revision > sender.revision:
        _decide(session, sender, message.blocked, message.because, None)
        sender.revision = message.revision


def tell_sender(session: Session, sender: Sender) -> None:
    """Tell intake what was decided of a newsroom last."""
    message = SenderJudged(
        newsroom=sender.newsroom, revision=sender.revision, blocked=sender.blocked, because=sender.because
    )
    tell(session, Outbox, message, ROUTES[SenderJudged])


def list_senders(session: Session) -> list[tuple[Sender, str | None]]:
    """Every newsroom that was decided of, the newest decision first, with who decided; None is the admin, by command."""
    chosen = select(Sender, Person.name).outerjoin(Person, col(Person.id) == col(Sender.decided_by))
    return list(session.exec(chosen.order_by(col(Sender.decided_at).desc(), col(Sender.newsroom))).all())


def _begin(session: Session, by: Person) -> None:
    if not by.may("editor"):
        raise Forbidden("Only an editor may block a newsroom or let it in.")
    history.take_turn(session)


def _locked(session: Session, newsroom: str) -> Sender | None:
    return session.get(Sender, newsroom, with_for_update=True)


def _refuse_readers(newsroom: str) -> None:
    if newsroom == DESK:
        raise NotAllowed("What the desk brings itself is not blocked.")
    if newsroom == READERS:
        raise NotAllowed("All readers send by one form; to close and to open it is the admin’s to do, by command.")


def _decide(
    session: Session, sender: Sender, blocked: bool, because: str, by: Person | None, case_id: UUID | None = None
) -> None:
    """Note a decision; the newsroom's claims leave the queue, or come back."""
    sender.decided_at = now()
    sender.revision = max(sender.revision + 1, revision_of(sender.decided_at))
    sender.blocked, sender.because, sender.decided_by = blocked, because, by.id if by else None
    session.add(sender)
    session.flush()
    act = "block sender" if blocked else "let sender in"
    details = {"after": {"newsroom": sender.newsroom, "because": because}}
    history.append(session, act, case_id, sender.decided_by, details)
    leaving.heed_and_order(session, sender.newsroom)
