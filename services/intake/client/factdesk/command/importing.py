"""`factdesk import`: the claims of a file."""

import json
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import click
from tqdm import tqdm

from factdesk.client import Client
from factdesk.command.connection import connected
from factdesk.command.journal import Journal, digest_of
from factdesk.command.mapping import Mapped, given_by, make_mapping, unused
from factdesk.command.showing import printable, show_json
from factdesk.command.tables import Csv, JsonLines, Row, open_table
from factdesk.errors import FactdeskError, NotOffered, TryLater
from factdesk.given import written
from factdesk.records import Result

AT_ONCE = 1_000  # rows in one request
MOST_BYTES = 20_000_000  # of them
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = click.Path(dir_okay=False, path_type=Path)


@dataclass
class Report:
    """What became of a file's rows. `unsent`: the desk could not take them in now, or it was stopped before."""

    rows: int = 0
    new: int = 0
    known: int = 0
    sent_before: int = 0
    refused: int = 0
    unsent: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether every row was taken in."""
        return not self.refused and not self.unsent


class Ready(NamedTuple):
    """A row as it is to be sent: its claim and digest; or why it is refused; or neither, if it was sent before."""

    row: Row
    digest: str = ""
    claim: dict[str, Any] | None = None
    refused: str | None = None
    size: int = 0


@click.command("import")
@click.argument("file", type=EXISTING)
@click.option(
    "--mapping", type=EXISTING, help='A JSON or TOML file that names each column\'s field: {"Claim": "text"}.'
)
@click.option("--map", "pairs", multiple=True, metavar="COLUMN=FIELD", help="The same for one column. Can be repeated.")
@click.option("--set", "always", multiple=True, metavar="FIELD=VALUE", help="The same for every row. Can be repeated.")
@click.option("--zone", metavar="NAME", help="Of dates without one, such as Europe/Kyiv.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), help="If the file's name does not say it.")
@click.option("--encoding", metavar="NAME", help="If it is neither UTF-8 nor UTF-16: such as cp1252.")
@click.option("--delimiter", metavar="SIGN", help="Between cells, if it is not found by itself.")
@click.option(
    "--dry-run",
    is_flag=True,
    help="Have the desk judge all of it, show what would be sent, and take nothing in.",
)
@click.option("--as-test", is_flag=True, help="Send it all as a try: it counts nowhere.")
@click.option("--journal", type=NEW, help="What was sent. [default: FILE.sent.jsonl]")
@click.option("--refused", type=NEW, help="Where refused rows go. [default: FILE's name with .refused]")
@connected
def import_file(
    client: Client,
    as_json: bool,
    file: Path,
    mapping: Path | None,
    pairs: tuple[str, ...],
    always: tuple[str, ...],
    zone: str | None,
    form: str | None,
    encoding: str | None,
    delimiter: str | None,
    dry_run: bool,
    as_test: bool,
    journal: Path | None,
    refused: Path | None,
) -> None:
    """Send the claims of a CSV file or of JSON Lines.

    A column is used if it is named as a field (text, claimant.name, tags, appearances.0.url …) or mapped to one. Rows that are
    refused are written to a file, with the reason in its last column: mend it and import it, or mend the file itself and
    import that again. What was taken in before is not sent again. Stopped, it goes on where it was.

    \b
    Examples:
      factdesk import claims.csv --map "Claim=text" --map "Who=claimant.name" --dry-run
      factdesk import claims.csv --mapping columns.toml --set tags=archive --zone Europe/Kyiv
      factdesk import claims.refused.csv --mapping columns.toml --set tags=archive
    """
    table = open_table(file, form, encoding, delimiter)
    fixed = (*always, "test=yes") if as_test else always
    mapped = make_mapping(table, given_by(mapping, pairs), fixed, _zone(zone))
    count = sum(1 for _ in table)  # and a file that can't be read to its end is refused before any of it is sent
    if not as_json:
        _show_mapping(table, mapped, count)
    if dry_run:
        _try(client, table, mapped, as_json)
        return
    with ExitStack() as stack:
        journal_ = stack.enter_context(Journal(journal or Path(f"{file}.sent.jsonl"), client.base_url))
        refused_ = stack.enter_context(Refused(table, refused or _free(file)))
        bar = stack.enter_context(tqdm(total=count, unit=" rows", disable=None, file=sys.stderr))
        sending = Sending(client, table, mapped, journal_, refused_, bar)
        failure = sending.run(count)
    _show_report(sending.report, refused_.path if sending.report.refused else None, failure, as_json)
    if failure or not sending.report.is_whole:
        raise click.exceptions.Exit(1)


class Refused:
    """The file of refused rows: made with the first of them, and never in place of another file."""

    def __init__(self, table: Csv | JsonLines, path: Path) -> None:
        self.path = path
        self._table = table
        self._file: IO[str] | None = None

    def __enter__(self) -> "Refused":
        if self.path.exists():
            raise click.UsageError(f"{self.path} exists already. Name another file with --refused.")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def add(self, row: Row, reason: str) -> None:
        """Write a row with the reason."""
        is_first = self._file is None
        if self._file is None:
            self._file = open(self.path, "x", encoding=self._table.encoding, errors="backslashreplace", newline="")  # noqa: SIM115
        self._table.write_refused(self._file, row, reason, is_first)
        self._file.flush()


class Sending:
    """A file on its way. Rows go in requests of a thousand, each under a key made of its rows' place and content, so that the same
    file is taken in once even if the journal is lost."""

    def __init__(
        self,
        client: Client,
        table: Csv | JsonLines,
        mapped: Mapped,
        journal: Journal,
        refused: Refused,
        bar: "tqdm[Any]",
    ) -> None:
        self.report = Report()
        self._client, self._table, self._mapped = client, table, mapped
        self._journal, self._refused, self._bar = journal, refused, bar

    def run(self, count: int) -> FactdeskError | None:
        """Send all of it. Gives the error that stopped it, if one did."""
        self.report.rows = count
        failure = None
        try:
            for part in _parts(self._ready(row) for row in self._table):
                self._send(part)
        except FactdeskError as error:
            failure = error
        told = self.report
        told.unsent = told.rows - told.new - told.known - told.sent_before - told.refused
        return failure

    def _ready(self, row: Row) -> Ready:
        claim, wrong = self._mapped.claim(row)
        if wrong:
            return Ready(row, refused=self._mapped.reason(wrong))
        try:
            line = written(claim)
        except ValueError as error:
            return Ready(row, refused=f"It can't be sent: {error}")
        digest = digest_of(claim)
        if self._journal.was_sent(digest):
            return Ready(row, digest, size=len(line))
        return Ready(row, digest, claim, size=len(line))

    def _send(self, part: list[Ready]) -> None:
        key = sha256("\n".join([str(part[0].row.number), *(one.digest for one in part)]).encode()).hexdigest()
        results = self._client.submit_batch([one.claim for one in part], key=f"import-{key}")
        later: Result | None = None
        for one in part:
            if one.claim is not None:
                result = next(results)
                self._note(one, result)
                later = result if result.is_passing else later
            elif one.refused is not None:
                self._refuse(one, one.refused)
            else:
                self.report.sent_before += 1
            self._bar.update()
        if later:
            raise TryLater(later.status, {"title": "Not now", "detail": later.detail})

    def _note(self, one: Ready, result: Result) -> None:
        if result.ok:
            self._journal.note(one.row.number, one.digest, result)
            self.report.new += result.is_new
            self.report.known += not result.is_new
        elif not result.is_passing:
            self._refuse(one, self._mapped.reason(result.errors, result.detail))

    def _refuse(self, one: Ready, reason: str) -> None:
        self._refused.add(one.row, reason)
        self.report.refused += 1


def _parts(rows: Iterator[Ready]) -> Iterator[list[Ready]]:
    """Rows for one request each. Where one ends depends on nothing but the file."""
    part: list[Ready] = []
    size = 0
    for one in rows:
        if part and (len(part) == AT_ONCE or size + one.size > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(one)
        size += one.size
    if part:
        yield part


def _zone(name: str | None) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise click.UsageError(f"There is no time zone {name}. They are named like Europe/Kyiv.") from None


def _free(file: Path) -> Path:
    """A name for the file of refused rows that no file has yet."""
    stem = file.stem.removesuffix(".refused")
    path, number = file.with_name(f"{stem}.refused{file.suffix}"), 1
    while path.exists():
        number += 1
        path = file.with_name(f"{stem}.refused-{number}{file.suffix}")
    return path


@dataclass
class Tried:
    """What would become of a file's rows: the first of the claims, and which rows would be refused."""

    rows: int = 0
    first: dict[str, Any] | None = None
    wrong: list[Ready] = field(default_factory=list)

    def take(self, ready: Iterable[Ready]) -> "Tried":
        """Count rows in."""
        for one in ready:
            self.rows += 1
            if one.refused is not None:
                self.wrong.append(one)
            else:
                self.first = self.first or one.claim
        return self


def _try(client: Client, table: Csv | JsonLines, mapped: Mapped, as_json: bool) -> None:
    """Show what would be sent, as the desk judges it. Ends with 1 if rows would be refused."""
    try:
        tried, by_desk = Tried().take(_judged_by(client, table, mapped)), True
    except NotOffered:
        tried, by_desk = Tried().take(_read(table, mapped)), False
    _show_tried(tried, by_desk, as_json)
    if tried.wrong:
        raise click.exceptions.Exit(1)


def _read(table: Csv | JsonLines, mapped: Mapped) -> Iterator[Ready]:
    """Rows as they would be sent, or why no claim can be made of them."""
    for row in table:
        claim, errors = mapped.claim(row)
        yield Ready(row, refused=mapped.reason(errors)) if errors else Ready(row, claim=claim)


def _judged_by(client: Client, table: Csv | JsonLines, mapped: Mapped) -> Iterator[Ready]:
    """The same, and what the desk says of those of which a claim can be made. Raises NotOffered before the first."""
    waiting: deque[Ready] = deque()

    def claims() -> Iterator[dict[str, Any]]:
        for one in _read(table, mapped):
            waiting.append(one)
            if one.claim is not None:
                yield one.claim

    for result in client.judge(claims()):
        while waiting[0].claim is None:
            yield waiting.popleft()
        one = waiting.popleft()
        yield one if result.ok else one._replace(refused=mapped.reason(result.errors, result.detail))
    yield from waiting


def _show_tried(tried: Tried, by_desk: bool, as_json: bool) -> None:
    hold = tried.rows - len(tried.wrong)
    if as_json:
        refused = [{"row": one.row.number, "line": one.row.line, "because": one.refused} for one in tried.wrong]
        told = {"rows": tried.rows, "would_be_sent": hold, "judged_by_desk": by_desk}
        show_json({**told, "refused": refused, "first": tried.first})
        return
    click.echo(f"Nothing was taken in. {hold:,} of {tried.rows:,} rows hold.")
    if not by_desk:
        click.echo("This desk is older than the command and judges them only when they are sent.")
    for one in tried.wrong[:20]:
        click.echo(printable(f"  row {one.row.number} (line {one.row.line}): {one.refused}"))
    if len(tried.wrong) > 20:
        click.echo(f"  … and {len(tried.wrong) - 20:,} more")
    if tried.first:
        click.echo(f"The first claim:\n{printable(json.dumps(tried.first, ensure_ascii=False, indent=2))}")


def _show_mapping(table: Csv | JsonLines, mapped: Mapped, count: int) -> None:
    click.echo(printable(f"{table.path}: {count:,} rows"), err=True)
    for column, path in (mapped.paths or {}).items():
        click.echo(printable(f"  {column} → {path}"), err=True)
    if others := unused(table, mapped):
        more = f" and {len(others) - 10} more" if len(others) > 10 else ""
        click.echo(printable(f"  not used: {', '.join(others[:10])}{more}"), err=True)


def _show_report(report: Report, refused: Path | None, failure: FactdeskError | None, as_json: bool) -> None:
    if as_json:
        show_json(asdict(report) | {"refused_file": refused and str(refused), "error": failure and str(failure)})
        return
    new = f"{report.new:,} new claim{'' if report.new == 1 else 's'}"
    click.echo(f"{report.new + report.known:,} of {report.rows:,} rows were taken in: {new}, "
               f"{report.known:,} whose wording had come from you before.")  # fmt: skip
    if report.sent_before:
        click.echo(f"{report.sent_before:,} had been sent before.")
    if refused:
        was, them = ("was", "it") if report.refused == 1 else ("were", "them")
        click.echo(printable(f"{report.refused:,} {was} refused: mend {them} in {refused} and import that."))
    if failure:
        click.echo(f"Error: {printable(str(failure))}", err=True)
    if report.unsent:
        click.echo(f"{report.unsent:,} could not be sent: the same command again goes on from there.", err=True)
