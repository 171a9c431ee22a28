"""The pages on how the newsroom works, how it corrects itself, who it is and who pays for it: an editor writes them."""

from sqlmodel import Session, col, select

from services.review import history
from services.review.models import Outbox, Person, Policy
from services.review.schemas import PolicyIn
from shared.clock import now
from shared.contracts import ROUTES, PolicyName, PolicyPosted
from shared.errors import Forbidden, Stale
from shared.outbox import tell


def post_policy(session: Session, name: PolicyName, language: str, found: PolicyIn, by: Person) -> Policy:
    """Post a page as it reads from now on; what reads so already is not posted again. What it read before stays readable. Raises
    Forbidden for who is no editor, and Stale if one was posted meanwhile."""
    if not by.may("editor"):
        raise Forbidden("Only an editor may change what the newsroom says of itself.")
    history.take_turn(session)
    before = newest_policy(session, name, language)
    if before and (before.title, before.text) == (found.title, found.text):
        return before
    if (before.revision if before else 0) != found.seen:
        theirs = before is None or before.posted_by != by.id
        raise Stale(
            "Somebody else has posted this page meanwhile. Your text is below; theirs is what readers see now."
            if theirs
            else "You have posted this page meanwhile, in other words. These are below; those are what readers see now."
        )
    message = PolicyPosted(
        name=name,
        language=language,
        revision=found.seen + 1,
        title=found.title,
        text=found.text,
        posted_by=by.name,
        posted_at=now(),
    )
    posted = Policy(**message.model_dump(exclude={"posted_by"}), posted_by=by.id, told=message.model_dump(mode="json"))
    session.add(posted)
    what = {"page": message.key, "revision": message.revision}
    history.append(session, "policy posted", None, by.id, {"before": {}, "after": what})
    tell(session, Outbox, message, ROUTES[PolicyPosted])
    return posted


def newest_policy(session: Session, name: str, language: str) -> Policy | None:
    """The page as readers see it, if one was posted."""
    chosen = select(Policy).where(Policy.name == name, Policy.language == language)
    return session.exec(chosen.order_by(col(Policy.revision).desc()).limit(1)).first()
