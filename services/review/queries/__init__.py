"""What the desk's edges ask of the database."""

from services.review.queries.cases import describe_case, find_cases, find_file, get_case, list_digests
from services.review.queries.checklists import describe_checklist, list_statuses
from services.review.queries.desk import count_in_hand, last_look, list_beside, list_present, list_saved, newest_act
from services.review.queries.desks import asked_anew, describe_desks, list_desks
from services.review.queries.directory import find_known, list_contacts, list_known
from services.review.queries.disputes import (
    describe_dispute,
    get_dispute,
    list_disputes,
    open_disputes,
    place_of,
)
from services.review.queries.matching import count_precision
from services.review.queries.notifications import (
    count_unread,
    find_choices,
    find_notification,
    find_to_tell,
    list_for_digest,
    list_notifications,
)
from services.review.queries.people import (
    count_recovery_codes,
    describe_invitations,
    describe_people,
    describe_sign_ins,
    find_person,
    find_person_by_id,
    find_seal,
    has_role_at_a_desk,
    house_rules,
    list_acts,
    list_people,
    list_sign_ins,
    list_tokens,
    people_by_id,
)
from services.review.queries.policies import NAMES as POLICY_NAMES
from services.review.queries.policies import find_policy, list_policies
from services.review.queries.queue import MOST_COUNTED, SORTS, Page, Wanted, count_queues, list_queue, next_to_approve
from services.review.queries.reliability import (
    describe_judgements,
    find_judgements,
    judgements_on,
    list_judgements,
    names_in,
)
from services.review.queries.remarks import get_remark, list_remarks, waiting_remarks
from services.review.queries.rules import describe_rules, list_hits, try_rule
from services.review.queries.search import Found, search
from services.review.queries.stamps import faults_of_stamps, find_stamp

__all__ = [
    "MOST_COUNTED",
    "POLICY_NAMES",
    "SORTS",
    "Found",
    "Page",
    "Wanted",
    "asked_anew",
    "count_in_hand",
    "count_precision",
    "count_queues",
    "count_recovery_codes",
    "count_unread",
    "describe_case",
    "describe_checklist",
    "describe_desks",
    "describe_dispute",
    "describe_invitations",
    "describe_judgements",
    "describe_people",
    "describe_rules",
    "describe_sign_ins",
    "faults_of_stamps",
    "find_cases",
    "find_choices",
    "find_file",
    "find_judgements",
    "find_known",
    "find_notification",
    "find_person",
    "find_person_by_id",
    "find_policy",
    "find_seal",
    "find_stamp",
    "find_to_tell",
    "get_case",
    "get_dispute",
    "get_remark",
    "has_role_at_a_desk",
    "house_rules",
    "judgements_on",
    "last_look",
    "list_acts",
    "list_beside",
    "list_contacts",
    "list_desks",
    "list_digests",
    "list_disputes",
    "list_for_digest",
    "list_hits",
    "list_judgements",
    "list_known",
    "list_notifications",
    "list_people",
    "list_policies",
    "list_present",
    "list_queue",
    "list_remarks",
    "list_saved",
    "list_sign_ins",
    "list_statuses",
    "list_tokens",
    "names_in",
    "newest_act",
    "next_to_approve",
    "open_disputes",
    "people_by_id",
    "place_of",
    "search",
    "try_rule",
    "waiting_remarks",
]
