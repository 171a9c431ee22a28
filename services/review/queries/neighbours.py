"""What stands near a case: claims that say the same or may, that are of the same story, others' fact-checks, and what the desk
holds of its sources."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, String, Uuid, any_, bindparam, case, column, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from services.review import words
from services.review.models import (
    EARLIER_TABLE,
    Case,
    EarlierCheck,
    Judgement,
    Match,
    Opinion,
    PageViews,
    ReasonVote,
    Remark,
    Statement,
    TimeStamp,
    Verdict,
)
from shared.gathering import Gathering

MOST_SIMILAR, MOST_SIBLINGS, MOST_EARLIER, MOST_REPEATS, MOST_REMARKS = 8, 50, 5, 20, 5
SUGGESTED = ("surely", "perhaps")
DECISIONS = ("surely_right", "surely", "perhaps_right", "perhaps")
COUNTED = 500  # decisions, the newest
MOST_TEXTS = 200  # the newest in which the words stand
NOTHING = '""'  # in SQLite's words


@dataclass(frozen=True)
class Neighbours:
    """Of one case. `similar` and `earlier` are found by its longest words: whoever reads them decides."""

    merged_into: Sequence[Case]
    merged: Sequence[Case]
    similar: Sequence[Case]
    siblings: Sequence[Case]
    elsewhere: Sequence[Statement]  # on other cases, the same utterances as on this one
    there: Sequence[Case]  # those cases
    earlier: Sequence[EarlierCheck]
    matches: Sequence[Match]  # what was found by comparing, and is likely enough to be shown or was decided
    matched: Sequence[Case]
    matched_verdicts: Sequence[Verdict]
    matched_checks: Sequence[EarlierCheck]
    repeats: Sequence[Case]  # open ones that are perhaps the same as this one: it is decided there
    judgements: Sequence[Judgement]  # what stands of its sources
    timestamps: Sequence[TimeStamp]  # of their copies, and of the files
    decided: Sequence[
        Mapping[str, int]
    ]  # one: see `count_decisions`; it counts nothing if nothing was found by comparing
    votes: Sequence[ReasonVote]  # on the reasons for which it was sent in
    reach: Sequence[Mapping[str, Any]]  # one: schemas.ReachOut; of nothing if nobody was counted
    opinions: Sequence[Opinion]  # of readers, by revision
    remarks: Sequence[Remark]  # of readers, the newest that nobody has put aside
    remarks_counted: Sequence[Mapping[str, int]]  # one: how many are `waiting`, and how many were `put_aside`


def find_neighbours(session: Session, case: Case, sources: Sequence[str], copies: Sequence[str]) -> Neighbours:
    """By one statement. `sources` are the keys by which judgements on them are found, `copies` the SHA-256 of theirs and of the
    files."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    telling = words.as_asked(session, words.telling_words(case.text)) or (NOTHING if is_sqlite else "")
    found = _around(is_sqlite).read(
        session,
        case_id=case.id,
        merged_into=case.merged_into,
        story_key=case.story_key,
        words=telling,
        sources=json.dumps(sources) if is_sqlite else list(sources),
        copies=json.dumps(copies) if is_sqlite else list(copies),
    )
    for name in ("similar", "earlier"):
        found[name].reverse()  # the newest first
    return Neighbours(**found)


def count_decisions(*where: Any) -> Any:
    """How often what was suggested was right, surely or perhaps, among the newest decisions at the desk. Tries don't count."""
    decided = (
        sql_select(col(Match.says), col(Match.state))
        .join(Case, col(Case.id) == Match.case_id)
        .where(col(Match.decided_at).is_not(None), col(Match.says).in_(SUGGESTED), col(Case.test).is_(False), *where)
    )
    newest: Any = decided.order_by(col(Match.decided_at).desc()).limit(COUNTED).subquery()
    surely, right = newest.c.says == "surely", newest.c.state == "accepted"
    holds = (surely & right, surely, ~surely & right, ~surely)
    counts: list[Any] = [func.count(case((one, 1))).label(name) for name, one in zip(DECISIONS, holds, strict=True)]
    return sql_select(*counts)


@cache
def _around(is_sqlite: bool) -> Gathering:
    this = bindparam("case_id", type_=Uuid())
    mine = select(Statement.utterance_id).where(Statement.case_id == this)
    elsewhere = (
        col(Statement.utterance_id).in_(mine), Statement.case_id != this, col(Statement.struck_at).is_(None)
    )  # fmt: skip
    similar = _ids(words.texts_with(is_sqlite, MOST_TEXTS))
    earlier = _ids(words.texts_with(is_sqlite, MOST_EARLIER * 4, EARLIER_TABLE))
    matches = (Match.case_id == this,)
    matched = select(Match.subject).where(*matches)
    repeats = select(Match.case_id).where(Match.subject == this, Match.state == "open", col(Match.says).in_(SUGGESTED))
    return Gathering(
        merged_into=select(Case).where(Case.id == bindparam("merged_into")),
        merged=select(Case).where(Case.merged_into == this),
        similar=select(Case)
        .where(col(Case.id).in_(similar), Case.id != this, col(Case.merged_into).is_(None))
        .order_by(col(Case.id).desc())
        .limit(MOST_SIMILAR),
        siblings=select(Case)
        .where(Case.story_key == bindparam("story_key"), Case.id != this)
        .order_by(col(Case.id))
        .limit(MOST_SIBLINGS),
        elsewhere=select(Statement).where(*elsewhere),
        there=select(Case).where(col(Case.id).in_(select(Statement.case_id).where(*elsewhere))),
        earlier=select(EarlierCheck)
        .where(col(EarlierCheck.id).in_(earlier), col(EarlierCheck.removed).is_(False))
        .order_by(col(EarlierCheck.id).desc())
        .limit(MOST_EARLIER),
        matches=select(Match).where(*matches),
        matched=select(Case).where(col(Case.id).in_(matched)),
        matched_verdicts=select(Verdict).where(col(Verdict.case_id).in_(matched)),
        matched_checks=select(EarlierCheck).where(
            col(EarlierCheck.id).in_(matched), col(EarlierCheck.removed).is_(False)
        ),
        repeats=select(Case)
        .where(col(Case.id).in_(repeats), Case.state == "unverified")
        .order_by(col(Case.id))
        .limit(MOST_REPEATS),
        judgements=select(Judgement).where(
            _is_among(is_sqlite, Judgement.key, "sources"), col(Judgement.replaced_at).is_(None)
        ),
        timestamps=select(TimeStamp).where(TimeStamp.kind != "head", _is_among(is_sqlite, TimeStamp.stamped, "copies")),
        decided=count_decisions(select(Match.id).where(*matches).exists()),
        votes=select(ReasonVote).where(ReasonVote.case_id == this),
        reach=sql_select(
            func.sum(PageViews.pages).label("pages"),
            func.sum(PageViews.frames).label("frames"),
            func.max(PageViews.day).label("until"),
        ).where(col(PageViews.case_id) == this),
        opinions=select(Opinion).where(Opinion.case_id == this),
        remarks=select(Remark)
        .where(Remark.case_id == this, col(Remark.aside).is_(None))
        .order_by(col(Remark.id).desc())
        .limit(MOST_REMARKS),
        remarks_counted=sql_select(
            (func.count() - func.count(col(Remark.aside))).label("waiting"),
            func.count(col(Remark.aside)).label("put_aside"),
        ).where(col(Remark.case_id) == this),
    )


def _is_among(is_sqlite: bool, value: Any, name: str) -> Any:
    """As many as there are, by one parameter: so the statement is the same for every case."""
    if is_sqlite:
        keys = func.json_each(bindparam(name, type_=String())).table_valued("value")
        return col(value).in_(sql_select(keys.c.value))
    return col(value) == any_(bindparam(name, type_=ARRAY(String())))


def _ids(texts: Any) -> Any:
    return texts.columns(column("case_id", Uuid())).subquery().select()
