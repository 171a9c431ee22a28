"""What publish stores: a check for each claim it has heard of, and every revision that readers ever saw."""

from services.publish.models.base import Inbox, Outbox, Table, Tally
from services.publish.models.checks import (
    Card,
    Change,
    Check,
    FormerPath,
    PageViews,
    PublicFile,
    Revision,
    ending_of,
)
from services.publish.models.disputes import Dispute
from services.publish.models.lists import WORDS_TABLE, Facet, Listing, ReviewNode, Shelf, Sitemap, Spelling, Standing
from services.publish.models.newsroom import HistoryHead, Policy, Scale
from services.publish.models.opinions import Opinion, Remark
from services.publish.models.renewals import NewPage, Renewal
from shared.matching import tables_of

MATCH_TABLES = tables_of(Table)  # what is public on claims that may say the same; it can be made again from the checks

__all__ = [
    "MATCH_TABLES",
    "WORDS_TABLE",
    "Card",
    "Change",
    "Check",
    "Dispute",
    "Facet",
    "FormerPath",
    "HistoryHead",
    "Inbox",
    "Listing",
    "NewPage",
    "Opinion",
    "Outbox",
    "PageViews",
    "Policy",
    "PublicFile",
    "Remark",
    "Renewal",
    "ReviewNode",
    "Revision",
    "Scale",
    "Shelf",
    "Sitemap",
    "Spelling",
    "Standing",
    "Table",
    "Tally",
    "ending_of",
]
