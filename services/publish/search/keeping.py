"""The words of a check are written down when its page is rendered: those that it is about, those of its text, and what it is found
under and how much each of its words tells, which are words, too, so that one index finds all of it.

Triggers would not do on SQLite, which with `trusted_schema=OFF` lets none write to FTS5.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256

from sqlalchemy import text
from sqlmodel import Session

from services.publish import sites
from services.publish.models import WORDS_TABLE, Check
from services.publish.search import alike, spelling
from services.publish.search.closeness import FENCE, ranks
from shared.contracts import EXPLAINER, VerdictApproved
from shared.markdown import to_text
from shared.matching.words import plain, stems

STANDS = "stands"  # a word for what judges a claim, and was not retracted
LONGEST = 100_000  # characters of a text
OUT_ON_SQLITE = text(f"DELETE FROM {WORDS_TABLE} WHERE rowid = :position")  # noqa: S608
IN_ON_SQLITE = text(f"INSERT INTO {WORDS_TABLE} (rowid, about, body, under) VALUES (:position, :about, :body, :under)")  # noqa: S608
IN_ON_POSTGRESQL = text(
    f"INSERT INTO {WORDS_TABLE} (position, about, words) VALUES (:position, :about, "  # noqa: S608
    "setweight(to_tsvector('simple', :about), 'A') || setweight(to_tsvector('simple', :body), 'B') || "
    "setweight(to_tsvector('simple', :under), 'C')) "
    "ON CONFLICT (position) DO UPDATE SET about = EXCLUDED.about, words = EXCLUDED.words"
)


def keep(
    session: Session, check: Check, verdict: VerdictApproved, facets: Iterable[tuple[str, str]], *, is_new: bool = False
) -> None:
    """Write down the words of a listed check's current revision, in place of those before, unless it `is_new` here."""
    written_in = check.written_in or check.language
    more = " ".join(filter(None, (verdict.wording, *verdict.claim.tags)))
    about = [
        (check.headline, written_in), (check.claim_text, check.language), (check.claimant, written_in), (more, written_in),
    ]  # fmt: skip
    under = [token(kind, slug) for kind, slug in facets]
    under += [token(STANDS, STANDS)] if check.kind != "retraction" and check.rating_slug != EXPLAINER else []
    written = about_words(about) + _topics_here(verdict.claim.tags, written_in)
    row = {
        "position": check.position,
        "about": written,
        "body": about_words((one, written_in) for one in _body(verdict)),
        "under": " ".join([*under, *ranks(written)]),
    }
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        if not is_new:
            session.connection().execute(OUT_ON_SQLITE, row)
        session.connection().execute(IN_ON_SQLITE, row)
    else:
        session.connection().execute(IN_ON_POSTGRESQL, row)
    alike.keep(session, check, verdict)
    spelling.keep(session, {word for one, _ in about for word in plain(one).split()})


def token(kind: str, slug: str) -> str:
    """What a check is found under, as a word that nobody writes."""
    return "u" + sha256(f"{kind}:{slug}".encode()).hexdigest()[:20]


def about_words(texts: Iterable[tuple[str | None, str | None]]) -> str:
    """The stems of texts in their languages, and between two a word that nobody writes, so that no phrase is found across, and each
    is known by its place."""
    return f" {FENCE} ".join(" ".join(stems((one or "")[:LONGEST], language)) for one, language in texts)


def _topics_here(tags: Iterable[str], written_in: str | None) -> str:
    """Topics as the site's language cuts them, behind the same as the check's: a desk writes them in one language for all."""
    here = sites.here().language
    if not written_in or here.partition("-")[0] == written_in.partition("-")[0]:
        return ""
    return "".join(f" {one}" for one in stems(" ".join(tags)[:LONGEST], here))


def _body(verdict: VerdictApproved) -> Iterator[str]:
    """What readers can read, and no more: who asks for an address inside would learn by a hit that it stands there."""
    yield from filter(None, (verdict.summary, to_text(verdict.text[:LONGEST]), verdict.unknown, verdict.change))
    for one in verdict.claim.statements:
        yield from filter(None, (one.speaker and one.speaker.name, one.quote, one.paraphrase))
    for source in verdict.evidence:
        yield from filter(None, (source.title, source.publisher, source.quote))
