"""What the command prints: for people, and as JSON."""

import json
from datetime import datetime
from typing import Any

import click

from factdesk.errors import FactdeskError, Problem
from factdesk.records import Claim, EarlierCheck, Match

STATES = {
    "unverified": "unverified: the desk has it",
    "checked": "checked: a second person has still to approve",
    "published": "published",
    "closed": "closed",
}


def printable(text: str) -> str:
    """Text without what could move a terminal's cursor or change its colours."""
    return "".join(one if one.isprintable() or one == "\n" else "\N{REPLACEMENT CHARACTER}" for one in text)


def show_json(value: Any) -> None:
    """One object on one line."""
    click.echo(json.dumps(value, ensure_ascii=False))


def problem_as_json(error: FactdeskError) -> dict[str, Any]:
    """An error as JSON: the desk's own problem, or what happened on the way there."""
    if isinstance(error, Problem):
        return {"status": error.status, "title": error.title, "detail": error.detail, **error.members}
    return {"status": None, "title": type(error).__name__, "detail": str(error)}


def show_claim(claim: Claim) -> None:
    """A claim and what became of it, for people."""
    lines = [f"{claim.id}  {STATES.get(claim.state, claim.state)}", f"  {_shortened(claim.text)}"]
    if claim.close_reason:
        lines.append(f"  Why it was closed: {claim.close_reason.replace('_', ' ')}")
    if claim.duplicate_of:
        lines.append(f"  It is the same as {claim.duplicate_of}")
    if verdict := claim.verdict:
        lines += [f"  {verdict.rating.label}: {verdict.headline}", f"  {verdict.url}"]
        if verdict.change:
            lines.append(f"  {verdict.kind.capitalize()}: {verdict.change}")
    if claim.rechecking:
        lines.append("  It is being checked again.")
    if claim.changed_at:
        lines.append(f"  Last changed {_local(claim.changed_at)}")
    click.echo(printable("\n".join(lines)))


def show_match(match: Match) -> None:
    """Something that may say the same, for people."""
    score = f"{match.score:.2f}  " if match.score is not None else ""
    lines = [f"{score}{_shortened(match.text)}", f"  {_came_to(match)}", f"  {match.url or ''}"]
    if match.says:
        lines.insert(1, f"  {match.says}{_differing(match)}")
    click.echo(printable("\n".join(line for line in lines if line.strip())))


def _came_to(match: Match) -> str:
    """What the check of it came to, or where it stands."""
    if match.verdict:
        return f"{match.verdict.rating.label}: {match.verdict.headline}"
    if match.rating:
        return match.rating.label + (f", {match.publisher.name}" if match.publisher else "")
    return f"{STATES.get(match.state or '', match.state or '')} ({match.id})"


def _differing(match: Match) -> str:
    """In what it differs."""
    told = [f"{one.what}: here {one.asked or 'none'}, there {one.found or 'none'}" for one in match.differs]
    return f"; {'; '.join(told)}" if told else ""


def show_earlier_check(check: EarlierCheck) -> None:
    """A fact-check that was published before, for people."""
    published = f", {check.published_at:%Y-%m-%d}" if check.published_at else ""
    said = f" (claimed by {check.claimant})" if check.claimant else ""
    lines = [
        f"{_shortened(check.claim)}{said}",
        f"  {check.rating.label}: {check.publisher.name}{published}",
        f"  {check.url}",
    ]
    click.echo(printable("\n".join(lines)))


def _shortened(text: str, most: int = 200) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")
