"""What intake's edges ask about stories, and how claims are made from one by its sender."""

import json
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer
from sqlmodel import Session, col, select

from services.intake import posting, stories
from services.intake.idempotency import Answer
from services.intake.models import Claim, Newsroom, Story
from services.intake.posting import Post
from services.intake.quotas import Account
from services.intake.schemas import ClaimIn, LineOut, SentenceOut, StoryClaimOut, StoryOut, StoryRow
from services.intake.service import service
from services.intake.stories import Checkable, Item, Link
from services.intake.stories.picking import exact_of
from services.intake.workflow import Given
from shared.errors import NotFound, Problem
from shared.outbox import Trace


class Sender(NamedTuple):
    """Who makes claims from a story: its newsroom, by a key if it was one."""

    newsroom_id: UUID
    newsroom: str
    key_id: str | None
    account: Account


def make_claims(session: Session, story: Story, claims: Sequence[ClaimIn], by: Sender) -> list[LineOut]:
    """Submit claims made from a story, and link those that were taken. For each in order what became of it."""
    given = [Given(one, by.newsroom_id, by.newsroom, by.key_id, Trace.here(), by.account) for one in claims]
    answers = posting.answer_all(session, [Post(one) for one in given])
    item = Item.model_validate(story.item)
    links, results = [], []
    for number, (claim, answer) in enumerate(zip(claims, answers, strict=True), 1):
        results.append(_result(number, answer))
        if isinstance(answer, Answer):
            links.append(Link(UUID(answer.location.rpartition("/")[2]), exact_of(claim, item)))
    stories.link(session, story, links)
    return results


def get_story(session: Session, story_id: UUID, newsroom_id: UUID) -> StoryOut:
    """One of a newsroom's own stories. Others' are not found."""
    story = session.get(Story, story_id)
    if story is None or story.newsroom_id != newsroom_id:
        raise NotFound("You have no story with this id.")
    return describe(session, story)


def list_stories(session: Session, newsroom_id: UUID, limit: int, before: UUID | None = None) -> list[StoryRow]:
    """A newsroom's stories, the newest first: those made before the story with this id."""
    chosen = select(Story).where(Story.newsroom_id == newsroom_id).order_by(col(Story.id).desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(col(Story.id) < before)
    return [StoryRow.model_validate(_row(story, Item.model_validate(story.item))) for story in session.exec(chosen)]


def describe(session: Session, story: Story) -> StoryOut:
    """A story as its newsroom sees it."""
    item, told = Item.model_validate(story.item), Checkable.model_validate(story.checkable)
    claims = stories.claims_of(session, story.id)
    by_words = {" ".join((one.exact or "").split()).casefold(): one.claim_id for one, _ in claims if one.exact}
    return StoryOut.model_validate(
        {
            **_row(story, item),
            "address": item.url,
            **item.model_dump(include={"language", "dateline", "published_at", "embargoed_until", "note", "body"}),
            "waits_for_page": story.waits_for_page,
            "error": story.error,
            "has_rules": told.has_rules,
            "sentences": [
                SentenceOut(**one.model_dump(), claim_id=by_words.get(one.text.casefold())) for one in told.sentences
            ],
            "offered": told.offered.model_dump(),
            "claims": [_claim(claim, one.stands) for one, claim in claims],
        }
    )


def page_url(story_id: UUID) -> str:
    """The address of a story's page for people: who has it may see the story and make claims from it."""
    return f"{service.settings.public_base_url}/stories/{_signer().dumps(story_id.hex)}"


def story_at(session: Session, token: str) -> tuple[Story, Newsroom]:
    """The story whose page has this token. Raises NotFound."""
    try:
        story_id = UUID(hex=str(_signer().loads(token)))
    except (BadSignature, ValueError):
        raise NotFound("There is no story at this address.") from None
    story = session.get(Story, story_id)
    if story is None:
        raise NotFound("There is no story at this address.")
    return story, session.get_one(Newsroom, story.newsroom_id)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(service.settings.secret_key, salt="story page")


def _row(story: Story, item: Item) -> dict[str, object]:
    known = story.model_dump(
        include={"id", "uri", "status", "version", "versions", "test", "received_at", "changed_at"}
    )
    return {
        **known,
        "url": f"/v1/stories/{story.id}",
        "page_url": page_url(story.id),
        "headline": item.headline,
        "publisher": item.publisher,
    }


def _claim(claim: Claim, stands: bool | None) -> StoryClaimOut:
    return StoryClaimOut.model_validate(
        {
            "id": claim.id, "state": claim.state, "text": claim.record.text, "url": f"/v1/claims/{claim.id}", "stands": stands,
        }
    )  # fmt: skip


def _result(number: int, answer: Answer | Exception) -> LineOut:
    if isinstance(answer, Answer):
        told = json.loads(answer.body)
        return LineOut(line=number, status=answer.status, id=told["id"], receipt_url=told["receipt_url"])
    if isinstance(answer, Problem):
        return LineOut(line=number, status=answer.status, detail=answer.detail)
    raise answer
