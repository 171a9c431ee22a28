"""What the desk's edges ask of the database."""

from services.review.queries.cases import describe_case, find_cases, get_case
from services.review.queries.desk import last_look, list_drafts, list_present, list_saved, newest_act
from services.review.queries.people import find_person, is_known, list_people, list_sign_ins, list_tokens
from services.review.queries.queue import MOST_COUNTED, SORTS, Page, Wanted, count_queues, list_queue

__all__ = [
    "MOST_COUNTED",
    "SORTS",
    "Page",
    "Wanted",
    "count_queues",
    "describe_case",
    "find_cases",
    "find_person",
    "get_case",
    "is_known",
    "last_look",
    "list_drafts",
    "list_people",
    "list_present",
    "list_queue",
    "list_saved",
    "list_sign_ins",
    "list_tokens",
    "newest_act",
]
