"""How much more the archive takes."""

from sqlmodel import Session, func, select

from services.intake.models import Copy
from services.intake.service import service


def room_left(session: Session) -> int:
    """In bytes, of copies and pictures together; less than nothing if it was made smaller."""
    held = func.coalesce(func.sum(Copy.bytes), 0) + func.coalesce(func.sum(Copy.picture_bytes), 0)
    used: int = session.exec(select(held)).one()
    return service.settings.archive_most_bytes - used
