"""How long each case stood where, and what came of it: tables for figures, filled from the history."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
AT_ONCE = 500  # cases
GIVES_TO_ANOTHER = ("assign", "return", "second differs", "unmerge", "ruled")


def upgrade() -> None:
    op.create_table(
        "case_spans",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("checker_id", sa.Uuid(), nullable=True),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("waited", sa.Float(), nullable=False),
        sa.Column("worked", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_spans_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_spans")),
    )
    op.create_table(
        "case_outcomes",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.Column("stands", sa.Boolean(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("claimant", sa.String(), nullable=True),
        sa.Column("party", sa.String(), nullable=True),
        sa.Column("test", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("revision_kind", sa.String(), nullable=False),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("took", sa.Float(), nullable=True),
        sa.Column("evidence", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("waived", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("named", sa.Integer(), nullable=False),
        sa.Column("unnamed", sa.Integer(), nullable=False),
        sa.Column("says_limits", sa.Boolean(), nullable=False),
        sa.Column("says_interests", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_outcomes_case_id")),
        sa.PrimaryKeyConstraint("case_id", "number", name=op.f("pk_case_outcomes")),
    )
    with op.batch_alter_table("case_reads", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opened_at", MOMENT, nullable=True))
    with op.batch_alter_table("case_tags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_tags_case_id"), ["case_id"], unique=False)
    _fill(op.get_bind())
    is_open, is_left, is_answer = (
        sa.text(one) for one in ("ended_at IS NULL", "left_at IS NOT NULL", "took IS NOT NULL")
    )
    with op.batch_alter_table("case_spans", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_spans_open", ["case_id"], unique=True, postgresql_where=is_open, sqlite_where=is_open
        )
        batch_op.create_index(
            "ix_case_spans_stage", ["stage", "began_at"], postgresql_where=is_open, sqlite_where=is_open
        )
        batch_op.create_index(
            batch_op.f("ix_case_spans_left_at"), ["left_at"], postgresql_where=is_left, sqlite_where=is_left
        )
        batch_op.create_index(batch_op.f("ix_case_spans_ended_at"), ["ended_at"])
    with op.batch_alter_table("case_outcomes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_outcomes_at"), ["at"])
        batch_op.create_index(batch_op.f("ix_case_outcomes_first_at"), ["first_at"])
        batch_op.create_index(
            "ix_case_outcomes_took", ["at", "took"], postgresql_where=is_answer, sqlite_where=is_answer
        )


def downgrade() -> None:
    with op.batch_alter_table("case_tags", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_tags_case_id"))
    with op.batch_alter_table("case_reads", schema=None) as batch_op:
        batch_op.drop_column("opened_at")
    op.drop_table("case_outcomes")
    op.drop_table("case_spans")


def _table(name: str, **columns: Any) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, kind) for column, kind in columns.items()))


CASES = _table(
    "cases", id=sa.Uuid(), state=sa.String(), claim=JSON, described=JSON, tags=JSON, submissions=JSON, desk_id=sa.Uuid(),
    test=sa.Boolean(), received_at=MOMENT, opened_at=MOMENT,
)  # fmt: skip
HISTORY = _table(
    "history", seq=sa.Integer(), at=MOMENT, case_id=sa.Uuid(), person_id=sa.Uuid(), action=sa.String(), details=JSON
)
VERDICTS = _table(
    "verdicts", case_id=sa.Uuid(), revision=sa.Integer(), kind=sa.String(), rating=sa.String(), waiver=sa.Text(),
    unknown=sa.Text(), interests=sa.Text(), checked_by=sa.Uuid(), told=JSON, published_at=MOMENT,
)  # fmt: skip
PEOPLE = _table("people", id=sa.Uuid(), email=sa.String())
SPANS = _table(
    "case_spans", case_id=sa.Uuid(), number=sa.Integer(), state=sa.String(), stage=sa.String(), person_id=sa.Uuid(),
    desk_id=sa.Uuid(), channel=sa.String(), test=sa.Boolean(), revision=sa.Integer(), began_at=MOMENT, ended_at=MOMENT,
    ended_by=sa.String(), left_at=MOMENT, checker_id=sa.Uuid(), rating=sa.String(), waited=sa.Float(), worked=sa.Float(),
)  # fmt: skip
OUTCOMES = _table(
    "case_outcomes", case_id=sa.Uuid(), number=sa.Integer(), kind=sa.String(), at=MOMENT, first_at=MOMENT, stands=sa.Boolean(),
    desk_id=sa.Uuid(), channel=sa.String(), claimant=sa.String(), party=sa.String(), test=sa.Boolean(), person_id=sa.Uuid(),
    revision=sa.Integer(), revision_kind=sa.String(), rating=sa.String(), reason=sa.String(), took=sa.Float(),
    evidence=sa.Integer(), withheld=sa.Integer(), waived=sa.Boolean(), asked=sa.Integer(), named=sa.Integer(),
    unnamed=sa.Integer(), says_limits=sa.Boolean(), says_interests=sa.Boolean(),
)  # fmt: skip


def _fill(connection: sa.Connection) -> None:
    """Walk through the history of every case, some hundred cases at a time."""
    by_email = {email: person_id for person_id, email in connection.execute(sa.select(PEOPLE))}
    last = None
    while True:
        chosen = sa.select(CASES).order_by(CASES.c.id).limit(AT_ONCE)
        cases = connection.execute(chosen if last is None else chosen.where(CASES.c.id > last)).all()
        if not cases:
            return
        last, ids = cases[-1].id, [one.id for one in cases]
        acts, verdicts = defaultdict(list), defaultdict(dict)
        told = sa.select(HISTORY).where(HISTORY.c.case_id.in_(ids)).order_by(HISTORY.c.case_id, HISTORY.c.seq)
        for entry in connection.execute(told):
            acts[entry.case_id].append(entry)
        for verdict in connection.execute(sa.select(VERDICTS).where(VERDICTS.c.case_id.in_(ids))):
            verdicts[verdict.case_id][verdict.revision] = verdict
        walked = [_Walk(case, verdicts[case.id], by_email).along(acts[case.id]) for case in cases]
        for table, rows in ((SPANS, [w.spans for w in walked]), (OUTCOMES, [w.outcomes for w in walked])):
            found = [row for one in rows for row in one]
            if found:
                connection.execute(table.insert(), found)


class _Walk:
    """One case, from its submission on."""

    def __init__(self, case: sa.Row[Any], verdicts: dict[int, sa.Row[Any]], by_email: dict[str, Any]) -> None:
        self._case, self._verdicts, self._by_email = case, verdicts, by_email
        self._channel = case.submissions[0]["newsroom"] if case.submissions else "unknown"
        self._state, self._stage, self._assignee, self._revision = "unverified", "queue", None, 1
        self._given: dict[int, tuple[Any, Any]] = {}  # by revision: who gave the verdict, and which rating
        self.spans: list[dict[str, Any]] = []
        self.outcomes: list[dict[str, Any]] = []
        self._begin(min(case.received_at, case.opened_at), 0.0, 0.0)

    def along(self, acts: Sequence[sa.Row[Any]]) -> "_Walk":
        for entry in acts:
            after = (entry.details or {}).get("after") or {}
            self._note(entry, after)
        return self

    def _note(self, entry: sa.Row[Any], after: dict[str, Any]) -> None:  # noqa: C901
        was, act = self._state, entry.action
        self._state = after.get("state", self._state)
        self._revision = after.get("revision", self._revision)
        if "assignee" in after:
            self._assignee = self._by_email.get(after["assignee"]) if after["assignee"] else None
        elif act in ("reopen", "merge", "unmerge"):
            self._assignee = None
        if act == "check":
            self._given[self._revision] = (entry.person_id, after.get("rating"))
        stage = self._stage_after(entry, after)
        if was != self._state:
            self._note_outcome(entry, was, after)
        running = self._running()
        if running and (running["stage"], running["person_id"]) == (stage, self._person(stage)):
            return
        carried = (0.0, 0.0)
        if running:
            seconds = max(0.0, (entry.at - running["began_at"]).total_seconds())
            running["worked" if running["stage"] == "work" else "waited"] += seconds
            running["ended_at"], running["ended_by"] = entry.at, act
            if was == self._state:
                carried = (running["waited"], running["worked"])
            else:
                running["left_at"] = entry.at
                running["checker_id"], running["rating"] = self._given.get(running["revision"], (None, None))
        self._stage = stage
        if stage:
            self._begin(entry.at, *carried)

    def _stage_after(self, entry: sa.Row[Any], after: dict[str, Any]) -> str | None:
        act = entry.action
        if self._state == "unverified":
            if self._assignee is None:
                return "queue"
            waits = act in GIVES_TO_ANOTHER or self._stage == "handed"
            return "handed" if waits and entry.person_id != self._assignee else "work"
        if self._state != "checked":
            return None
        if act == "check":
            return "approval"
        if act == "approve":
            done, _, needed = (after.get("approvals") or "1 of 1").partition(" of ")
            return self._stage if done != needed else "held" if after.get("held_until") else "site"
        if act in ("schedule", "released") and self._stage in ("held", "site"):
            return "held" if after.get("held_until") else "site"
        return self._stage

    def _note_outcome(self, entry: sa.Row[Any], was: str, after: dict[str, Any]) -> None:
        if was == "closed":
            for one in self.outcomes:
                one["stands"] = one["stands"] and one["kind"] != "closed"
        if self._state == "closed":
            reason = "duplicate" if entry.action == "merge" else after.get("reason")
            self._outcome("closed", entry.at, entry.person_id, reason=reason)
        elif self._state == "published" and entry.action == "published":
            self._published(entry.at)

    def _published(self, at: datetime) -> None:
        verdict = self._verdicts.get(self._revision)
        if verdict is None:
            return
        told = verdict.told or {}
        record = told.get("claim") or self._case.claim
        statements = record.get("statements") or ()
        withheld = len(told.get("withheld") or ())
        self._outcome(
            "published", verdict.published_at or at, verdict.checked_by, revision=verdict.revision, revision_kind=verdict.kind,
            rating=verdict.rating, evidence=len(told.get("evidence") or ()) + withheld, withheld=withheld,
            waived=bool(verdict.waiver), asked=len(record.get("requests_for_comment") or ()),
            named=sum(1 for one in statements if one.get("speaker")), says_limits=bool(verdict.unknown),
            unnamed=sum(1 for one in statements if one.get("unnamed")), says_interests=bool(verdict.interests),
        )  # fmt: skip

    def _outcome(self, kind: str, at: datetime, person_id: Any, **more: Any) -> None:
        case = self._case
        claimant = (case.described or {}).get("claimant") or case.claim.get("claimant") or {}
        tagged = next((tag.removeprefix("party:").strip() for tag in case.tags if tag.startswith("party:")), None)
        answered = any(one["took"] is not None for one in self.outcomes)
        is_answer = not answered and more.get("reason") not in ("duplicate", "submitter_blocked")
        first = next((one["first_at"] for one in self.outcomes if one["kind"] == kind), at)
        for one in self.outcomes:
            one["stands"] = False
        usual = {
            "revision": 1, "revision_kind": "first", "rating": None, "reason": None, "evidence": 0, "withheld": 0,
            "waived": False, "asked": 0, "named": 0, "unnamed": 0, "says_limits": False, "says_interests": False,
        }  # fmt: skip
        row = {
            "case_id": case.id, "number": len(self.outcomes) + 1, "kind": kind, "at": at, "first_at": first, "stands": True,
            "desk_id": case.desk_id, "channel": self._channel, "claimant": claimant.get("name"),
            "party": tagged or claimant.get("organization"), "test": case.test, "person_id": person_id,
            "took": max(0.0, (at - case.received_at).total_seconds()) if is_answer else None,
        }  # fmt: skip
        self.outcomes.append(row | usual | more)

    def _running(self) -> dict[str, Any] | None:
        return self.spans[-1] if self.spans and self.spans[-1]["ended_at"] is None else None

    def _person(self, stage: str | None) -> Any:
        return self._assignee if stage in ("handed", "work") else None

    def _begin(self, at: datetime, waited: float, worked: float) -> None:
        case = self._case
        self.spans.append({
            "case_id": case.id, "number": len(self.spans) + 1, "state": self._state, "stage": self._stage,
            "person_id": self._person(self._stage), "desk_id": case.desk_id, "channel": self._channel, "test": case.test,
            "revision": self._revision, "began_at": at, "ended_at": None, "ended_by": None, "left_at": None,
            "checker_id": None, "rating": None, "waited": waited, "worked": worked,
        })  # fmt: skip
