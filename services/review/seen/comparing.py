"""Each claim that is new or worded anew is compared with what is known, in an errand: the models take their time.

What was found stays until somebody decides. A claim that is compared again keeps what was decided: what was refused is not
suggested again, however likely it seems.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from sqlalchemy import literal_column, update
from sqlmodel import Session, col, func, select

from services.review import history
from services.review.models import CASE, CHECK, Case, EarlierCheck, Match
from services.review.seen.index import AT_ONCE, asked_of, asked_of_check, index, put_cases, put_checks
from services.review.service import reading, transaction
from shared.clock import now
from shared.db import is_one_of
from shared.errands import Errand
from shared.matching import Answer, Found, Weights
from shared.matching.errors import Silent
from shared.matching.weights import DIFFERENCES

log = logging.getLogger(__name__)

ANEW, BY_WORDS = 1, 2  # why a case waits: it is new or changed, or the models did not answer when it was compared
HARDLY, LEAST = "hardly", 0.005  # shown apart; less likely than so it is not worth keeping
KEPT = 5  # candidates of a case
GATHERED = 20  # of which some are merged into others, or are its own
LOOKED_BACK = 100  # new fact-checks of others' in one go; beyond that every open case is compared again
MOST_OPEN = 5_000  # that are compared again then, the newest


class Compare(Errand):
    """Index what is new or has changed, and compare it."""

    topic: ClassVar[str] = "compare"
    job: ClassVar[str] = "services.review.errands.compare"


class Looked(NamedTuple):
    """What was found for a case: by what it stands for now, the likeliest first; and newer open cases that may repeat it."""

    answer: Answer
    kept: Mapping[UUID, Found]
    newer: Sequence[UUID]


def order(session: Session) -> None:
    """Have an errand compare what was not compared yet, unless one is at it or there is nothing."""
    waiting = (select(model.id).where(_waits(model)).limit(1) for model in (Case, EarlierCheck))
    if any(session.exec(one).first() for one in waiting) or index.waits(session):
        index.order(session, Compare())


def compare_all() -> None:
    """Index what waits, have the models read it, and look for what each open claim may repeat."""
    checks = _index_checks()
    _index_cases()
    _encode()
    _look_back(checks)
    _compare_waiting(ANEW)
    _compare_waiting(BY_WORDS)


def compare_again(session: Session) -> None:
    """Have the newest open claims compared again, whatever was found before."""
    newest = select(Case.id).where(Case.state == "unverified").order_by(col(Case.id).desc()).limit(MOST_OPEN)
    history.take_turn(session)  # as the verbs do, who lock several cases, too
    session.execute(update(Case).where(col(Case.id).in_(newest.subquery().select())).values(to_compare=ANEW))


def count_open(session: Session, case: Case) -> None:
    """Note how many candidates are surely the same and wait for somebody's decision."""
    session.flush()
    chosen = select(func.count()).select_from(Match).where(Match.case_id == case.id, Match.state == "open")
    case.seen_before = session.exec(chosen.where(Match.says == "surely")).one()
    session.add(case)


def _index_checks() -> list[UUID]:
    """Index the fact-checks that wait, and let go of what was removed. Returns those that are there."""
    found: list[UUID] = []
    while True:
        with transaction() as session:
            waiting = select(EarlierCheck).where(_waits(EarlierCheck)).order_by(col(EarlierCheck.id)).limit(AT_ONCE)
            some = session.exec(waiting.with_for_update()).all()
            put_checks(session, some)
            for one in some:
                one.to_compare = 0
            found += [one.id for one in some if not one.removed]
            gone = [one.id for one in some if one.removed]
        for check_id in gone:
            _let_go(check_id)
        if len(some) < AT_ONCE:
            return found


def _let_go(check_id: UUID) -> None:
    """A fact-check was removed: nobody has to decide about it any more."""
    with transaction() as session:
        history.take_turn(session)  # as the verbs do, who lock several cases, too
        chosen = select(Match).where(Match.subject == check_id, Match.kind == CHECK, Match.state == "open")
        for one in session.exec(chosen).all():
            session.delete(one)
            count_open(session, session.get_one(Case, one.case_id, with_for_update=True))


def _index_cases() -> None:
    """Index the cases that wait. Those that nobody works on any more are compared with nothing; the others wait on."""
    last = UUID(int=0)
    while some := _waiting(last, ANEW):
        with transaction() as session:
            cases = session.exec(select(Case).where(col(Case.id).in_(some))).all()
            put_cases(session, cases)
            done = [(one.id, one.version) for one in cases if not _is_open(one)]
        if done:
            with transaction() as session:
                history.take_turn(session)
                as_seen = is_one_of((col(Case.id), col(Case.version)), done)
                session.execute(update(Case).where(as_seen).values(to_compare=0))
        last = some[-1]


def _encode() -> None:
    """Have the models read what they have not read. If they don't answer, what there is has to do."""
    if not index.encoder.models:
        return
    try:
        while index.encode_some():
            pass
    except Silent:
        pass  # of which the log has been told
    except Exception:  # whatever a model, its package or its process raises
        log.exception("texts wait for the models")


def _look_back(checks: Sequence[UUID]) -> None:
    """Have the open claims compared again that new fact-checks may speak of."""
    if len(checks) > LOOKED_BACK:
        with transaction() as session:
            compare_again(session)
        return
    for check_id in checks:
        with reading() as session:
            answer = index.match(session, asked_of_check(session.get_one(EarlierCheck, check_id)), GATHERED)
        likely = [
            one.subject for one in answer.found if one.kind == CASE and one.likelihood >= answer.weights.suggest / 2
        ]
        if likely:
            with transaction() as session:
                history.take_turn(session)
                open_ones = (col(Case.id).in_(likely), col(Case.state) == "unverified")
                session.execute(update(Case).where(*open_ones).values(to_compare=ANEW))


def _compare_waiting(what: int) -> None:
    last = UUID(int=0)
    while some := _waiting(last, what):
        for case_id in some:
            if not _compare(case_id) and what == BY_WORDS:
                return  # the models still don't answer
        last = some[-1]


def _compare(case_id: UUID) -> bool:
    """Look for what a case may repeat. Returns whether it was looked for by all signs that there should be."""
    with reading() as session:
        case = session.get_one(Case, case_id)
        version, is_open = case.version, _is_open(case)
        found = _look(session, case) if is_open else None
    with transaction() as session:
        case = session.get_one(Case, case_id, with_for_update=True)
        if found:
            _keep(session, case, found)
        if case.version == version:
            put_cases(session, [case])  # it may have come, or been worded anew, after the others were indexed
            case.to_compare = BY_WORDS if found and found.answer.note else 0
            session.add(case)
    for newer in found.newer if found else ():
        with transaction() as session:
            mine = (col(Case.id) == newer, col(Case.state) == "unverified")
            session.execute(update(Case).where(*mine).values(to_compare=ANEW))
    return not (found and found.answer.note)


def _look(session: Session, case: Case) -> Looked:
    same = session.exec(select(Case.id).where(Case.merged_into == case.id)).all()
    own = frozenset({case.id, *same})
    answer = index.match(session, asked_of(case, own), GATHERED)
    ids = [one.subject for one in answer.found if one.kind == CASE]
    others = {one.id: one for one in session.exec(select(Case).where(col(Case.id).in_(ids)))}
    told = select(Match.case_id, Match.state).where(col(Match.case_id).in_(ids), Match.subject == case.id)
    known = dict(session.exec(told).all())  # what was found the other way round
    kept: dict[UUID, Found] = {}
    newer: list[UUID] = []
    for one in answer.found:
        other = others.get(one.subject) if one.kind == CASE else None
        stands_for = other.merged_into or other.id if other else one.subject
        if stands_for in own or known.get(stands_for) == "refused" or (one.kind == CASE and other is None):
            continue
        if other and other.test != case.test:
            continue  # a try can't be merged with what is none
        if other and other.merged_into is None and _is_open(other) and other.id > case.id:
            if other.id not in known and one.likelihood >= answer.weights.suggest:
                newer.append(other.id)
            continue  # of two open ones the newer repeats the older
        kept.setdefault(stands_for, one)
    return Looked(answer, kept, newer)


def _keep(session: Session, case: Case, looked: Looked) -> None:
    """Write down what was found. What somebody decided stands."""
    by = looked.answer.weights
    best = [
        (subject, one) for subject, one in looked.kept.items() if one.likelihood >= LEAST or _says(one, by) != HARDLY
    ][:KEPT]
    known = {(one.kind, one.subject): one for one in session.exec(select(Match).where(Match.case_id == case.id))}
    for subject, one in best:
        match, told = known.pop((one.kind, subject), None), _as_found(one, looked.answer)
        if match is None:
            session.add(Match(case_id=case.id, kind=one.kind, subject=subject, **told))
        elif match.state == "open":
            session.add(match.sqlmodel_update(told))
    for match in known.values():
        if match.state == "open":
            session.delete(match)
    count_open(session, case)


def _as_found(one: Found, answer: Answer) -> dict[str, Any]:
    return {
        "method": answer.method,
        "score": one.score,
        "likelihood": one.likelihood,
        "says": _says(one, answer.weights),
        "signs": {name: round(float(value), 5) for name, value in one.signs.items()},
        "differs": [difference._asdict() for difference in one.differs],
        "shared": list(one.shared),
        "found_at": now(),
    }


def _says(one: Found, by: Weights) -> str:
    """How likely it says the same, in a word. What would, were it not for a number, a name or a denial, is to be seen as well."""
    if one.likelihood >= by.suggest:
        return "surely" if one.likelihood >= by.sure else "perhaps"
    alike = {name: value for name, value in one.signs.items() if name not in DIFFERENCES}
    return "differs" if one.differs and by.likelihood(alike, 0.0) >= by.suggest else HARDLY


def _is_open(case: Case) -> bool:
    """Whether somebody could still say that it is the same as another."""
    return case.state == "unverified" and case.merged_into is None and not case.published_revision


def _waiting(after: UUID, what: int) -> Sequence[UUID]:
    with reading() as session:
        chosen = select(Case.id).where(_waits(Case), Case.to_compare == what, col(Case.id) > after)
        return session.exec(chosen.order_by(col(Case.id)).limit(AT_ONCE)).all()


def _waits(model: type[Case | EarlierCheck]) -> Any:
    return col(model.to_compare) > literal_column("0")  # as the index has it, for it to be used
