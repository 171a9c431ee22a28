"""How the newsroom works, how it corrects itself, who it is, who pays for it: written at the desk, kept in every revision."""

from typing import get_args

from flask import Blueprint
from flask.typing import ResponseReturnValue

from services.publish import queries, rendering, sites
from services.publish.pages.answers import answer
from services.publish.service import reading
from shared.contracts import PolicyName
from shared.errors import NotFound

NAMES = ", ".join(f"'{name}'" for name in get_args(PolicyName))


def show_policy(name: str) -> ResponseReturnValue:
    """The page as it reads now."""
    with reading() as session:
        revisions = queries.list_policy(session, name, sites.here().language)
        heads = queries.history_heads(session, 1) if name == "methodology" else ()
    return answer(rendering.policy_page(name, revisions, head=next(iter(heads), None)))


def show_policy_revision(name: str, number: int) -> ResponseReturnValue:
    """The page as it read once."""
    with reading() as session:
        revisions = queries.list_policy(session, name, sites.here().language)
    if number not in {one.revision for one in revisions}:
        raise NotFound(f"This page has no revision {number}.")
    page = answer(rendering.policy_page(name, revisions, number))
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get(f"/<any({NAMES}):name>")(show_policy)
    bp.get(f"/<any({NAMES}):name>/revisions/<int:number>")(show_policy_revision)
