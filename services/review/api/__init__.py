"""The desk's JSON door: the same verbs as the pages, with a personal token."""

from services.review.api import (
    cases,
    checklists,
    desks,
    directory,
    disputes,
    figures,
    files,
    matching,
    members,
    operations,
    people,
    queue,
    reliability,
    rules,
    search,
    senders,
    stories,
)
from services.review.api.base import bp

__all__ = [
    "bp",
    "cases",
    "checklists",
    "desks",
    "directory",
    "disputes",
    "figures",
    "files",
    "matching",
    "members",
    "operations",
    "people",
    "queue",
    "reliability",
    "rules",
    "search",
    "senders",
    "stories",
]
