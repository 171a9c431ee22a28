"""What the desk's edges ask of the database."""

from services.review.queries.cases import describe_case, find_cases, get_case
from services.review.queries.people import find_person, is_known, list_people, list_sign_ins, list_tokens
from services.review.queries.queue import MOST_COUNTED, SORTS, Page, Wanted, count_queue, list_queue

__all__ = [
    "MOST_COUNTED",
    "SORTS",
    "Page",
    "Wanted",
    "count_queue",
    "describe_case",
    "find_cases",
    "find_person",
    "get_case",
    "is_known",
    "list_people",
    "list_queue",
    "list_sign_ins",
    "list_tokens",
]
