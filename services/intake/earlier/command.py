"""`python -m services.intake earlier …`: earlier checks are imported and looked for at the desk's own machine."""

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple, NoReturn, cast
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from sqlmodel import select
from tqdm import tqdm

from services.intake import parsing
from services.intake.earlier.importing import AT_ONCE, Importing, Report
from services.intake.earlier.items import Unreadable
from services.intake.earlier.searching import search
from services.intake.earlier.sources import (
    KINDS,
    Kind,
    Source,
    is_address,
    is_at,
    open_address,
    open_file,
    places_in,
    read,
)
from services.intake.earlier.tables import Rows, Wrong, read_mapping
from services.intake.earlier.taking import remove_all
from services.intake.models import EarlierCheck
from services.intake.service import reading, service, transaction

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("earlier")
def earlier() -> None:
    """Fact-checks published before: imported, and found again by their words."""


@earlier.command("import")
@click.argument("given", nargs=-1, required=True, metavar="FILE|FOLDER|URL...")
@click.option("--as", "kind", type=click.Choice(KINDS), help="What it is, if its name or its server does not say so.")
@click.option(
    "--mapping", type=EXISTING, help='Of a CSV: a JSON or TOML file that names columns\' fields: {"Claim": "claim"}.'
)
@click.option("--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="The same for one column. Can be repeated.")
@click.option("--zone", metavar="NAME", help="Of a CSV's dates without one, such as Europe/Kyiv; else UTC.")
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Only checks at this host. Can be repeated.")
@click.option("--dry-run", is_flag=True, help="Read all of it, say what would come of it, and keep nothing.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write what was refused or left out, a JSON object a line. [default: a new earlier-report.jsonl]",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_checks(
    given: tuple[str, ...],
    kind: Kind | None,
    mapping: Path | None,
    pairs: tuple[str, ...],
    zone: str | None,
    hosts: tuple[str, ...],
    dry_run: bool,
    report: Path | None,
    as_json: bool,
) -> None:
    """Import the fact-checks of pages with ClaimReview, DataFeeds or other JSON, JSON Lines, CSV files, or folders of these.

    What is there already is brought up to date, never doubled: the same claim on the same page is the same check. What does not
    hold is written to the report with its place and the reason, and stops nothing else. Ends with 1 if there is such. In a folder
    the endings of names say what the files are.

    \b
    Examples:
      earlier import https://checks.example.org/2024/ferry
      earlier import old-site/ more-pages/*.html
      earlier import data.json --host checks.example.org --dry-run
      earlier import archive.csv --map "Verdict=rating.label" --map "Link=url" --zone Europe/Berlin
    """
    path = report or _free()
    if path.exists() and any(Path(one).exists() and path.samefile(one) for one in given):
        raise click.UsageError("The report can't take the place of what is imported. Name another with --report.")
    with ExitStack() as stack:
        stack.callback(parsing.close)
        try:
            how = _How(kind, read_mapping(mapping, pairs), _zone(zone))
            places = [place for one in given for place in places_in(one, kind)]
            file = cast(IO[str], stack.enter_context(_Lazy(path)))
            importing = Importing(file, dry_run, _small(hosts), of_many=len(places) > 1)
            _run(importing, places, how)
        except (Unreadable, Wrong) as error:
            raise click.ClickException(str(error)) from error
    _show(importing.report, path, dry_run, as_json)
    if not importing.report.is_whole:
        raise click.exceptions.Exit(1)


@earlier.command("remove")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--host", "hosts", multiple=True, metavar="HOST", help="Those at this host. Can be repeated.")
def remove_checks(ids: tuple[UUID, ...], hosts: tuple[str, ...]) -> None:
    """Remove earlier checks: those with the given IDS, or at a host. Imported again, they are back."""
    if not ids and not hosts:
        raise click.UsageError("Which? Give their ids, or --host.")
    with transaction() as session:
        known = session.exec(select(EarlierCheck.id, EarlierCheck.url)).all() if hosts else []
        chosen = {*ids, *(id_ for id_, url in known if is_at(url, _small(hosts)))}
        waiting = iter(chosen)
        count = sum(remove_all(session, some) for some in iter(lambda: list(islice(waiting, AT_ONCE)), []))
    click.echo(f"{count} checks are removed")


@earlier.command("search")
@click.argument("words", nargs=-1, required=True)
@click.option("--most", type=click.IntRange(1, 200), default=10, show_default=True)
def search_checks(words: tuple[str, ...], most: int) -> None:
    """Find earlier checks by their WORDS."""
    with reading() as session:
        found = search(session, " ".join(words), most)
    for check in found.checks:
        published = f", {check.published_at:%Y-%m-%d}" if check.published_at else ""
        click.echo(f"{check.claim[:200]}\n  {check.rating_label}: {check.publisher_name}{published}\n  {check.url}")
    if not found.checks:
        click.echo("Nothing that holds these words is known.")


class _How(NamedTuple):
    """How what is imported is to be read."""

    kind: Kind | None
    columns: Mapping[str, str]
    zone: ZoneInfo | None


def _open(source: str, kind: Kind | None) -> Source:
    if is_address(source):
        return open_address(source, service.settings.private_hosts, kind)
    path = Path(source)
    if not path.is_file():
        raise Unreadable(f"There is no file {source}.")
    return open_file(path, kind)


def _run(importing: Importing, places: Sequence[str], how: _How) -> None:
    """Import what is at these places, with a bar that shows how much of it was read. Of several, one that can't be read stops no
    other. Raises Unreadable and Wrong if there is but one."""
    size = sum(Path(one).stat().st_size for one in places if not is_address(one) and Path(one).is_file())
    with tqdm(total=size, unit="B", unit_scale=True, disable=None) as bar:
        for place in places:
            try:
                _import(importing, place, how, bar)
            except (Unreadable, Wrong) as error:
                if len(places) == 1:
                    raise
                importing.give_up(place, str(error))


def _import(importing: Importing, place: str, how: _How, bar: "tqdm[NoReturn]") -> None:
    found, before = _open(place, how.kind), bar.n
    with found.stream:
        bar.total = (bar.total or 0) + (found.size if is_address(place) else 0)
        items = read(found, how.columns, how.zone)
        if isinstance(items, Rows):
            for column, field in items.columns.items():
                click.echo(f"  {column} → {field}", err=True)

        def advance() -> None:
            told = importing.report
            bar.update(before + found.stream.tell() - bar.n)
            bar.set_postfix(new=told.new, changed=told.changed, refused=told.refused)

        importing.run(place, found.name, items, advance)


def _small(hosts: Iterable[str]) -> list[str]:
    return [host.lower().strip(".") for host in hosts]


def _free() -> Path:
    """A name for the report that no file has yet."""
    path, number = Path("earlier-report.jsonl"), 1
    while path.exists():
        number += 1
        path = path.with_name(f"earlier-report-{number}.jsonl")
    return path


class _Lazy:
    """A file that is made when something is written to it, and replaces one of the same name then."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: IO[str] | None = None

    def __enter__(self) -> "_Lazy":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def write(self, text: str) -> int:
        if self._file is None:
            self._file = open(self._path, "w", encoding="utf-8")  # noqa: SIM115 - closed with the import
        return self._file.write(text)


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Wrong(f"There is no time zone {name}. They are named like Europe/Kyiv.") from None


def _show(told: Report, path: Path, dry_run: bool, as_json: bool) -> None:
    has_file = bool(told.refused or told.with_notes or told.unread)
    if as_json:
        click.echo(json.dumps(asdict(told) | {"dry_run": dry_run, "report": str(path) if has_file else None}))
        return
    words = "would be" if dry_run else "are"
    click.echo(
        f"{told.new:,} checks {words} new, {told.changed:,} {words} brought up to date, {told.same:,} were the same."
    )
    counted = (
        (
            told.media or told.empty,
            f"Passed over: {told.media:,} MediaReviews, {told.empty:,} items with nothing in them.",
        ),
        (told.elsewhere, f"{told.elsewhere:,} stand at other hosts and were passed over."),
        (told.with_notes, f"{told.with_notes:,} were taken without what does not hold in them."),
        (told.refused, f"{told.refused:,} were refused."),
        (told.unread, f"{told.unread:,} files or addresses could not be read, or not to their end."),
        (has_file, f"What was refused or left out, and why: {path}"),
    )
    for count, sentence in counted:
        if count:
            click.echo(sentence)
    if told.broke_off:
        click.echo(f"It could not be read to its end: {told.broke_off}", err=True)
