"""Pages of stories that came as an address alone: fetched by the guarded fetcher, read, and taken in. No transaction is open
meanwhile."""

from datetime import timedelta
from typing import ClassVar, NamedTuple
from uuid import UUID

from sqlmodel import Session

from services.intake.models import Outbox, Story
from services.intake.parsing.words import said
from services.intake.service import service
from services.intake.settings import Settings
from services.intake.stories.item import Read, read_item
from services.intake.stories.keeping import get_by_uri, take
from services.intake.stories.reading import read_page
from shared import errands
from shared.clock import now
from shared.errands import Errand
from shared.errors import Problem
from shared.fetch import Refused, Unreachable, fetch

TIMEOUT = 30.0  # seconds for all of an answer
MOST_BYTES = 5_000_000
AGAIN = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=2))  # after each try that failed
BUSY = timedelta(seconds=20)


class ReadPage(Errand):
    """Fetch a story's page for the `number`th time, counted from 1."""

    topic: ClassVar[str] = "read-page"
    job: ClassVar[str] = "services.intake.errands.read_page"

    story_id: UUID
    number: int


class Failed(NamedTuple):
    """Why a page brought no story, and whether another try may."""

    reason: str
    again: bool = True


Outcome = Read | Failed


def order_page(session: Session, url: str, newsroom_id: UUID, test: bool) -> Story:
    """Have a page fetched, as the story of that name. If it is being fetched already, that does."""
    story = get_by_uri(session, url, newsroom_id, test)
    if not story.waits_for_page:
        story.waits_for_page, story.error = True, None
        _order(session, story, None)
    return story


def begin_page(session: Session, errand: ReadPage) -> str | None:
    """The address that is to be fetched; None if that was done."""
    story = session.get(Story, errand.story_id)
    return story.uri if story and story.waits_for_page and story.reads == errand.number - 1 else None


def fetch_page(url: str, settings: Settings) -> Outcome:
    """Fetch and read a page. Whatever goes wrong with it is an outcome."""
    try:
        got = fetch(url, timeout=TIMEOUT, most_bytes=MOST_BYTES, private_hosts=settings.private_hosts)
    except Refused as refusal:
        return Failed(said(refusal), again=False)
    except Unreachable as failure:
        return Failed(said(failure))
    if not 200 <= got.status < 300:
        return Failed(f"The server answered {got.status}.", again=got.status >= 429)
    kind = got.headers.get("content-type", "")
    try:
        item = read_page(got.body, kind, got.url).model_copy(update={"uri": url})
    except Problem as problem:
        return Failed(problem.detail, again=False)
    return read_item(item, got.body, kind)


def end_page(session: Session, errand: ReadPage, outcome: Outcome | None) -> None:
    """Take the story in, or note why there is none; None is a host that has visitors enough for now."""
    story = session.get(Story, errand.story_id, with_for_update=True)
    if story is None or story.reads != errand.number - 1:
        return
    if outcome is None:
        errands.order(session, Outbox, service.name, [(errand, now() + BUSY)])
        return
    story.reads, story.read_at = errand.number, now()
    if isinstance(outcome, Failed):
        story.error = outcome.reason
        tries = (story.reads - 1) % (len(AGAIN) + 1)
        story.waits_for_page = outcome.again and tries < len(AGAIN)
        if story.waits_for_page:
            _order(session, story, AGAIN[tries])
        return
    story.waits_for_page, story.error = False, None
    take(session, outcome, story.newsroom_id, story.test)


def _order(session: Session, story: Story, after: timedelta | None) -> None:
    errand = ReadPage(story_id=story.id, number=story.reads + 1)
    errands.order(session, Outbox, service.name, [(errand, now() + after if after else None)])
