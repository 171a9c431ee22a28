"""Stories are kept: each under its name, every version as it came, the newest in front."""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Literal, NamedTuple
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.models import Claim, Story, StoryClaim, StoryVersion
from services.intake.stories.comparing import order_comparing
from services.intake.stories.item import Checkable, Item, Read
from services.intake.stories.telling import tell
from shared.clock import new_id, now
from shared.db import insert_if_absent, row_of
from shared.errors import NotFound

What = Literal["new", "updated", "unchanged", "older", "waits"]
AGENCIES = (
    "ninjs",
    "newsml-g2",
)  # formats in which the time of a version is its name; pages are changed without a word
TOLD = {"format", "version_created_at"}  # of an item that don't make it another


class Kept(NamedTuple):
    """A story as it stands now, and what came of what was sent."""

    story: Story
    what: What


class Link(NamedTuple):
    """A claim that was made from a story, and the words that it stands in."""

    claim_id: UUID
    exact: str | None = None


def take(session: Session, read: Read, newsroom_id: UUID, test: bool = False, story_id: UUID | None = None) -> Kept:
    """Keep a story, or another version of one that is there. The same version again changes nothing; one that is older than what
    stands is kept behind it. A kill order with the version that stands is taken: agencies send them so.
    A new one is known by `story_id`, if it is given."""
    story = get_by_uri(session, read.item.uri, newsroom_id, test, story_id)
    digest = _digest(read.item)
    if story.versions == 0:
        _put_in_front(story, read, digest)
        _add_version(session, story, read)
        tell(session, story)
        order_comparing(session, story)
        return Kept(story, "new")
    if digest == story.digest or _is_same_version(story, read.item) or _is_kept(session, story, read):
        return Kept(story, "unchanged")
    if _is_older(story, read.item):
        _add_version(session, story, read)
        return Kept(story, "older")
    _put_in_front(story, _with_text(story, read), digest)
    _add_version(session, story, read)
    _look_again(session, story)
    tell(session, story)
    order_comparing(session, story)
    return Kept(story, "updated")


def get_by_uri(session: Session, uri: str, newsroom_id: UUID, test: bool, story_id: UUID | None = None) -> Story:
    """The newsroom's story of this name, locked; a new one without versions, by this id, if there was none."""
    digest = sha256(uri.encode()).hexdigest()
    empty = row_of(
        Story, id=story_id or new_id(), newsroom_id=newsroom_id, uri=uri, uri_hash=digest, test=test,
        item=Item(format="plain", uri=uri).model_dump(mode="json"), checkable=Checkable().model_dump(mode="json"),
    )  # fmt: skip
    session.flush()
    session.connection().execute(insert_if_absent(session, Story), [empty])
    chosen = select(Story).where(Story.newsroom_id == newsroom_id, Story.uri_hash == digest, Story.test == test)
    return session.exec(chosen.with_for_update().execution_options(populate_existing=True)).one()


def get_own(session: Session, story_id: UUID, newsroom_id: UUID | None = None) -> Story:
    """A story, locked; a newsroom's own, if it is named. Raises NotFound."""
    story = session.get(Story, story_id, with_for_update=True)
    if story is None or newsroom_id not in (None, story.newsroom_id):
        raise NotFound("You have no story with this id.")
    return story


def link(session: Session, story: Story, links: Iterable[Link]) -> None:
    """Note that claims were made from the story, and tell review: what becomes of the story concerns them."""
    body = Item.model_validate(story.item).body
    rows = [
        row_of(StoryClaim, story_id=story.id, claim_id=one.claim_id, exact=one.exact,
               stands=None if one.exact is None else _stands(one.exact, body))
        for one in {one.claim_id: one for one in links}.values()
    ]  # fmt: skip
    if rows:
        session.flush()
        session.connection().execute(insert_if_absent(session, StoryClaim), rows)
        tell(session, story)


def _put_in_front(story: Story, read: Read, digest: str) -> None:
    found = read.item
    story.version, story.version_created_at = found.version, found.version_created_at
    story.digest, story.status = digest, found.status
    story.item = found.model_dump(mode="json")
    story.checkable = read.checkable.model_dump(mode="json")
    story.changed_at = now()


def _add_version(session: Session, story: Story, read: Read) -> None:
    story.versions += 1
    session.add(
        StoryVersion(
            story_id=story.id, number=story.versions, version=read.item.version, status=read.item.status,
            format=read.item.format, content_type=read.content_type[:200], raw=read.raw,
        )
    )  # fmt: skip


def _with_text(story: Story, read: Read) -> Read:
    """A kill order often says no more than that: the text stays for those who have to see what they built on."""
    if read.item.body or read.item.status == "usable":
        return read
    given = {name: value for name, value in read.item.model_dump(mode="json").items() if value not in (None, "", [])}
    kept = Item.model_validate(story.item | given)
    return read._replace(item=kept, checkable=Checkable.model_validate(story.checkable))


def _look_again(session: Session, story: Story) -> None:
    """See whether the words of its claims still stand in it."""
    body = Item.model_validate(story.item).body
    for one in session.exec(select(StoryClaim).where(StoryClaim.story_id == story.id)):
        if one.exact is not None:
            one.stands = _stands(one.exact, body)


def _stands(exact: str, body: str) -> bool:
    return " ".join(exact.split()).casefold() in " ".join(body.split()).casefold()


def _is_same_version(story: Story, item: Item) -> bool:
    """By the sender's count; where nothing is counted, by when it was made."""
    if item.status != story.status:
        return False
    if item.version is None and story.version is None and item.format in AGENCIES:
        return item.version_created_at is not None and item.version_created_at == story.version_created_at
    return item.version is not None and item.version == story.version


def _is_kept(session: Session, story: Story, read: Read) -> bool:
    """Whether an older version is kept already, so that sending it again and again keeps it once."""
    if not _is_older(story, read.item):
        return False
    same = StoryVersion.version == read.item.version if read.item.version else StoryVersion.raw == read.raw
    kept = select(col(StoryVersion.number)).where(StoryVersion.story_id == story.id, same)
    return session.exec(kept.where(StoryVersion.status == read.item.status)).first() is not None


def _is_older(story: Story, item: Item) -> bool:
    """By the sender's count where both are numbers, else by when the versions were made."""
    if item.version and story.version and item.version.isdecimal() and story.version.isdecimal():
        return int(item.version) < int(story.version)
    if item.version_created_at and story.version_created_at:
        return item.version_created_at < story.version_created_at
    return False


def _digest(item: Item) -> str:
    told = item.model_dump(mode="json", exclude=TOLD)
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def claims_of(session: Session, story_id: UUID) -> list[tuple[StoryClaim, Claim]]:
    """The claims made from a story, the first one first."""
    chosen = (
        select(StoryClaim, Claim)
        .join(Claim, col(Claim.id) == col(StoryClaim.claim_id))
        .where(StoryClaim.story_id == story_id)
        .order_by(col(StoryClaim.made_at), col(StoryClaim.claim_id))
    )
    return list(session.exec(chosen).all())
