"""Pages of lists, and the pages on how the newsroom works."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.publish.languages import in_language, of_the_site
from services.publish.models import HistoryHead, Policy
from services.publish.rendering.environment import render
from services.publish.schemas import CheckRow, CorrectionRow, NoticeRow, SearchResults, ShelfRow, StandingRow
from shared.contracts.policies import starter
from shared.markdown import to_html


def checks_page(rows: Sequence[CheckRow], page: int, has_older: bool, notices: Sequence[NoticeRow] = ()) -> bytes:
    """A page of the list of all checks; before the first what is being checked."""
    return render("checks.html", rows=rows, page=page, has_older=has_older, notices=notices)


def corrections_page(rows: Sequence[CorrectionRow], page: int, has_older: bool) -> bytes:
    """A page of the list of all corrections and other changes."""
    return render("corrections.html", rows=rows, page=page, has_older=has_older)


def shelf_page(
    shelves: str,
    shelf: ShelfRow,
    rows: Sequence[CheckRow],
    standings: Sequence[StandingRow],
    before: int | None,
    is_first: bool,
) -> bytes:
    """A page of a topic, a claimant or a rating; a claimant's begins with how their claims were rated."""
    return render(
        "shelf.html", shelves=shelves, shelf=shelf, rows=rows, standings=standings, before=before, is_first=is_first
    )


def shelves_page(shelves: str, found: Sequence[ShelfRow]) -> bytes:
    """The topics, claimants or ratings that there are."""
    return render("shelves.html", shelves=shelves, found=found)


def being_checked_page(notices: Sequence[NoticeRow]) -> bytes:
    """What is reported and being checked."""
    return render("being_checked.html", notices=notices)


def policy_page(
    name: str, revisions: Sequence[Policy], number: int | None = None, head: HistoryHead | None = None
) -> bytes:
    """A page on how the newsroom works: as it reads now, or in one revision. Until the desk posts it, what holds for every desk.
    `head` is the newest of the desk's history, where the page shows it."""
    shown = next((one for one in revisions if one.revision == number or number is None), None)
    t = in_language(shown.language) if shown else of_the_site()
    title, text = (shown.title, shown.text) if shown else starter(name, t.language)
    return render(
        "policy.html",
        t,
        name=name,
        title=title,
        text=to_html(text, first_level=2),
        shown=shown,
        revisions=revisions,
        head=head,
    )


def search_page(asked: Mapping[str, Any], results: SearchResults | None, options: Mapping[str, Any]) -> bytes:
    """The search: what was asked, what there is to choose from, and what was found, if anything was asked."""
    return render("search.html", asked=asked, results=results, options=options)
