"""A newsroom whose sending is abuse is blocked from a case of its, and let in again. Intake heeds it, by every way."""

from uuid import UUID

from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Case, Outbox, Person, Sender
from services.review.schemas import BlockSenderIn, LetInIn
from shared.clock import now
from shared.contracts import READERS, ROUTES, SenderJudged
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
    if found.newsroom == READERS:
        raise NotAllowed("All readers send by one form; to close it is the admin’s to do, by command.")
    sender = _locked(session, found.newsroom)
    if sender is not None and sender.blocked:
        raise NotAllowed(f"{found.newsroom} is blocked already.")
    if sender is None:
        sender = Sender(newsroom=found.newsroom, revision=0, blocked=True, because=found.because, decided_by=by.id)
    return _decide(session, sender, "block sender", found.because, by, case_id)


def let_sender_in(session: Session, found: LetInIn, by: Person) -> Sender:
    """Take from a newsroom again, and have its claims come back into the queue. Raises Forbidden, NotFound, or NotAllowed."""
    _begin(session, by)
    sender = _locked(session, found.newsroom)
    if sender is None:
        raise NotFound("The desk has not blocked a newsroom of that name.")
    if not sender.blocked:
        raise NotAllowed(f"{found.newsroom} is let in already.")
    return _decide(session, sender, "let sender in", found.because, by)


def tell_sender(session: Session, sender: Sender) -> None:
    """Tell intake what was decided of a newsroom last."""
    message = SenderJudged(
        newsroom=sender.newsroom, revision=sender.revision, blocked=sender.blocked, because=sender.because
    )
    tell(session, Outbox, message, ROUTES[SenderJudged])


def list_senders(session: Session) -> list[tuple[Sender, str]]:
    """Every newsroom that was decided of, the newest decision first, with who decided."""
    chosen = select(Sender, Person.name).join(Person, col(Person.id) == col(Sender.decided_by))
    return list(session.exec(chosen.order_by(col(Sender.decided_at).desc(), col(Sender.newsroom))).all())


def _begin(session: Session, by: Person) -> None:
    if not by.may("editor"):
        raise Forbidden("Only an editor may block a newsroom or let it in.")
    history.take_turn(session)


def _locked(session: Session, newsroom: str) -> Sender | None:
    return session.get(Sender, newsroom, with_for_update=True)


def _decide(
    session: Session, sender: Sender, act: str, because: str, by: Person, case_id: UUID | None = None
) -> Sender:
    sender.revision += 1
    sender.blocked, sender.because = act == "block sender", because
    sender.decided_by, sender.decided_at = by.id, now()
    session.add(sender)
    history.append(session, act, case_id, by.id, {"after": {"newsroom": sender.newsroom, "because": because}})
    tell_sender(session, sender)
    return sender
