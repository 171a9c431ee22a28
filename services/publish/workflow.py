"""What can happen on the public record: a verdict is published, or the desk's work on it moves.

Every verb locks the claim's check first, so that news of one claim is applied in a row; then the page is rendered
from the current revision and what is known, never from the message at hand. Order and repeats of messages
therefore don't matter.
"""

import gzip
from base64 import b64decode
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import Session, col, select

from services.publish import (
    cards,
    changes,
    filing,
    listing,
    material,
    neighbours,
    places,
    rendering,
    scales,
    sites,
    telling,
)
from services.publish.models import (
    Check,
    Facet,
    HistoryHead,
    NewPage,
    Outbox,
    Policy,
    PublicFile,
    Revision,
)
from services.publish.rendering.links import slug_of
from services.publish.settings import Site
from shared.clock import now
from shared.contracts import (
    ROUTES,
    CaseMoved,
    CorrectionsUrged,
    HistoryHeadNoted,
    NoticePosted,
    NoticePublished,
    PolicyPosted,
    Rating,
    VerdictApproved,
    VerdictPublished,
)
from shared.outbox import tell

TO_DESK = tuple(receiver for receiver in ROUTES[VerdictPublished] if receiver.queue == "review")


def publish(session: Session, message: VerdictApproved) -> Check:
    """Keep this revision of a verdict; show it if it is the newest; tell that it can be read.

    A revision is kept as it first arrived. One that comes late is kept as superseded and never replaces a newer one.
    A repeat tells once more, so that an answer that was lost on the way comes after all. Another text under a number that readers
    have is from a desk that was restored and does not know of it: it changes nothing, and the desk is told all that readers read.
    """
    check = places.lock(session, message.claim_id)
    is_new = check.position is None  # in no list, and under no words
    revision = session.get(Revision, (message.claim_id, message.revision))
    scale = scales.hold(session, message.desk)  # held until the end: the session forgets what nobody holds
    if revision is None:
        rating = scales.as_known(scale, message.rating)
        if message.revision > check.revision:
            former = check.path
            shelves = _make_current(session, check, message, rating, is_new=is_new)
            telling.tell_hub(session, check)
            if not is_new:  # else nobody names it yet
                neighbours.tell(session, check, former, shelves)
        revision = _keep(session, message, rating, sites.numbered(check.site))
        changes.note(session, check, message.kind, message.revision)
        others = _render(session, check, is_new=is_new)
        if message.revision == check.revision:
            for other in others:
                _render(session, places.lock(session, other.claim_id))
    if revision.verdict.approved_at == message.approved_at:
        _tell_published(session, check, revision, scale.revision if scale else 0)
    else:
        tell_whole(session, check)
    return check


def post_notice(session: Session, message: NoticePosted) -> Check:
    """Show readers that a claim is reported and not verified, at the address at which its verdict will stand; or that this was
    taken back. A verdict that is there already stays: then the notice is told of in its history alone."""
    check = places.lock(session, message.claim_id)
    if message.revision > check.notice_revision:
        check.notice_revision, check.notice = message.revision, message.model_dump(mode="json")
        check.notice_at = check.notice_at or now()
        check.test = message.claim.test
        if check.path is None:
            _find_home(check, message)
            places.lock_all(session)
            places.give_path(session, check, message.headline, check.notice_at)
        session.add(check)
        session.flush()
        changes.note(session, check, "notice" if message.stands else "notice_withdrawn", message.revision)
        _render(session, check)
    is_ours = (
        check.posted is not None and check.posted.as_of == message.as_of
    )  # else the desk was restored, and forgot ours
    tell_notice_published(session, check, whole=not is_ours)
    return check


def note_case_moved(session: Session, message: CaseMoved) -> Check:
    """Review told where the case stands. Older news than what is known changes nothing."""
    check = places.lock(session, message.claim_id)
    if message.revision <= check.case_revision:
        return check
    was_rechecking = check.is_rechecking
    check.case_revision = message.revision
    check.case_state = message.state
    check.case_verdict_revision = message.verdict_revision
    if not was_rechecking:
        check.rechecking_since = message.moved_at
    session.add(check)
    if check.is_rechecking != was_rechecking:
        changes.note(session, check, "rechecking" if check.is_rechecking else "settled", check.revision)
    if check.is_rechecking != was_rechecking or (check.notice and not check.revision):
        _render(session, check)
    return check


def note_urged(session: Session, message: CorrectionsUrged) -> Check:
    """Show readers who was asked to correct the claim and what came of it. Older news than what is known changes nothing."""
    check = places.lock(session, message.claim_id)
    if message.revision > check.urged_revision:
        check.urged_revision, check.urged = message.revision, message.model_dump(mode="json")
        session.add(check)
        session.flush()
        _render(session, check)
    return check


def note_history_head(session: Session, message: HistoryHeadNoted) -> HistoryHead:
    """Keep how long the desk's history is, for anybody to note: what came before can't be changed then without being found out."""
    found = session.get(HistoryHead, message.revision)
    if found is None:
        found = HistoryHead(entries=message.revision, hash=message.hash, noted_at=message.noted_at)
    if found.stamp is None and found.hash == message.hash and message.stamp:
        found.authority, found.stamped_at, found.stamp = message.authority, message.stamped_at, b64decode(message.stamp)
    session.add(found)
    return found


def post_policy(session: Session, message: PolicyPosted) -> None:
    """Keep a page on how the newsroom works, in every revision. A repeat changes nothing; readers see the newest."""
    kept = Policy.model_validate(message.model_dump())
    if session.get(Policy, (kept.name, kept.language, kept.revision)) is None:
        session.add(kept)


def render_again(session: Session, claim_id: UUID) -> None:
    """Render a page anew from its current revision, after something that it shows has changed."""
    check = places.lock(session, claim_id)
    if check.revision:
        places.lock_all(session)
        _file(session, check, session.get_one(Revision, (claim_id, check.revision)).shown)
    _render(session, check)


def show_again(session: Session, claim_id: UUID) -> None:
    """Make a page anew that names another check, which changed. What lists, feeds and the search know of it stays as it is."""
    check = places.lock(session, claim_id)
    [made_from] = material.gather(session, [check])
    if (page := made_from.page()) is not None:
        _put_up(session, check, page)


def file_again(session: Session, claim_id: UUID) -> None:
    """Write anew what lists, feeds and the search know of a published check, after a change of what they are to know."""
    check = places.lock(session, claim_id)
    places.lock_all(session)
    _file(session, check, session.get_one(Revision, (claim_id, check.revision)).shown)
    with sites.at(check.site):
        listing.keep(session, check, material.revisions_of(session, claim_id))


def rename(session: Session, claim_ids: Sequence[UUID], looks: scales.Looks) -> None:
    """Have lists, feeds and data call the ratings of these checks, in every revision, as their desks call them now, and tell
    those who follow the record or sent the claims in. Pages are made from that afterwards."""
    chosen = select(Check).options(*material.WITHOUT_PAGES).where(col(Check.claim_id).in_(claim_ids))
    checks = session.exec(chosen.order_by(col(Check.claim_id)).with_for_update()).all()
    by_id = {check.claim_id: check for check in checks}
    for one in session.exec(select(Revision).where(col(Revision.claim_id).in_(claim_ids))):
        check, rating = by_id[one.claim_id], looks.of(one.verdict.desk, one.rating)
        if rating == one.rating:
            continue
        one.rating_label, one.rating_look, one.rating_meaning = rating.label, rating.look, rating.meaning
        one.rating_words = words = _words_of(rating)
        session.add(one)
        if one.revision == check.revision:
            check.rating_label, check.rating_look, check.rating_words = rating.label, rating.look, words
            session.add(check)
            if check.kind != "retraction":  # of which no rating is told
                changes.note(session, check, "renamed", check.revision)
            tell_published(session, check, one)
            kind = sites.own("rating", sites.numbered(check.site))
            if facet := session.get(Facet, (check.claim_id, kind, slug_of(rating.slug))):
                with sites.at(check.site):
                    facet.label = listing.rating_here(check)
                session.add(facet)


def rename_shelves(session: Session, looks: scales.Looks) -> None:
    """Call the lists of these ratings, on each site, as the newest checks that stand there are called now. It is the last step of
    a renaming: who follows the feeds by the hub is told."""
    places.lock_all(session)
    for site in sites.every().values():
        with sites.at(site.number):
            filing.name_ratings(session, [slug_of(slug) for slug in looks.slugs])
        telling.tell_hub_of(session, site.number)


def tell_published(session: Session, check: Check, revision: Revision) -> None:
    """Tell that this revision can be read, and what its rating is called now."""
    _tell_published(session, check, revision, scales.revision_of(session, revision.verdict.desk))


def tell_whole(session: Session, check: Check, *revisions: Revision) -> None:
    """Tell the desk all of these revisions, or of all that readers can read, with what it has to know if it lost them."""
    for revision in revisions or material.revisions_of(session, check.claim_id):
        message = _published(check, revision, scales.revision_of(session, revision.verdict.desk))
        whole = {"verdict": revision.verdict, "case_revision": check.case_revision}
        tell(session, Outbox, message.model_copy(update=whole), TO_DESK)


def _tell_published(session: Session, check: Check, revision: Revision, scale_revision: int) -> None:
    tell(session, Outbox, _published(check, revision, scale_revision), ROUTES[VerdictPublished])


def _published(check: Check, revision: Revision, scale_revision: int) -> VerdictPublished:
    verdict = revision.verdict
    return VerdictPublished(
        claim_id=check.claim_id,
        revision=verdict.revision,
        kind=verdict.kind,
        change=verdict.change,
        url=rendering.address(check),
        rating=revision.rating,
        headline=verdict.headline,
        summary=verdict.summary,
        published_at=revision.published_at,
        scale_revision=scale_revision,
        approved_at=verdict.approved_at,
    )


def tell_notice_published(session: Session, check: Check, *, whole: bool = False) -> None:
    """Tell where readers read the newest notice; or all of it, for a desk that may have lost it."""
    message = NoticePublished(
        claim_id=check.claim_id, revision=check.notice_revision, url=rendering.address(check), published_at=now()
    )
    if whole:
        message = message.model_copy(update={"notice": check.posted, "case_revision": check.case_revision})
    tell(session, Outbox, message, ROUTES[NoticePublished])


def _make_current(
    session: Session, check: Check, message: VerdictApproved, rating: Rating, *, is_new: bool
) -> set[filing.Place]:
    """Returns the shelves on which it stands, or stood."""
    places.lock_all(session)
    check.updated_at = now()
    if check.first_published_at is None:
        check.first_published_at = check.updated_at
        check.test = message.claim.test
        with session.no_autoflush:  # it is written when all of it is known, not at each question
            if check.path is None:
                _find_home(check, message)
                places.give_path(session, check, message.headline, check.updated_at)
            places.give_place(session, check)
    elif message.kind == "correction" and message.headline != check.headline:
        places.move(session, check, message.headline)
    check.revision = message.revision
    check.kind = message.kind
    check.change = message.change
    check.headline = message.headline
    check.summary = message.summary
    check.rating_slug, check.rating_label, check.rating_look = rating.slug, rating.label, rating.look
    check.rating_words = _words_of(rating)
    check.claim_text = message.claim.text
    check.claimant = message.claim.claimant.name if message.claim.claimant else None
    check.language = message.claim.language
    check.written_in = message.language
    check.translation_of = message.translation_of
    session.add(check)
    return _file(session, check, message.model_copy(update={"rating": rating}), is_new=is_new)


def _words_of(rating: Rating) -> dict[str, Any]:
    return {tag: own.model_dump(mode="json") for tag, own in rating.words.items()}


def _keep(session: Session, message: VerdictApproved, rating: Rating, site: Site) -> Revision:
    revision = Revision(
        claim_id=message.claim_id,
        revision=message.revision,
        kind=message.kind,
        change=message.change,
        headline=message.headline,
        rating_slug=rating.slug,
        rating_label=rating.label,
        rating_look=rating.look,
        rating_meaning=rating.meaning,
        rating_words=_words_of(rating),
        published_at=now(),
        snapshot=message.model_dump(mode="json"),
    )
    if message.revision > 1 and not message.claim.test:
        revision.correction_number = places.next_number(session, "corrections", site)
    session.add(revision)
    for one in message.evidence:
        if one.file is not None:
            about = one.file.model_dump(include={"sha256", "name", "media_type"})
            session.merge(PublicFile(claim_id=message.claim_id, **about))
    session.flush()
    return revision


def _render(session: Session, check: Check, *, is_new: bool = False) -> Sequence[Check]:
    """Make the page that readers are to see, if any, and write down with it what lists and machines know of the check. Returns the
    checks that say the same in other languages, whose pages lead to it."""
    [made_from] = material.gather(session, [check])
    with sites.at(check.site):
        if check.revision:
            listing.keep(session, check, made_from.revisions, is_new=is_new)
        page = made_from.page()
        if page is not None:
            _put_up(session, check, page)
            cards.order_cards(session, [check])
    return made_from.others


def _put_up(session: Session, check: Check, page: bytes) -> None:
    had_page = check.etag is not None
    check.etag, check.page, check.page_gzip = rendering.etag(page), page, gzip.compress(page, mtime=0)
    session.add(check)
    if had_page:
        session.execute(delete(NewPage).where(col(NewPage.claim_id) == check.claim_id))  # which is older


def _find_home(check: Check, message: VerdictApproved | NoticePosted) -> None:
    """The site at which it stays, as long as it stands."""
    language = (message.language if isinstance(message, VerdictApproved) else None) or message.claim.language
    check.site = sites.home_of(message.desk, message.claim.tags, language).number


def _file(session: Session, check: Check, verdict: VerdictApproved, *, is_new: bool = False) -> set[filing.Place]:
    """Whoever calls holds the lock on all checks, so that shelves are filled in a row. Returns those where it stands, or stood."""
    check.filed_by = listing.version()  # of which the rest is written with the page
    with sites.at(check.site):
        return filing.put_on_shelves(session, check, verdict, is_new=is_new)
