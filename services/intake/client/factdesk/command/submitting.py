"""`factdesk submit`: one claim."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from factdesk.client import Client
from factdesk.command.broken_json import words_of
from factdesk.command.connection import connected, fail
from factdesk.command.fields import WrongValue, closed, kind_of, likely, put, value_of
from factdesk.command.showing import printable, show_claim, show_json, show_match
from factdesk.errors import FactdeskError
from factdesk.records import Match, Submitted

FIELDS = {
    "claimant": ("claimant.name", "Who makes the claim."),
    "claimant-title": ("claimant.title", "Such as Mayor."),
    "claimant-organization": ("claimant.organization", ""),
    "claimed-at": ("claimed_at", "When: RFC 3339 with a zone, as 2026-03-30T09:00:00Z."),
    "hedge": ("hedge", "How strongly it was claimed: likely, signalled."),
    "condition": ("condition", "On what condition."),
    "language": ("language", "Of the text, such as en."),
    "story-url": ("story.url", "Where you found it."),
    "story-headline": ("story.headline", ""),
    "story-publisher": ("story.publisher", ""),
    "quote": ("quote.exact", "The exact words in the story."),
    "reason": ("reason", "Why it should be checked. For the desk alone."),
    "submitter": ("submitter.name", "Who sends it in. For the desk alone."),
    "submitter-role": ("submitter.role", "Such as night editor."),
    "submitter-email": ("submitter.email", ""),
    "submitter-country": ("submitter.country", "Its two letters: DE."),
    "submitter-language": ("submitter.language", "That they speak, such as de."),
    "platform": ("submitter.platform", "By what it reached them: WhatsApp, phone, web."),
    "tags": ("tags", "With commas between them."),
    "urgency": ("urgency", "1 is the most urgent, 9 the least."),
    "due-at": ("due_at", "When you need to know."),
    "external-id": ("external_id", "Your own name for it."),
}


def _field_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for name, (path, words) in reversed(FIELDS.items()):
        function = click.option(f"--{name}", path.replace(".", "__"), metavar="…", help=words or None)(function)
    return function


@click.command("submit")
@click.argument("words", required=False, metavar="[TEXT|-]")
@click.option("--text", help="The claim in its own words.")
@click.option("--file", "file", type=click.File("r", encoding="utf-8"), help="A file that holds them; - reads them.")
@_field_options
@click.option("--appearance", multiple=True, metavar="URL", help="Where else it was made. Can be repeated.")
@click.option(
    "--set", "more", multiple=True, metavar="FIELD=VALUE", help="Any other field: statements.0.stance=denies."
)
@click.option(
    "--claim",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with the whole claim, as POST /v1/claims takes it; options beside it count more.",
)
@click.option("--test", is_flag=True, help="A try: it counts nowhere.")
@click.option("--key", metavar="KEY", help="The idempotency key: the same claim under the same key is taken in once.")
@connected
def submit(
    client: Client,
    as_json: bool,
    /,
    words: str | None,
    text: str | None,
    file: Any,
    claim: Path | None,
    appearance: tuple[str, ...],
    more: tuple[str, ...],
    test: bool,
    key: str | None,
    **fields: str | None,
) -> None:
    """Submit a claim.

    \b
    Examples:
      factdesk submit "The bridge was closed on four days." --claimant "Jo Marten" --urgency 2
      pbpaste | factdesk submit - --story-url https://example.org/news/bridge
      factdesk submit --claim claim.json --key wire-2026-03-30-7
    """
    given = _read_claim(claim) if claim else {}
    found = _text(words, text, file)
    if found is not None:
        given["text"] = found
    if not given.get("text"):
        raise click.UsageError("What is the claim? Give its text, --text, --file, --claim, or - to read it.")
    given |= _fields({name.replace("__", "."): value for name, value in fields.items()}, appearance, more)
    if test:
        given["test"] = True
    key = key or str(uuid4())
    try:
        submitted = client.submit(**given, key=key)
    except FactdeskError as error:
        fail(error, as_json, f"It may have been taken in. To be sure, send it again with --key {key}")
    except ValueError as error:  # what has no JSON
        raise click.ClickException(f"It can't be sent: {printable(str(error))}") from error
    _show(client, submitted, as_json)


def _show(client: Client, submitted: Submitted, as_json: bool) -> None:
    if as_json:
        show_json({**submitted.raw, "is_new": submitted.is_new, "is_replayed": submitted.is_replayed})
        return
    show_claim(submitted)
    if submitted.is_replayed:
        click.echo("  It had been sent before under this key.")
    elif not submitted.is_new:
        click.echo("  The same wording had come from you before: it is another submission of that claim.")
    click.echo(printable(f"  Its receipt, for people: {submitted.receipt_url}"))
    if earlier := _earlier(client, submitted):
        click.echo("\nProbably checked before, or being checked:")
        for one in earlier:
            show_match(one)


def _earlier(client: Client, submitted: Submitted) -> tuple[Match, ...]:
    """What probably says the same; asked for once more if the desk had no time to look."""
    if submitted.earlier is not None:
        return submitted.earlier
    try:
        return tuple(one for one in client.earlier_of(submitted.id) if one.says != "something like it")
    except FactdeskError:  # a key that may not read, an older desk: the claim is taken in all the same
        return ()


def _text(words: str | None, text: str | None, file: Any) -> str | None:
    """The claim's text, given in one way at most."""
    if sum(one is not None for one in (words, text, file)) > 1:
        raise click.UsageError("Give the text once: as TEXT, --text or --file.")
    if file is None and words != "-":
        return words or text
    try:
        with file or click.open_file("-", "r", encoding="utf-8") as stream:
            return str(stream.read()).strip()  # an editor's line end would make it another request
    except UnicodeDecodeError as error:
        raise click.UsageError("The text is not UTF-8.") from error


def _fields(options: dict[str, str | None], appearance: tuple[str, ...], more: tuple[str, ...]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    chosen = [(path, value) for path, value in options.items() if value is not None]
    chosen += [(f"appearances.{n}.url", url) for n, url in enumerate(appearance)]
    for path, text in chosen + [assignment(one) for one in more]:
        put(given, path, checked_value(path, text))
    return dict(closed(given))


def assignment(text: str) -> tuple[str, str]:
    """FIELD=VALUE. Raises click.UsageError."""
    path, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError(f"{text!r} should be FIELD=VALUE.")
    return path.strip(), value.strip()


def checked_value(path: str, text: str) -> Any:
    """Text as this field's value. Raises click.UsageError."""
    kind = kind_of(path)
    if kind is None:
        raise click.UsageError(f"A claim has no field {path}.{likely(path)}")
    try:
        return value_of(kind, text)
    except WrongValue as error:
        raise click.UsageError(f"{path} {error}") from error


def _read_claim(path: Path) -> dict[str, Any]:
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{path} is not JSON: {words_of(error)}") from error
    if not isinstance(given, dict):
        raise click.UsageError(f"{path} should hold one JSON object.")
    return given
