"""Telling people: who is told what, and by which way they chose.

What is told in the page is a row, written with the act that it is about. What goes by mail or chat is an errand in the same
transaction; it takes all that is still to be told to a person, so that ten acts within a minute make one mail.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, true, update
from sqlmodel import Session, col, select

from services.review.models import Case, Desk, DeskRole, Dispute, Hand, Notification, NotificationChoice, Outbox, Person
from services.review.schemas import USUAL_WAYS, ChoicesIn, NotificationKind, Way
from services.review.service import service
from shared import errands
from shared.clock import new_id, now
from shared.db import insert_if_absent
from shared.errands import Errand

# What follows meanwhile goes into the same mail, and what is read in the page into none.
AFTER: dict[str, timedelta] = {"mail": timedelta(seconds=45), "chat": timedelta(seconds=3)}
KEPT = timedelta(days=90)
MENTION = re.compile(r"(?<![\w@.])@([\w][\w.+-]*[\w]|\w)(@[\w.-]*\w)?")
MOST_LETTERS = 300
FOR_MANY = frozenset({"editors", "desk"})  # all editors, and everybody
ASKED_AT_ONCE = 200  # names; SQLite takes no condition of more than a thousand parts
UTC = ZoneInfo("UTC")


class Tell(Errand):
    """Tell a person by one way what is still to be told."""

    topic: ClassVar[str] = "tell"
    job: ClassVar[str] = "services.review.errands.tell"
    person_id: UUID
    way: Way


class Digest(Errand):
    """Send a person their summary of the day."""

    topic: ClassVar[str] = "digest"
    job: ClassVar[str] = "services.review.errands.digest"
    person_id: UUID


def settle(session: Session, about_it: Case | Desk | Dispute, kind: NotificationKind) -> None:
    """What this is about is done, by whomever: nobody has to look at it any more, or is told of it by mail."""
    by_what = {Case: Notification.case_id, Desk: Notification.desk_id, Dispute: Notification.dispute_id}
    its: Any = by_what[type(about_it)]
    about = (col(its) == about_it.id, col(Notification.kind) == kind, col(Notification.read_at).is_(None))
    session.execute(update(Notification).where(*about).values(read_at=now()))


def take_back(session: Session, case: Case, kind: NotificationKind, still: Collection[UUID]) -> None:
    """It waits for these people alone: from others who have not read it yet it is taken back, and they are told anew if it comes
    to them again."""
    about = (col(Notification.case_id) == case.id, col(Notification.kind) == kind, col(Notification.read_at).is_(None))
    session.execute(delete(Notification).where(*about, col(Notification.person_id).not_in(still)))


def notify(
    session: Session,
    kind: NotificationKind,
    to: Collection[UUID | None],
    about: Case | Desk,
    by: Person | None = None,
    words: str | Callable[[ZoneInfo], str] = "",
    once: str | None = None,
    dispute_id: UUID | None = None,
) -> None:
    """Tell people something about a case, about a challenge to its verdict, or about a desk. Nobody is told what they did
    themselves; what has a name in `once` is told once. Words that have a time in them are made for each person's own zone.
    What is about a try is told in the page alone."""
    people = sorted({one for one in to if one is not None and (by is None or one != by.id)})
    if not people:
        return
    choices = list(session.exec(_choices(people)))
    chosen = {one.person_id: USUAL_WAYS | one.ways for one in choices}
    zones = {one.person_id: ZoneInfo(one.digest_zone) for one in choices}
    are_open = frozenset() if isinstance(about, Case) and about.test else ways_open()
    the_same: dict[str, Any] = {
        "kind": kind,
        "case_id": about.id if isinstance(about, Case) else None,
        "desk_id": about.id if isinstance(about, Desk) else None,
        "dispute_id": dispute_id,
        "by_id": by.id if by else None,
        "made_at": now(),
    }
    rows = []
    for person_id in people:
        made, ways = new_id(), chosen.get(person_id, USUAL_WAYS).get(kind, ())
        said = words if isinstance(words, str) else words(zones.get(person_id, UTC))
        own = {"person_id": person_id, "words": said[:MOST_LETTERS], "ways": [way for way in ways if way in are_open]}
        rows.append(the_same | own | {"id": made, "once": once or str(made)})
    session.flush()
    ids = [row["id"] for row in rows]
    session.connection().execute(insert_if_absent(session, Notification), rows)
    told = session.exec(select(Notification).where(col(Notification.id).in_(ids))).all()
    wanted = {Tell(person_id=one.person_id, way=way): now() + AFTER[way] for one in told for way in one.ways}
    waiting = _waiting(session, wanted) if wanted else set()
    errands.order(session, Outbox, service.name, [(one, at) for one, at in wanted.items() if one not in waiting])


def ways_open() -> frozenset[str]:
    """The ways by which people can be told here, beside the page."""
    settings = service.settings
    return frozenset(way for way, given in (("mail", settings.smtp_url), ("chat", settings.chat_webhook_url)) if given)


def mentioned(session: Session, text: str) -> set[UUID]:
    """Who is named in a note: `@ada` by what stands before the @ of an address, `@ada@desk.example` by all of it, `@editors`,
    `@desk` for everybody, `@politics` for those who have a role at the desk with that slug."""
    named = {(found[1] + (found[2] or "")).casefold() for found in MENTION.finditer(text)}
    if not named:
        return set()
    at_desks = select(DeskRole.person_id).join(Desk, col(Desk.id) == DeskRole.desk_id).where(col(Desk.slug).in_(named))
    chosen: list[Any] = [col(Person.id).in_(at_desks)]
    if "editors" in named:
        chosen.append(Person.who_may("editor"))
    if "desk" in named:
        chosen.append(true())
    chosen += [_has_address(name) for name in sorted(named)]
    found: set[UUID] = set()
    for start in range(0, len(chosen), ASKED_AT_ONCE):
        some = or_(*chosen[start : start + ASKED_AT_ONCE])
        found |= set(session.exec(select(Person.id).where(Person.active, some)))
    return found


def handles_of(people: Iterable[Person], desks: Iterable[Desk]) -> list[tuple[str, str]]:
    """By what each of these can be named in a note, with their names, in this order: by what stands before the @ of their address,
    or by all of it where that would name others, too. Whoever can't be named so is left out."""
    people = list(people)
    shared = Counter(one.email.partition("@")[0] for one in people) + Counter(FOR_MANY | {one.slug for one in desks})
    found = []
    for one in people:
        short = one.email.partition("@")[0]
        handle = short if shared[short] == 1 else one.email
        if (read := MENTION.fullmatch(f"@{handle}")) and bool(read[2]) == ("@" in handle):
            found.append((handle, one.name))
    return found


def named_in(session: Session, text: str, by: Person) -> tuple[list[str], list[str]]:
    """Of a note that was just written, for whoever wrote it: whom it named, by their names in order, and the names as they were
    written that stand for nobody here."""
    written = {found[0].casefold()[1:]: found[0] for found in MENTION.finditer(text)}
    if not written:
        return [], []
    chosen = select(Person.id, Person.name, Person.email).where(col(Person.id).in_(mentioned(session, text)))
    people = session.exec(chosen.order_by(Person.name, col(Person.id))).all()
    known = set(session.exec(select(Desk.slug).where(col(Desk.slug).in_(sorted(written)))))
    for _, _, address in people:
        known |= {address, address.partition("@")[0]}
    names = [name for person_id, name, _ in people if person_id != by.id]
    return names, [words for name, words in written.items() if name not in known | FOR_MANY]


def _has_address(name: str) -> Any:
    """Whose address this is, or whose stands so before its @."""
    address = col(Person.email)
    return address == name if "@" in name else address.startswith(f"{name}@", autoescape=True)


def editors_for(session: Session, case: Case) -> set[UUID]:
    """The editors who had no hand in the revision that is worked on: those who may approve it."""
    return without_a_hand(session, case, "editor")


def all_editors_for(session: Session, case: Case) -> set[UUID]:
    """The editors of a case, those who had a hand in it among them."""
    return _with_role(session, case, "editor")


def without_a_hand(session: Session, case: Case, role: str) -> set[UUID]:
    """Who has this role for a case, and had no hand in the revision that is worked on."""
    mine = select(Hand.person_id).where(Hand.case_id == case.id, Hand.revision == case.revision)
    hands = set(session.exec(mine))
    return _with_role(session, case, role) - hands


def zone_of(session: Session, person_id: UUID | None) -> ZoneInfo:
    """The time zone in which somebody reads times outside the page: that of their daily mail; UTC until they chose one."""
    chosen = session.get(NotificationChoice, person_id) if person_id else None
    return ZoneInfo(chosen.digest_zone) if chosen else UTC


def choose(session: Session, found: ChoicesIn, by: Person) -> None:
    """Remember how somebody wants to be told from now on."""
    row = {"person_id": by.id, "ways": {}}
    session.connection().execute(insert_if_absent(session, NotificationChoice), [row])
    chosen = session.get_one(NotificationChoice, by.id)
    given = found.model_dump(mode="json")
    chosen.ways = {kind: given["ways"].get(kind, []) for kind in USUAL_WAYS}
    chosen.chat_name = found.chat_name
    chosen.digest_hour, chosen.digest_zone = found.digest_hour, found.digest_zone
    local = now().astimezone(ZoneInfo(found.digest_zone))
    if found.digest_hour is not None and local.hour > found.digest_hour:
        chosen.digest_on = local.date()  # the first one comes tomorrow


def read_notifications(
    session: Session, by: Person, ids: Iterable[UUID] = (), case_id: UUID | None = None, dispute_id: UUID | None = None
) -> None:
    """Note that somebody has read these of theirs, or what is about a case or a challenge; all of them if nothing is said."""
    unread = (col(Notification.person_id) == by.id) & col(Notification.read_at).is_(None)
    ids = list(ids)
    if ids:
        unread &= col(Notification.id).in_(ids)
    if case_id is not None:
        unread &= (col(Notification.case_id) == case_id) & col(Notification.dispute_id).is_(None)
    if dispute_id is not None:
        unread &= col(Notification.dispute_id) == dispute_id
    session.execute(update(Notification).where(unread).values(read_at=now()))


def note_told(session: Session, ids: Collection[UUID], way: str) -> None:
    """Note that these have been told by a way."""
    for one in session.exec(select(Notification).where(col(Notification.id).in_(ids)).with_for_update()):
        one.ways = [other for other in one.ways if other != way]


def order_digests(session: Session) -> None:
    """Order the summaries of those whose hour has come where they are, once a day: later than that if no clock ran then, or if
    the hour was left out that day for summer time to begin."""
    if "mail" not in ways_open():
        return
    wanted = select(NotificationChoice).where(col(NotificationChoice.digest_hour).is_not(None))
    due = []
    for one in session.exec(wanted.order_by(col(NotificationChoice.person_id)).with_for_update()):
        local = now().astimezone(ZoneInfo(one.digest_zone))
        if local.hour >= (one.digest_hour or 0) and one.digest_on != local.date():
            one.digest_on = local.date()
            due.append(Digest(person_id=one.person_id))
    errands.order(session, Outbox, service.name, [(one, None) for one in due])


def tidy_notifications(session: Session) -> None:
    """Forget what was told three months ago."""
    session.execute(delete(Notification).where(col(Notification.made_at) < now() - KEPT))


def _with_role(session: Session, case: Case, role: str) -> set[UUID]:
    """Who `moves.has_role` would say has it, found at once."""
    at_desk = select(DeskRole.person_id).where(
        DeskRole.desk_id == case.desk_id, col(DeskRole.role).in_((role, "editor"))
    )
    either = Person.who_may(role) | col(Person.id).in_(at_desk) if case.desk_id else Person.who_may(role)
    return set(session.exec(select(Person.id).where(Person.active, either)))


def _choices(people: Collection[UUID]) -> Any:
    return select(NotificationChoice).where(col(NotificationChoice.person_id).in_(people))


def _waiting(session: Session, wanted: Iterable[Tell]) -> set[Tell]:
    """Those of these errands that are ordered and not begun: they will tell what is new, too."""
    ordered = select(Outbox.payload).where(
        Outbox.queue == errands.queue_of(service.name),
        Outbox.topic == Tell.topic,
        col(Outbox.due_at) > now(),
        col(Outbox.payload).in_([one.model_dump_json() for one in wanted]),
    )
    return {Tell.model_validate_json(payload) for payload in session.exec(ordered)}
