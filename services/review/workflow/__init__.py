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
    AskIn,
    AssignIn,
    CheckIn,
    CloseIn,
    DescribeIn,
    EvidenceIn,
    MergeIn,
    MoveIn,
    NoteIn,
    NothingIn,
    NoticeIn,
    PlanIn,
    ReopenIn,
    ReplyIn,
    ReturnIn,
    ScheduleIn,
    SecondIn,
    StatementIn,
    StrikeIn,
    TagIn,
    WithdrawIn,
)
from services.review.workflow.approval import (
    approve,
    approved,
    approvers,
    held_until,
    release_due,
    schedule,
    standing_evidence,
)
from services.review.workflow.arrivals import note_source, open_case, open_cases
from services.review.workflow.clocks import offer_again, remind
from services.review.workflow.desks import (
    change_desk,
    desk_for,
    desks_by_tags,
    find_desk,
    make_desk,
    move,
    rules_of,
    scale_of,
)
from services.review.workflow.disputes import (
    assign_dispute,
    decide,
    deciders,
    dispute_etag,
    erase_contacts,
    note_disputed,
    remind_of_disputes,
    tell_dispute,
    who_had_part,
)
from services.review.workflow.drafts import drop_draft, keep_draft, tidy_drafts
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
from services.review.workflow.invitations import (
    AnswerForgotten,
    MailLink,
    accept,
    address_of,
    ask_password_link,
    invite,
    list_invitations,
    make_password_link,
    open_link,
    tidy_links,
    use_password_link,
    withdraw_invitation,
)
from services.review.workflow.merging import forward_verdict, merge, merged_into, unmerge
from services.review.workflow.moves import (
    allowed,
    etag,
    explain,
    has_role,
    is_possible,
    moved,
    tell_moved,
    tell_standing,
)
from services.review.workflow.notices import announce, newest_notice, note_notice_published, notice, withdraw
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
from services.review.workflow.people import (
    add_person,
    change_password,
    change_rights,
    deactivate,
    desks_of,
    end_sessions,
    find_member,
    reactivate,
    renew_password,
)
from services.review.workflow.policies import post_policy
from services.review.workflow.queue import drop_list, keep_list, note_read, plan, tag, take_next
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
from services.review.workflow.second import agreed, second
from services.review.workflow.statements import (
    ask,
    describe,
    record_at_desk,
    reply,
    standing_requests,
    standing_statements,
    statement,
)
from services.review.workflow.stories import note_story, pick
from services.review.workflow.verdicts import (
    check,
    close,
    missing_for_check,
    note_published,
    reopen,
    return_case,
)
from services.review.workflow.work import assign, evidence, note, release, strike, take

__all__ = [
    "ACTIONS",
    "Action",
    "AnswerForgotten",
    "Digest",
    "MailLink",
    "Tell",
    "accept",
    "act",
    "add_person",
    "address_of",
    "agreed",
    "allowed",
    "announce",
    "approve",
    "approved",
    "approvers",
    "as_gone_through",
    "ask",
    "ask_password_link",
    "assign",
    "assign_dispute",
    "begin_factor",
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
    "end_sessions",
    "erase_contacts",
    "etag",
    "evidence",
    "explain",
    "find_desk",
    "find_factor",
    "find_member",
    "forward_verdict",
    "get_rule",
    "has_role",
    "held_until",
    "invite",
    "is_possible",
    "keep_draft",
    "keep_list",
    "list_invitations",
    "list_rules",
    "make_desk",
    "make_password_link",
    "make_rule",
    "merge",
    "merged_into",
    "missing_for_check",
    "move",
    "moved",
    "newest_notice",
    "note",
    "note_disputed",
    "note_notice_published",
    "note_published",
    "note_read",
    "note_source",
    "note_story",
    "note_told",
    "notice",
    "offer_again",
    "open_case",
    "open_cases",
    "open_link",
    "order_digests",
    "pick",
    "plan",
    "post_policy",
    "reactivate",
    "read_notifications",
    "record_at_desk",
    "release",
    "release_due",
    "remind",
    "remind_of_disputes",
    "renew_password",
    "renew_recovery_codes",
    "reopen",
    "reply",
    "reset_factor",
    "return_case",
    "rule_house",
    "rules_of",
    "scale_of",
    "schedule",
    "second",
    "standing_evidence",
    "standing_requests",
    "standing_statements",
    "statement",
    "strike",
    "tag",
    "take",
    "take_next",
    "tell_dispute",
    "tell_moved",
    "tell_standing",
    "tidy_drafts",
    "tidy_links",
    "tidy_notifications",
    "tidy_rules",
    "unmerge",
    "use_code",
    "use_password_link",
    "ways_open",
    "who_had_part",
    "withdraw",
    "withdraw_invitation",
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
    "statement": Action(StatementIn, statement),
    "describe": Action(DescribeIn, describe),
    "ask": Action(AskIn, ask),
    "reply": Action(ReplyIn, reply),
    "move": Action(MoveIn, move),
    "notice": Action(NoticeIn, notice),
    "announce": Action(NothingIn, announce),
    "withdraw": Action(WithdrawIn, withdraw),
    "check": Action(CheckIn, check),
    "second": Action(SecondIn, second),
    "return": Action(ReturnIn, return_case),
    "approve": Action(NothingIn, approve),
    "schedule": Action(ScheduleIn, schedule),
    "merge": Action(MergeIn, merge),
    "unmerge": Action(NothingIn, unmerge),
    "close": Action(CloseIn, close),
    "reopen": Action(ReopenIn, reopen),
}


def act(session: Session, case_id: UUID, name: str, found: Any, by: Person, seen: int | None) -> Case:
    """Do what is called `name` in `ACTIONS`."""
    return ACTIONS[name].verb(session, case_id, found, by, seen)
