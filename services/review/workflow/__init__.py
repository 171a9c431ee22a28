"""What can happen at the desk: the verbs, and the table by which pages and API reach them.

Both doors look an act up in `ACTIONS`, so that neither can have a rule that the other has not.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlmodel import Session

from services.review.models import Case, Person
from services.review.schemas import (
    ArchiveIn,
    AskIn,
    AssignIn,
    CheckIn,
    ClearIn,
    CloseIn,
    DescribeIn,
    DiffersIn,
    EvidenceIn,
    FillIn,
    FlagIn,
    MergeIn,
    MoveIn,
    NoteIn,
    NothingIn,
    NoticeIn,
    PlanIn,
    QuestionIn,
    ReopenIn,
    ReplyIn,
    ReturnIn,
    SameIn,
    ScheduleIn,
    SecondIn,
    SettleIn,
    StatementIn,
    StatusIn,
    StrikeIn,
    TagIn,
    TickIn,
    UrgeIn,
    WaiveIn,
    WithdrawIn,
)
from services.review.workflow.acts import is_possible
from services.review.workflow.allowed import allowed, edits, has_role
from services.review.workflow.approval import (
    approve,
    held_until,
    release_due,
    schedule,
)
from services.review.workflow.arrivals import open_case, open_cases
from services.review.workflow.challenged import deciders, who_had_part
from services.review.workflow.checklists import (
    change_checklist,
    fill,
    flag,
    get_checklist,
    status,
    tick,
    unflag,
    waive,
)
from services.review.workflow.clocks import offer_again, remind
from services.review.workflow.desks import (
    change_desk,
    desk_for,
    desks_by_tags,
    find_desk,
    make_desk,
    move,
)
from services.review.workflow.directory import enter, forget
from services.review.workflow.disputes import (
    assign_dispute,
    decide,
    dispute_etag,
    erase_contacts,
    erase_dispute,
    note_disputed,
    remind_of_disputes,
    tell_dispute,
)
from services.review.workflow.drafts import drop_draft, keep_draft, tidy_drafts
from services.review.workflow.earlier import note_all_earlier, note_earlier
from services.review.workflow.factors import (
    begin_factor,
    confirm_factor,
    drop_factor,
    find_factor,
    renew_recovery_codes,
    reset_factor,
    rule_house,
    use_code,
)
from services.review.workflow.files import bring, erase_file, refuse_unless_may_bring
from services.review.workflow.heads import tell_history_head
from services.review.workflow.leaving import Heed, heed
from services.review.workflow.matching import accept, refuse
from services.review.workflow.merging import forward_verdict, merge, unmerge
from services.review.workflow.moves import etag, explain, moved, tell_standing
from services.review.workflow.notices import announce, note_notice_published, notice, withdraw
from services.review.workflow.notifying import (
    Digest,
    Tell,
    choose,
    note_told,
    order_digests,
    read_notifications,
    tidy_notifications,
    ways_open,
)
from services.review.workflow.operations import note_asked, refuse_unless_editor, replay
from services.review.workflow.people import (
    add_person,
    change_password,
    change_rights,
    deactivate,
    desks_of,
    end_session,
    end_sessions,
    find_member,
    reactivate,
    renew_password,
)
from services.review.workflow.policies import post_policy
from services.review.workflow.questions import question
from services.review.workflow.queue import drop_list, keep_list, note_read, plan, tag, take_next
from services.review.workflow.ratings import scale_of
from services.review.workflow.rules import (
    as_gone_through,
    change_rule,
    draft_rule,
    drop_rule,
    get_rule,
    list_rules,
    make_rule,
    tidy_rules,
)
from services.review.workflow.second import second
from services.review.workflow.senders import block_sender, let_sender_in, list_senders, note_decided, tell_sender
from services.review.workflow.sources import (
    note_source,
    open_alarms,
    raise_due,
    settle,
    sources_of,
)
from services.review.workflow.statements import (
    ask,
    describe,
    reply,
    standing_requests,
    standing_statements,
    statement,
)
from services.review.workflow.stories import bring_story, note_story, pick
from services.review.workflow.times import USUAL_DUE_HOURS
from services.review.workflow.urging import tell_urged, urge
from services.review.workflow.verdicts import (
    check,
    close,
    missing_for_check,
    note_published,
    reopen,
    return_case,
)
from services.review.workflow.work import archive, assign, evidence, note, release, strike, take

__all__ = [
    "ACTIONS",
    "USUAL_DUE_HOURS",
    "Action",
    "Digest",
    "Heed",
    "Tell",
    "accept",
    "act",
    "add_person",
    "allowed",
    "announce",
    "approve",
    "archive",
    "as_gone_through",
    "ask",
    "assign",
    "assign_dispute",
    "begin_factor",
    "block_sender",
    "bring",
    "bring_story",
    "change_checklist",
    "change_desk",
    "change_password",
    "change_rights",
    "change_rule",
    "check",
    "choose",
    "close",
    "confirm_factor",
    "deactivate",
    "decide",
    "deciders",
    "describe",
    "desk_for",
    "desks_by_tags",
    "desks_of",
    "dispute_etag",
    "draft_rule",
    "drop_draft",
    "drop_factor",
    "drop_list",
    "drop_rule",
    "edits",
    "end_session",
    "end_sessions",
    "enter",
    "erase_contacts",
    "erase_dispute",
    "erase_file",
    "etag",
    "evidence",
    "explain",
    "fill",
    "find_desk",
    "find_factor",
    "find_member",
    "flag",
    "forget",
    "forward_verdict",
    "get_checklist",
    "get_rule",
    "has_role",
    "heed",
    "held_until",
    "is_possible",
    "keep_draft",
    "keep_list",
    "let_sender_in",
    "list_rules",
    "list_senders",
    "make_desk",
    "make_rule",
    "merge",
    "missing_for_check",
    "move",
    "moved",
    "note",
    "note_all_earlier",
    "note_asked",
    "note_decided",
    "note_disputed",
    "note_earlier",
    "note_notice_published",
    "note_published",
    "note_read",
    "note_source",
    "note_story",
    "note_told",
    "notice",
    "offer_again",
    "open_alarms",
    "open_case",
    "open_cases",
    "order_digests",
    "pick",
    "plan",
    "post_policy",
    "question",
    "raise_due",
    "reactivate",
    "read_notifications",
    "refuse",
    "refuse_unless_editor",
    "refuse_unless_may_bring",
    "release",
    "release_due",
    "remind",
    "remind_of_disputes",
    "renew_password",
    "renew_recovery_codes",
    "reopen",
    "replay",
    "reply",
    "reset_factor",
    "return_case",
    "rule_house",
    "scale_of",
    "schedule",
    "second",
    "settle",
    "sources_of",
    "standing_requests",
    "standing_statements",
    "statement",
    "status",
    "strike",
    "tag",
    "take",
    "take_next",
    "tell_dispute",
    "tell_history_head",
    "tell_sender",
    "tell_standing",
    "tell_urged",
    "tick",
    "tidy_drafts",
    "tidy_notifications",
    "tidy_rules",
    "unflag",
    "unmerge",
    "urge",
    "use_code",
    "waive",
    "ways_open",
    "who_had_part",
    "withdraw",
]


class Action(NamedTuple):
    """What an act takes, and the verb that does it: `verb(session, case_id, found, by, seen)`."""

    takes: type[BaseModel]
    verb: Callable[..., Case]


ACTIONS: dict[str, Action] = {
    "take": Action(NothingIn, take),
    "assign": Action(AssignIn, assign),
    "release": Action(NothingIn, release),
    "plan": Action(PlanIn, plan),
    "tag": Action(TagIn, tag),
    "note": Action(NoteIn, note),
    "strike": Action(StrikeIn, strike),
    "evidence": Action(EvidenceIn, evidence),
    "archive": Action(ArchiveIn, archive),
    "statement": Action(StatementIn, statement),
    "describe": Action(DescribeIn, describe),
    "ask": Action(AskIn, ask),
    "reply": Action(ReplyIn, reply),
    "urge": Action(UrgeIn, urge),
    "move": Action(MoveIn, move),
    "notice": Action(NoticeIn, notice),
    "announce": Action(NothingIn, announce),
    "withdraw": Action(WithdrawIn, withdraw),
    "question": Action(QuestionIn, question),
    "tick": Action(TickIn, tick),
    "waive": Action(WaiveIn, waive),
    "fill": Action(FillIn, fill),
    "status": Action(StatusIn, status),
    "flag": Action(FlagIn, flag),
    "unflag": Action(ClearIn, unflag),
    "settle": Action(SettleIn, settle),
    "check": Action(CheckIn, check),
    "second": Action(SecondIn, second),
    "return": Action(ReturnIn, return_case),
    "approve": Action(NothingIn, approve),
    "schedule": Action(ScheduleIn, schedule),
    "accept": Action(SameIn, accept),
    "refuse": Action(DiffersIn, refuse),
    "merge": Action(MergeIn, merge),
    "unmerge": Action(NothingIn, unmerge),
    "close": Action(CloseIn, close),
    "reopen": Action(ReopenIn, reopen),
}


def act(session: Session, case_id: UUID, name: str, found: Any, by: Person, seen: int | None) -> Case:
    """Do what is called `name` in `ACTIONS`."""
    return ACTIONS[name].verb(session, case_id, found, by, seen)
