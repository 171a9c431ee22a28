"""`factdesk status`, `claims`, `changes`, `match` and `earlier`: what became of claims, and what is known already."""

import time
from pathlib import Path
from uuid import UUID

import click

from factdesk.client import Client
from factdesk.command.connection import connected
from factdesk.command.showing import show_claim, show_earlier_check, show_json, show_match
from factdesk.command.under import WithOthers
from factdesk.records import Claim


@click.command("status")
@click.argument("claim_id", metavar="ID", type=click.UUID)
@click.option("--watch", is_flag=True, help="Go on until the verdict can be read or the claim is closed.")
@click.option(
    "--every", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="Seconds between two looks."
)
@click.option(
    "--at-most", type=click.FloatRange(min=0), metavar="SECONDS", help="Watch no longer; then it ends with 1."
)
@connected
def status(client: Client, as_json: bool, claim_id: UUID, watch: bool, every: float, at_most: float | None) -> None:
    """What became of a claim of yours.

    \b
    Examples:
      factdesk status 019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11
      factdesk status 019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11 --watch --json | jq .state
    """
    ends = None if at_most is None else time.monotonic() + at_most
    claim = client.status(str(claim_id))
    _show(claim, as_json)
    while watch and not claim.is_settled:
        if ends is not None and time.monotonic() + every > ends:
            raise click.exceptions.Exit(1)
        time.sleep(every)
        newer = client.status(str(claim_id), claim)
        if newer is not claim:
            _show(newer, as_json)
        claim = newer


@click.command("claims")
@click.option("--state", type=click.Choice(["unverified", "checked", "published", "closed"]))
@click.option("--since", metavar="MOMENT", help="Those that changed from then on: RFC 3339 with a zone.")
@click.option("--external-id", metavar="NAME", help="Those that you sent under this name of your own.")
@click.option("--most", type=click.IntRange(min=1), help="No more than so many.")
@connected
def claims(
    client: Client, as_json: bool, state: str | None, since: str | None, external_id: str | None, most: int | None
) -> None:
    """List your claims, the newest first; with --since, what changed first first.

    \b
    Examples:
      factdesk claims --state published --most 20
      factdesk claims --external-id wire-7
      factdesk claims --since 2026-03-30T00:00:00Z --json > march.jsonl
    """
    page = min(most or 200, 200)
    for number, claim in enumerate(client.claims(state, since, external_id=external_id, page=page), 1):
        _show(claim, as_json)
        if number == most:
            break


@click.command("changes")
@click.option("--cursor", help="Where to begin; else with the first change.")
@click.option(
    "--from",
    "place",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Begin where the call before stopped: the cursor is kept in this file.",
)
@connected
def changes(client: Client, as_json: bool, cursor: str | None, place: Path | None) -> None:
    """What became of your claims since last time, the oldest change first.

    The file is written once everything has been printed: if it is stopped before, all of it comes again. Delete the file if
    the desk says that it was put back to an older state (410).

    \b
    Example:
      factdesk changes --from cursor.txt --json | ./tell-the-cms
    """
    if place and place.exists():
        cursor = cursor or place.read_text(encoding="utf-8").strip() or None
    found = client.changes(cursor, page=200)
    for one in found:
        if as_json:
            show_json(dict(one.raw))
        else:
            click.echo(one.kind)
            show_claim(one.claim)
    if place and found.cursor:
        unfinished = place.with_name(f"{place.name}.new")
        unfinished.write_text(f"{found.cursor}\n", encoding="utf-8")
        unfinished.replace(place)


@click.command("match", cls=WithOthers)
@click.argument("text")
@click.option("--speaker", metavar="NAME", help="Who said it.")
@click.option("--context", metavar="TEXT", help="What was said before and after it.")
@click.option("--language", metavar="TAG", help="Its language, such as en; else it is guessed.")
@click.option("--most", type=click.IntRange(1, 50), default=10, show_default=True, help="No more than so many.")
@connected
def match(
    client: Client,
    as_json: bool,
    text: str,
    speaker: str | None,
    context: str | None,
    language: str | None,
    most: int,
) -> None:
    """Has this been checked? Shows claims and earlier fact-checks that may say the same, and in what they differ.

    \b
    Examples:
      factdesk match "The bridge was closed all week"
      factdesk match "We closed it for four days" --speaker "Jo Marten" --json | jq -r .url
    """
    found = client.match(text, speaker=speaker, context=context, language=language, most=most)
    for one in found:
        if as_json:
            show_json(dict(one.raw))
        else:
            show_match(one)
    if not found and not as_json:
        click.echo("Nothing that says the same is known.")


@click.command("earlier")
@click.argument("words", nargs=-1, required=True)
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, help="No more than so many.")
@connected
def earlier(client: Client, as_json: bool, words: tuple[str, ...], most: int) -> None:
    """Fact-checks that were published before, by others or by the desk, and hold these WORDS.

    \b
    Examples:
      factdesk earlier harbour bridge closed
      factdesk earlier '"nine million" ferry' --json | jq -r .url
    """
    number = 0
    for number, one in enumerate(client.earlier_checks(" ".join(words), page=min(most, 200)), 1):
        if as_json:
            show_json(dict(one.raw))
        else:
            show_earlier_check(one)
        if number == most:
            break
    if not number and not as_json:
        click.echo("Nothing that holds these words is known.")


def _show(claim: Claim, as_json: bool) -> None:
    if as_json:
        show_json(dict(claim.raw))
    else:
        show_claim(claim)
