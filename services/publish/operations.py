"""What publish adds to the page on operations: how far pages are that are made anew."""

from sqlmodel import Session

from services.publish import renewing
from shared.status import Figure


def figures(session: Session) -> list[Figure]:
    """Nothing, as long as all pages are as they would be made now."""
    last = renewing.newest(session)
    if last is None or (last.is_over and not last.failed):
        return []
    what = "looked at for ratings that look otherwise now" if last.of_ratings else "made anew for readers"
    found = [Figure(words=f"of {last.total} pages {what}", count=last.done)] if not last.is_over else []
    if last.failed:
        found.append(
            Figure(words="pages could not be made anew, and show their old look", count=last.failed, wrong=True)
        )
    return found
