"""The front page of the desk: what waits, for whom."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from textwrap import shorten
from typing import Any, NamedTuple
from uuid import UUID

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.review import bulk, queries, workflow
from services.review.models import Case, Person
from services.review.pages import terms, wording
from services.review.pages.account import signed_in
from services.review.pages.forms import TOO_LONG, in_a_line, listed
from services.review.places import read_place, write_place
from services.review.queries import Wanted
from services.review.schemas import BulkIn, BulkResult, ListIn, ListOut
from services.review.service import reading, transaction
from shared import cursor
from shared.clock import now
from shared.errors import BadRequest, Invalid, Problem
from shared.faults import MISSING
from shared.web import read_form, validated

PAGE = 25
ASKED = {
    "q": 200,
    "tag": 60,
    "desk": 40,
    "sort": 10,
    "status": 60,
}  # what the page is asked for, and how long it may be
KEPT = frozenset({"view", "q", "tag", "desk", "status", "sort"})
BULK_FIELDS = {
    "assign": ("to", "note"), "tag": ("add", "remove"), "close": ("reason", "note"), "note": ("text",), "reopen": ("note",),
}  # fmt: skip
BULK_WORDS = {
    "act": "do", "cases": "claims", "to": "to", "note": "with a note", "reason": "because", "text": "note",
    "add": "tags, with commas between",
}  # fmt: skip
UNCHOSEN = {
    "act": "choose what is to be done", "cases": "tick up to a hundred claims", "reason": "choose why they are closed",
}  # fmt: skip
TAGS = ("add", "remove")
UNDONE = "It was closed together with others, which was undone."
MOST_TOLD = 10
LOOK_EVERY = timedelta(seconds=20)  # how often somebody who has a case open is noted as being there


class View(NamedTuple):
    """One list of the desk. `empty` says what to do when nothing is in it."""

    name: str
    title: str
    wanted: Wanted
    empty: str


def views_for(person: Person) -> list[View]:
    """The lists in the order in which they are worked through."""
    return [
        View(
            "mine",
            "Mine",
            Wanted("unverified", assignee=person.id),
            "You have taken nothing. Take a claim from Open: the most urgent stands first.",
        ),
        View(
            "open",
            "Open",
            Wanted("unverified", unassigned=True),
            "Nothing waits for a checker. Claims that newsrooms send in appear here.",
        ),
        View("work", "All unverified", Wanted("unverified"), "Nobody works on anything, and nothing waits."),
        View(
            "seen",
            "Seen before",
            Wanted("unverified", seen_before=True),
            "No open claim is surely the same as one that came in before or that others have checked.",
        ),
        View(
            "approve",
            "To approve",
            Wanted("checked", waits_for="approver"),
            "No verdict waits for a second pair of eyes.",
        ),
        View(
            "site",
            "Waiting for the site",
            Wanted("checked", waits_for="site"),
            "The site has taken everything that was approved.",
        ),
        View(
            "published",
            "Published",
            Wanted("published", sort="newest"),
            "Nothing has been published yet. A verdict that is checked and approved appears here with its address.",
        ),
        View(
            "alarms",
            "To be looked at",
            Wanted(alarmed=True, sort="newest"),
            "Every source of every verdict stands as it was, and no verdict’s time has come.",
        ),
        View("closed", "Closed", Wanted("closed", sort="newest"), "Nothing has been closed without a verdict."),
        View("all", "All", Wanted(sort="newest"), "No claim has come in yet."),
    ]


def _first_of(views: list[View], counts: Mapping[str, int], person: Person) -> View:
    """Where the day begins: with what is mine; for editors, with what waits for approval; else with what nobody has."""
    first = "mine" if counts["mine"] else "approve" if counts["approve"] and person.may("editor") else "open"
    return next(one for one in views if one.name == first)


@signed_in
def show_queue(person: Person) -> ResponseReturnValue:
    """One list, with its filters; beside it all lists with their counts."""
    asked = asked_for()
    with reading() as session:
        beside = rail(session, person)
        views: list[View] = beside["views"]
        view = next((one for one in views if one.name == request.args.get("view")), None)
        view = view or _first_of(views, beside["counts"], person)
        wanted = filtered(view, asked)
        sort = wanted.sort
        page = queries.list_queue(session, wanted, PAGE, read_place(wanted.sort), person)
        people = queries.list_people(session)
        desks = queries.list_desks(session)
        statuses = queries.list_statuses(session)
    more = write_place(page.after)
    filters = {"view": view.name, **{name: getattr(wanted, name) for name in ("q", "tag", "desk", "status")}}
    filters["sort"] = sort if sort != view.wanted.sort else None
    here = url_for(".show_queue", **filters)
    return render_template(
        "queue.html",
        view=view,
        kept=next((one for one, _ in beside["lists"] if _is(one, filters | {"sort": sort})), None),
        rows=page.rows,
        people=[one for one in people if one.active],
        desks=desks,
        statuses=statuses,
        sort=sort,
        asked=asked,
        bulk_words=BULK_WORDS,
        here=here,
        as_file=url_for(".export_queue", **filters),
        terms=terms,
        wording=wording,
        now=now(),
        next_page=cursor.next_page(here, more) if more else None,
        later_page=bool(request.args.get("cursor")),
        **beside,
    )


def asked_for() -> dict[str, str]:
    """What the address filters a list by, each as it was typed."""
    return {name: request.args.get(name, "").strip()[:most] for name, most in ASKED.items()}


def filtered(view: View, asked: dict[str, str]) -> Wanted:
    """A list with those filters."""
    sort = asked["sort"] if asked["sort"] in queries.SORTS else view.wanted.sort
    return view.wanted._replace(
        q=asked["q"] or None,
        tag=asked["tag"] or None,
        desk=asked["desk"] or None,
        status=asked["status"] or None,
        sort=sort,
    )


def rail(session: Any, person: Person) -> dict[str, Any]:
    """The lists with their counts, for every page that shows them, and the newest act at the desk as they were counted."""
    views = views_for(person)
    others = queries.open_disputes(), queries.waiting_remarks(), queries.newest_act()
    *held, open_disputes, waiting_remarks, newest = queries.count_queues(
        session, [one.wanted for one in views], *others
    )
    counts = dict(zip((one.name for one in views), held, strict=True))
    lists = [(one, list_address(one)) for one in queries.list_saved(session, person)]
    return {
        "views": views,
        "counts": counts,
        "most": queries.MOST_COUNTED,
        "lists": lists,
        "open_disputes": open_disputes,
        "waiting_remarks": waiting_remarks,
        "newest": newest,
    }


def list_address(kept: ListOut) -> str:
    """Where a list that somebody kept is looked at."""
    return url_for("pages.show_queue", **{name: value for name, value in kept.filters.items() if name in KEPT})


def _is(kept: ListOut, filters: Mapping[str, Any]) -> bool:
    """Whether these are the filters of a list that somebody kept."""
    return all((kept.filters.get(name) or None) == (filters.get(name) or None) for name in KEPT)


@signed_in
def take_next(person: Person) -> ResponseReturnValue:
    """Take the claim that stands first, and open it."""
    desk = request.form.get("desk", "")[:40] or None
    with transaction() as session:
        case = workflow.take_next(session, person, desk=desk)
        case_id = case.id if case else None
    if case_id is None:
        flash("Nothing waits for a checker.")
        return redirect(url_for(".show_queue", view="open"))
    flash(terms.DONE["take"])
    return redirect(url_for(".show_case", case_id=case_id))


@signed_in
def act_on_all(person: Person) -> ResponseReturnValue:
    """One act on all cases that were ticked."""
    chosen = request.form.getlist("case")
    back = request.form.get("back", "/")
    back = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
    if not chosen:
        flash("Tick at least one claim.")
        return redirect(back)
    act = request.form.get("act", "")
    fields = {name: request.form[name] for name in BULK_FIELDS.get(act, ()) if request.form.get(name, "").strip()}
    body = {name: listed(one) if name in TAGS else one for name, one in fields.items()}
    try:
        if act == "tag" and not (body.get("add") or body.get("remove")):
            raise Invalid.field("add", MISSING)
        found = validated(BulkIn, {"act": act, "cases": chosen, "body": body})
        with reading() as session:
            before = queries.find_cases(session, found.cases)
        results = bulk.act_on_all(found.act, found.cases, found.body, person)
    except Problem as problem:
        flash(f"Nothing was done: {_what_is_wrong(problem)}")
        return redirect(back)
    done = [one.id for one in results if one.status == 200]
    name = "untag" if act == "tag" and not body.get("add") else act
    flash(f"{wording.in_words('bulk', name)}: {len(done)} of {len(results)}.")
    if undo := _undoing(found, [before[one] for one in done if one in before]):
        fields_of_undo: Any = [*undo, ("back", back), *(("case", str(one)) for one in done)]
        flash(fields_of_undo, "undo")  # shown as a button
    for told in _refused(results, before):
        flash(told)
    return redirect(back)


def _what_is_wrong(problem: Problem) -> str:
    """What an act on several claims lacks, by the words of its form."""
    empty: list[str] = []
    wrong: list[str] = []
    for error in problem.members.get("errors", []):
        name, _, entry = error["pointer"].strip("#/").partition("/")
        asked = f"“{BULK_WORDS.get(name, name)}”"
        if error["detail"] == MISSING:
            empty.append(asked)
        elif name in UNCHOSEN:
            wrong.append(UNCHOSEN[name])
        elif too_long := TOO_LONG.fullmatch(error["detail"]):
            what = "one of the tags" if name in TAGS and entry else asked
            wrong.append(f"{what} is too long: it may have {too_long[1]} letters")
        else:
            wrong.append(f"{asked} {error['detail']}")
    if empty:
        wrong.insert(0, f"{' and '.join(empty)} {'is' if len(empty) == 1 else 'are'} empty")
    told = "; ".join(dict.fromkeys(wrong))
    return f"{told}." if told else problem.detail


def _refused(results: Sequence[BulkResult], before: Mapping[UUID, Case]) -> list[str]:
    """What was not done and why, each reason once with the claims that it held back."""
    held: dict[str | None, list[str]] = {}
    for one in [one for one in results if one.status != 200][:MOST_TOLD]:
        about = [f"“{shorten(before[one.id].text, 60, placeholder='…')}”"] if one.id in before else []
        held.setdefault(one.detail, []).extend(about)
    return [f"Not done{' with ' if about else ''}{', '.join(about)}: {why}" for why, about in held.items()]


def _undoing(found: BulkIn, done: Sequence[Case]) -> list[tuple[str, str]]:
    """The fields of the act that undoes this one; none if there is none. Tags that one of them had before stay."""
    if not done:
        return []
    if found.act == "take":
        return [("act", "release")]
    if found.act == "close":
        return [("act", "reopen"), ("note", UNDONE)]
    had = {tag for case in done for tag in case.tags}
    new = [tag for one in found.body.get("add", []) if (tag := one.casefold()) not in had] if found.act == "tag" else []
    return [("act", "tag"), ("remove", in_a_line(new))] if new else []


@signed_in
def keep_list(person: Person) -> ResponseReturnValue:
    """Keep the list that is looked at under a name."""
    try:
        found = read_form(ListIn)
        with transaction() as session:
            mine = [one.name.casefold() for one in queries.list_saved(session, person) if one.is_mine]
            kept = workflow.keep_list(session, found, person)
            given = ListOut(by=person.name, is_mine=True, **kept.model_dump(exclude={"person_id", "made_at"}))
    except Problem as problem:
        flash(f"The list was not kept: {problem.detail}")
        return redirect("/")
    instead = " in place of the one that you had under this name" if given.name.casefold() in mine else ""
    flash(
        f"Kept{instead}, for {'all at the desk' if given.is_shared else 'you alone'}; it stands beside the other lists."
    )
    return redirect(list_address(given))


@signed_in
def drop_list(person: Person, list_id: UUID) -> ResponseReturnValue:
    """Drop a list."""
    with transaction() as session:
        workflow.drop_list(session, list_id, person)
    flash("Dropped.")
    return redirect("/")


@signed_in
def show_news(person: Person) -> ResponseReturnValue:
    """Whether anything was done at the desk since; and, for a case that is open, its version and who else has it open."""
    given = request.args.get("case")
    try:
        case_id = UUID(given) if given else None
    except ValueError:
        raise BadRequest("case: has to be the id of one.") from None
    with reading() as session:
        [newest] = queries.count_queues(session, (), queries.newest_act())
        news: dict[str, Any] = {"newest": newest, "unread": queries.count_unread(session, person)}
        if case_id is not None:
            case = queries.find_cases(session, [case_id]).get(case_id)
            last = queries.last_look(session, case_id, person)
            news |= {
                "version": case.version if case else None,
                "present": queries.list_present(session, case_id, person),
            }
    if case_id is not None and case is not None and (last is None or last < now() - LOOK_EVERY):
        with transaction() as session:
            workflow.note_read(session, case_id, None, person)
    return jsonify(news)


def add_to(bp: Blueprint) -> None:
    """Register the views."""
    bp.get("/")(show_queue)
    bp.get("/news")(show_news)
    bp.post("/next")(take_next)
    bp.post("/bulk")(act_on_all)
    bp.post("/lists")(keep_list)
    bp.post("/lists/<uuid:list_id>/drop")(drop_list)
