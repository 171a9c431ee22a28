"""Seen before: claims that came in and fact-checks published before, found by who asks whether something was checked.

Checks are indexed when they are taken in. Claims are indexed by a job of every minute, so that posting pays nothing for it; what
the models make of either is made by an errand, in the process that has time.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session, col, select

from services.intake.models import MATCH_TABLES, Claim, EarlierCheck, MatchText, Outbox
from services.intake.schemas import ClaimIn
from services.intake.service import service
from shared import errands
from shared.contracts import ClaimRecord
from shared.errands import Errand
from shared.matching import Answer, Asked, Encoder, Entry, Matcher, Weights, encoder, indexing

Work = Callable[[], AbstractContextManager[Session]]

CLAIM, CHECK = "claim", "check"
AT_ONCE = 500  # claims that are indexed in one transaction
ENCODED_AT_ONCE = 32  # texts: a second or less
HASTE = 0.3  # seconds that whoever waits for something else has for a model
LATE = 60 * 60 * 1000  # milliseconds: a claim is committed within an hour of getting its id


class Encode(Errand):
    """Have the models read the texts that they have not read yet."""

    topic: ClassVar[str] = "encode"
    job: ClassVar[str] = "services.intake.errands.encode"


def match(session: Session, asked: Asked, most: int) -> Answer:
    """What came in, or was published before, that may say the same."""
    return matcher().match(session, asked, most)


def match_in_haste(session: Session, asked: Asked, most: int) -> Answer:
    """The same for whoever waits for something else: by words alone, unless a model answers soon."""
    settings = service.settings
    hasty = encoder(settings.match_models, settings.match_encoder, HASTE)
    return matcher().asking(hasty).match(session, asked, most)


def asked_of(record: ClaimRecord | ClaimIn, without: UUID | None = None) -> Asked:
    """What is asked to find what says the same as a claim; perhaps without that claim."""
    quote = record.quote
    around = " ".join(part for part in (quote.prefix, quote.suffix) if part) if quote else None
    speaker = record.claimant.name if record.claimant else None
    return Asked(record.text, speaker, around or None, record.language, frozenset({without} if without else ()))


def matcher() -> Matcher:
    """This process's matcher, as the settings have it."""
    settings = service.settings
    return _matcher(settings.match_models, settings.match_encoder, settings.match_weights)


@cache
def _matcher(models: tuple[str, ...], where: str, weights: Path | None) -> Matcher:
    tuned = Weights.read(weights.read_text()) if weights else None
    return Matcher(MATCH_TABLES, encoder(models, where), tuned)


def by() -> Encoder:
    """Who makes vectors here, as the settings have it."""
    return encoder(service.settings.match_models, service.settings.match_encoder)


def encode_some(reading: Work, transaction: Work) -> int:
    """Have the models read some texts that they have not read yet. Returns how many; nothing is locked while they read."""
    with reading() as session:
        some = indexing.missing(session, MATCH_TABLES, by().tag, ENCODED_AT_ONCE)
    if some:
        made = indexing.encode(some, by())
        with transaction() as session:
            indexing.keep(session, MATCH_TABLES, made)
    return len(some)


def put_checks(session: Session, checks: Sequence[EarlierCheck]) -> None:
    """Index checks that are new or have changed."""
    indexing.put(session, MATCH_TABLES, [_of_check(check) for check in checks])


def remove_checks(session: Session, ids: Sequence[UUID]) -> None:
    """Take checks out of the index."""
    indexing.remove(session, MATCH_TABLES, CHECK, ids)


def put_new_claims(session: Session) -> int:
    """Index the next claims that are not indexed yet. Returns how many there were."""
    newest = select(MatchText.subject).where(MatchText.kind == CLAIM).order_by(col(MatchText.number).desc()).limit(1)
    last = session.exec(newest).first()
    chosen = select(Claim).where(
        ~select(MatchText.number).where(MatchText.kind == CLAIM, MatchText.subject == Claim.id).exists(),
        col(Claim.test).is_(False),
    )
    if last is not None:
        chosen = chosen.where(col(Claim.id) > UUID(int=max(0, (last.int >> 80) - LATE) << 80))
    claims = session.exec(chosen.order_by(col(Claim.id)).limit(AT_ONCE)).all()
    indexing.put(session, MATCH_TABLES, [_of_claim(claim) for claim in claims])
    return len(claims)


def order_encoding(session: Session) -> None:
    """Have an errand make the vectors that are missing, unless one is at it."""
    waits = by().models and indexing.missing(session, MATCH_TABLES, by().tag, 1)
    if waits and not errands.is_busy(session, Outbox, service.name, Encode, 1):
        errands.order(session, Outbox, service.name, [(Encode(), None)])


def rebuild(session: Session) -> None:
    """Throw the index away, and put in the checks; claims and vectors follow as they always do."""
    indexing.empty(session, MATCH_TABLES)


def all_checks(session: Session) -> Iterator[Sequence[EarlierCheck]]:
    """Every check, some at a time."""
    last = 0
    while True:
        chosen = select(EarlierCheck).where(col(EarlierCheck.number) > last).order_by(col(EarlierCheck.number))
        some = session.exec(chosen.limit(AT_ONCE)).all()
        if not some:
            return
        last = some[-1].number
        yield some


def _of_check(check: EarlierCheck) -> Entry:
    return Entry(
        CHECK, check.id, check.claim, check.headline, None, check.claimant, check.claimed_at, check.language
    )  # fmt: skip


def _of_claim(claim: Claim) -> Entry:
    record = claim.record
    headline = record.story.headline if record.story else None
    speaker = record.claimant.name if record.claimant else None
    return Entry(CLAIM, claim.id, record.text, None, headline, speaker, record.claimed_at, record.language)
