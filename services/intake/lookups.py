"""What may say the same as a claim, looked up for those who have one: who asks, who posts, who holds a receipt, who sent a story.

Who posts does not wait for it: it is looked up beside, for no more than a share of each process's time. So a reporter is told at
once, and a system that posts a thousand in a second is told by the address that its answer names.
"""

import logging
from collections.abc import Sequence
from functools import cache
from uuid import UUID

from sqlmodel import Session

from services.intake import archive, posting, queries, seen
from services.intake.earlier.words import phrases, searchable
from services.intake.models import Claim, Submission
from services.intake.posting import Post
from services.intake.schemas import MatchesOut, MatchOut, ReceiptOut, ReceiptSourceOut
from services.intake.service import reading, service
from shared.contracts import SeenBefore, Sentence
from shared.errors import NotFound
from shared.matching import Answer, Asked
from shared.shares import Share

log = logging.getLogger(__name__)

MOST_BESIDE = 3  # that are told of without being asked
GATHERED = 20  # of which they are chosen: what has a verdict before what has none
SIFTED = 50  # of which this desk's own verdicts are chosen


def look(session: Session, asked: Asked, newsroom_id: UUID, most: int) -> MatchesOut:
    """What may say the same as what a newsroom asks."""
    answer = seen.index.match(session, asked._replace(shelves=seen.shelves_for(newsroom_id)), most)
    return MatchesOut(
        data=queries.describe_matches(session, answer, newsroom_id),
        method=answer.method,
        note=answer.note,
        language=answer.language,
        suggest=answer.weights.suggest,
        sure=answer.weights.sure,
    )


def look_for_claim(session: Session, claim_id: UUID, newsroom_id: UUID, most: int) -> MatchesOut:
    """What may say the same as one of a newsroom's own claims. Others' are not found."""
    claim = session.get(Claim, claim_id)
    if claim is None or claim.newsroom_id != newsroom_id:
        raise NotFound("You have no claim with this id.")
    return look(session, seen.asked_of(claim.record, newsroom_id, claim.id), newsroom_id, most)


def look_beside(post: Post) -> Post:
    """A claim that is about to be posted, with what probably says the same. Without, if there is no time to look, while many post,
    or if looking fails, or if the post will be refused or answered as it was before; if it comes again, it says so."""
    if posting.post.is_busy:
        return post
    with _share(service.settings.match_posts).ask() as has_time:
        if not has_time:
            return post
        try:
            with reading() as session:
                if posting.comes_again(session, post):
                    return post._replace(again=True)
                if not posting.has_room(session, post):
                    return post
                asked = seen.asked_of(post.given.claim, post.given.newsroom_id)
                found = _likely(session, seen.match_in_haste(session, asked, GATHERED), post.given.newsroom_id)
                return post._replace(earlier=found)
        except Exception:  # whatever became of the index, the claim is taken
            log.exception("what may say the same could not be looked up")
            return post


def look_for_sentence(session: Session, sentence: Sentence, language: str | None) -> list[SeenBefore]:
    """What everybody can read on claims that probably say the same as a story's sentence, the likeliest first."""
    around = " ".join(part for part in (sentence.prefix, sentence.suffix) if part)
    answer = seen.index.match(session, Asked(sentence.text, None, around or None, language), GATHERED)
    return [
        SeenBefore.model_validate(
            one.model_dump(include={"kind", "id", "text", "url", "says", "score"})
            | {"rating": rating.label, "publisher": one.publisher.name if one.publisher else None}
        )
        for one in _likely(session, answer, None)
        if (rating := one.verdict.rating if one.verdict else one.rating)
    ]


def find_verdicts(session: Session, words: str) -> list[MatchOut]:
    """This desk's verdicts that readers can read, on claims that hold all of these words in what was claimed or found, or that
    probably say the same; each verdict once, the likeliest first."""
    answer = seen.match_in_haste(session, Asked(words), SIFTED)
    asked = phrases(words)
    found: dict[str, MatchOut] = {}
    for one in queries.describe_matches(session, answer, None):
        if one.verdict and (one.score >= answer.weights.suggest or _holds(one, asked)):
            found.setdefault(one.verdict.url, one)
    return list(found.values())


def _holds(one: MatchOut, asked: Sequence[str]) -> bool:
    told = [one.verdict.headline, one.verdict.summary] if one.verdict else []
    said = f" {searchable(' '.join([one.text, *told]))}"
    return all(f" {phrase}" in said for phrase in asked)


def get_receipt(session: Session, token: str) -> ReceiptOut:
    """What became of the submission whose receipt has this token; and, until there is a verdict, what everybody can read on claims
    that probably say the same. Raises NotFound."""
    submission, claim = queries.find_receipt(session, token)
    earlier: list[MatchOut] = []
    if claim.verdict is None:
        answer = seen.match_in_haste(session, seen.asked_of(claim.record, None, claim.id), GATHERED)
        earlier = _likely(session, answer, None)
    return queries.describe_receipt(session, submission, claim, earlier, _sources(session, submission, token))


def get_receipt_picture(session: Session, token: str, digest: str) -> str:
    """The SHA-256 of a picture that the receipt with this token shows. Raises NotFound for any other."""
    submission, _ = queries.find_receipt(session, token)
    if not any(one.picture and one.picture.sha256 == digest for one in _sources(session, submission, token)):
        raise NotFound("This receipt has no such picture.")
    return digest


def _sources(session: Session, submission: Submission, token: str) -> list[ReceiptSourceOut]:
    return [
        ReceiptSourceOut.model_validate(
            {
                "url": one.url,
                "archived_at": copy.archived_at,
                "picture": picture.model_dump() | {"url": f"/receipts/{token}/pictures/{picture.sha256}"}
                if picture
                else None,
            }
        )
        for one in archive.archived_of(session, submission)
        if (copy := one.archived)
        for picture in (copy.picture,)
    ]


def _likely(session: Session, answer: Answer, newsroom_id: UUID | None) -> list[MatchOut]:
    likely = answer._replace(found=[one for one in answer.found if one.likelihood >= answer.weights.suggest])
    described = queries.describe_matches(session, likely, newsroom_id)
    return sorted(described, key=lambda one: one.verdict is None and one.rating is None)[:MOST_BESIDE]


@cache
def _share(share: float) -> Share:
    return Share(share)
