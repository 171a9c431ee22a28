"""What a feed holds, before it is written in one of the formats."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid5

from services.publish import rendering
from services.publish.languages import Words, called, of_the_site
from services.publish.rendering.readable import plain
from services.publish.schemas import CheckRow, CorrectionRow
from services.publish.service import service

NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # an empty feed has to say when it changed, and must not change by itself


class Item(NamedTuple):
    """An entry. `id` stays the same whatever becomes of it; `rating` is its slug and its words; `text` is plain."""

    id: str
    url: str
    title: str
    text: str
    published: datetime
    updated: datetime
    rating: tuple[str, str] | None = None
    topics: tuple[str, ...] = ()
    language: str | None = None


class Feed(NamedTuple):
    """A feed at its address, and the page that shows the same to people."""

    address: str
    page: str
    title: str
    language: str
    publisher: str
    items: Sequence[Item]
    hub: str | None = None

    @property
    def updated(self) -> datetime:
        return max((item.updated for item in self.items), default=NEVER)


def check_item(row: CheckRow, topics: Iterable[str]) -> Item:
    """A check: what was corrected comes first."""
    is_retracted, t = row.kind == "retraction", of_the_site()
    told = [_noted(row.kind, row.change or t.text("feeds.no_reason"), t)] if row.kind != "first" else []
    rating = called(t, row.rating_label, row.rating_words)
    told += [] if is_retracted else [f"{rating}. {row.summary}"]
    told += [t.text("feeds.claim_by" if row.claimant else "feeds.claim", claim=row.claim_text, claimant=row.claimant)]
    return Item(
        id=f"urn:uuid:{row.claim_id}",
        url=f"{rendering.site()['url']}/checks/{row.path}",
        title=plain(_noted(row.kind, row.headline, t) if is_retracted else row.headline),
        text=plain("\n\n".join(told)),
        published=row.first_published_at,
        updated=row.updated_at,
        rating=None if is_retracted else (plain(row.rating_slug), plain(rating)),
        topics=tuple(topics),
        language=row.language,
    )


def correction_item(row: CorrectionRow) -> Item:
    """A revision after the first, at the address where it is kept."""
    url = f"{rendering.site()['url']}/checks/{row.path}/revisions/{row.revision}"
    t = of_the_site()
    told = [row.change or t.text("feeds.no_reason")]
    before, now = called(t, row.old_label, row.old_words), called(t, row.new_label, row.new_words)
    if row.kind != "retraction" and row.old_label and row.old_label != row.new_label:
        told.append(t.text("feeds.rating_changed", before=before, now=now))
    return Item(
        id=f"urn:uuid:{uuid5(row.claim_id, str(row.revision))}",  # its address goes with the check's
        url=url,
        title=plain(_noted(row.kind, row.headline, t)),
        text=plain("\n\n".join(told)),
        published=row.published_at,
        updated=row.published_at,
        rating=None if row.kind == "retraction" else (plain(row.new_slug), plain(now)),
    )


def _noted(kind: str, words: str, t: Words) -> str:
    """What was changed, after what kind of change it is."""
    return t.text("feeds.retracted", words=words) if kind == "retraction" else f"{t.text(f'kinds.{kind}')}: {words}"


def checks_feed(name: str, query: str, rows: Sequence[CheckRow], topics: Mapping[UUID, list[str]]) -> Feed:
    """The feed of checks in a format, `name` such as "atom.xml", with a filter in `query` or none."""
    items = [check_item(row, topics.get(row.claim_id, ())) for row in rows]
    return _feed(f"{name}?{query}" if query else name, "/", of_the_site().text("feeds.checks"), items)


def corrections_feed(rows: Sequence[CorrectionRow]) -> Feed:
    """The feed of corrections and other changes."""
    return _feed(
        "corrections.xml",
        "/corrections",
        of_the_site().text("feeds.corrections"),
        [correction_item(row) for row in rows],
    )


def _feed(name: str, page: str, about: str, items: Sequence[Item]) -> Feed:
    site = rendering.site()
    return Feed(
        address=f"{site['url']}/feeds/{name}",
        page=f"{site['url']}{page}",
        title=f"{site['name']}: {about}",
        language=site["language"],
        publisher=site["name"],
        items=items,
        hub=service.settings.websub_hub or None,
    )
