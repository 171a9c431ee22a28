"""Seen before: claims that came in and fact-checks published before, found by who asks whether something was checked.

Checks are indexed when they are taken in. Claims are indexed by an errand a moment after they came in, so that posting pays next to
nothing for it, and put where everybody finds them once a verdict can be read. What the models make of either is made by an errand,
too. A job of every minute does what was missed.

Who may find what is decided by shelves: a newsroom's claims stand on its own; claims on which readers can read a verdict, and
checks, on the open one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from sqlmodel import Session, col, func, select

from services.intake.models import MATCH_TABLES, Claim, EarlierCheck
from services.intake.schemas import ClaimIn
from services.intake.service import reading, service, transaction
from shared import errands
from shared.contracts import ClaimRecord
from shared.errands import Errand, Soon
from shared.matching import OPEN, Answer, Asked, Entry, indexing
from shared.matching.keeping import Keeper, Step

CLAIM, CHECK = "claim", "check"
AT_ONCE = 500  # claims that are indexed in one transaction
HASTE = 0.3  # seconds that whoever waits for something else has for a model
LATE = 60 * 60 * 1000  # milliseconds: a claim is committed within an hour of getting its id
SOON = timedelta(seconds=0.5)  # after a claim came in it is indexed, with those that came in meanwhile

index = Keeper(service, MATCH_TABLES)


class Encode(Errand):
    """Have the models read the texts that they have not read yet."""

    topic: ClassVar[str] = "encode"
    job: ClassVar[str] = "services.intake.errands.encode"


class Index(Errand):
    """Index the claims that came in; and put one on the shelf where it belongs since something was told of it, and have what may
    repeat it compared again."""

    topic: ClassVar[str] = "index"
    job: ClassVar[str] = "services.intake.errands.index_claims"

    claim_id: UUID | None = None


_soon = Soon(service, Index(), SOON)
order_indexing = _soon.order


def shelf_of(claim: Claim) -> str:
    """Where a claim stands: with a verdict that readers can read, where everybody finds it."""
    return OPEN if claim.published_revision else claim.newsroom_id.hex


def shelves_for(newsroom_id: UUID | None) -> tuple[str, ...]:
    """Where a newsroom finds something, or everybody."""
    return (OPEN, newsroom_id.hex) if newsroom_id else (OPEN,)


def order_moving(session: Session, claims: Iterable[Claim]) -> None:
    """Have claims put on the shelves where they belong now, and stories compared with them again."""
    errands.order(session, service.outbox, service.name, [(Index(claim_id=claim.id), None) for claim in claims])


def match_in_haste(session: Session, asked: Asked, most: int) -> Answer:
    """For whoever waits for something else: by words alone, unless a model answers soon."""
    return index.match(session, asked, most, HASTE)


def asked_of(record: ClaimRecord | ClaimIn, newsroom_id: UUID | None, without: UUID | None = None) -> Asked:
    """What a newsroom asks, or everybody, to find what says the same as a claim; perhaps without that claim."""
    quote = record.quote
    around = " ".join(part for part in (quote.prefix, quote.suffix) if part) if quote else None
    speaker = record.claimant.name if record.claimant else None
    but = frozenset({without} if without else ())
    return Asked(record.text, speaker, around or None, record.language, but, shelves_for(newsroom_id))


def put_checks(session: Session, checks: Sequence[EarlierCheck]) -> None:
    """Index checks that are new or have changed."""
    index.put(session, [_of_check(check) for check in checks])


def remove_checks(session: Session, ids: Sequence[UUID]) -> None:
    """Take checks out of the index."""
    indexing.remove(session, MATCH_TABLES, CHECK, ids)


def put_new_claims(session: Session) -> int:
    """Index the next claims that are not indexed yet. Returns how many there were."""
    indexing.take_turn(session, MATCH_TABLES)  # before it is read where they belong
    texts = MATCH_TABLES.texts
    newest = select(texts.subject).where(texts.kind == CLAIM).order_by(col(texts.number).desc()).limit(1)
    last = session.exec(newest).first()
    chosen = select(Claim).where(
        ~select(texts.number).where(texts.kind == CLAIM, texts.subject == Claim.id).exists(),
        col(Claim.test).is_(False),
    )
    if last is not None:
        chosen = chosen.where(col(Claim.id) > UUID(int=max(0, (last.int >> 80) - LATE) << 80))
    claims = session.exec(chosen.order_by(col(Claim.id)).limit(AT_ONCE)).all()
    index.put(session, [_of_claim(claim) for claim in claims])
    return len(claims)


def move_claims(session: Session, claim_ids: Sequence[UUID]) -> list[None]:
    """Put those of these claims that are indexed on the shelves where they belong. The others come there by themselves."""
    indexing.take_turn(session, MATCH_TABLES)
    texts = MATCH_TABLES.texts
    indexed = select(texts.subject).where(texts.kind == CLAIM, col(texts.subject).in_(claim_ids))
    index.put(session, [_of_claim(one) for one in session.exec(select(Claim).where(col(Claim.id).in_(indexed)))])
    return [None] * len(claim_ids)


def order_encoding(session: Session) -> None:
    """Have an errand make the vectors that are missing, unless one is at it."""
    if index.waits(session):
        index.order(session, Encode())


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


def fill() -> Iterator[Step]:
    """Index the checks and the claims, of an index that was emptied."""
    with reading() as session:
        total = session.exec(select(func.count()).select_from(EarlierCheck)).one()
    yield "checks", total, _fill_checks()
    yield "claims", None, _fill_claims()


def _fill_checks() -> Iterator[int]:
    with reading() as looking:
        for some in all_checks(looking):
            with transaction() as session:
                put_checks(session, some)
            yield len(some)


def _fill_claims() -> Iterator[int]:
    done = AT_ONCE
    while done == AT_ONCE:
        with transaction() as session:
            done = put_new_claims(session)
        yield done


def oldest(session: Session) -> Sequence[tuple[str, UUID | None]]:
    """What was indexed first, if nothing was lost."""
    check = select(EarlierCheck.id).order_by(col(EarlierCheck.number)).limit(1)
    claim = select(Claim.id).where(col(Claim.test).is_(False)).order_by(col(Claim.id)).limit(1)
    return [(CHECK, session.exec(check).first()), (CLAIM, session.exec(claim).first())]


def _of_check(check: EarlierCheck) -> Entry:
    return Entry(
        CHECK, check.id, check.claim, check.headline, None, check.claimant, check.claimed_at, check.language
    )  # fmt: skip


def _of_claim(claim: Claim) -> Entry:
    record = claim.record
    headline = record.story.headline if record.story else None
    speaker = record.claimant.name if record.claimant else None
    return Entry(
        CLAIM, claim.id, record.text, None, headline, speaker, record.claimed_at, record.language, shelf_of(claim)
    )  # fmt: skip
