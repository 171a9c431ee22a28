"""Commands of the publish service: `python -m services.publish --help`."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import click
from flask import Flask
from tqdm import tqdm

from services.publish import disputes, reindexing, remarks, renewing, search, sites
from services.publish.exporting import export
from services.publish.models import Renewal
from services.publish.service import reading, service, transaction
from services.publish.settings import Settings
from shared.cli import service_commands
from shared.errors import NotFound
from shared.matching.command import index_commands

cli = service_commands(service)


@cli.group("disputes")
def disputes_group() -> None:
    """Readers' challenges."""


@disputes_group.command("erase")
@click.argument("dispute_id", type=click.UUID)
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_dispute(dispute_id: UUID) -> None:
    """Forget what a reader wrote in a challenge. What was decided stays. The desk forgets it by the same command of review."""
    try:
        with transaction() as session:
            disputes.erase(session, dispute_id)
    except NotFound as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo("Forgotten here. What was decided stays.")


@cli.group("remarks")
def remarks_group() -> None:
    """What readers wrote of whether a fact-check was useful."""


@remarks_group.command("erase")
@click.argument("remark_id", type=click.UUID)
@click.confirmation_option(prompt="Nobody can undo this. Erase?")
def erase_remark(remark_id: UUID) -> None:
    """Forget what a reader wrote. Their answer stays counted. The desk forgets it by the same command of review."""
    try:
        with transaction() as session:
            remarks.erase(session, remark_id)
    except NotFound as problem:
        raise click.ClickException(problem.detail) from problem
    click.echo("Forgotten here. The answer stays counted.")


@cli.command("rerender")
@click.option("--status", "only_look", is_flag=True, help="Only say how far it is.")
@click.option("--background", is_flag=True, help="Only begin: the process for errands does the work.")
def rerender(only_look: bool, background: bool) -> None:
    """Make every page anew, beside those that readers have; then show all of them at once.

    It goes on where it was if it was ended before. After an update that changes pages, a desk begins this by itself.
    """
    if not only_look:
        with transaction() as session:
            number = renewing.begin(session, all_pages=True).number
        if not background:
            _make_all(number)
    with reading() as session:
        last = renewing.newest(session)
    click.echo(_told(last) if last else "Nothing has been made anew yet")


def _make_all(number: int) -> None:
    with tqdm(unit=" pages", disable=None) as bar:
        while renewing.step(number):
            with reading() as session:
                if (last := session.get(Renewal, number)) is not None:
                    bar.total = last.total
                    bar.update(last.done - bar.n)


def _told(last: Renewal) -> str:
    """How far a renewal is, in words."""
    failed = f"; {last.failed} could not be made and stay as they were, the last: {last.error}" if last.failed else ""
    if last.is_over and last.shown_at:
        return f"All {last.done} pages are rendered anew{failed}"
    if last.shown_at:
        return f"{last.done} pages are rendered anew and shown; they are being put in their places{failed}"
    return f"{last.done} of {last.total} pages are rendered anew; readers see the old ones{failed}"


cli.add_command(index_commands(service, search.index, reindexing.fill, search.order_encoding))


@contextmanager
def _unlogged() -> Iterator[None]:
    """The export asks the service for each page, as readers do. That is no line of a log each time, for who waits for the files."""
    requests = logging.getLogger("shared.web")
    level = requests.level
    requests.setLevel(logging.WARNING)
    try:
        yield
    finally:
        requests.setLevel(level)


def export_command(make_app: Callable[[Settings], Flask]) -> click.Command:
    """The command that writes the record as files, with the app that it asks for them."""

    @click.command("export")
    @click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
    @click.option("--base-url", metavar="URL", help="Where the files will be hosted. [default: where the live site is]")
    @click.option(
        "--site", "number", type=int, default=sites.MAIN, help="The number of one of several. [default: the main one]"
    )
    def export_record(folder: Path, base_url: str | None, number: int) -> None:
        """Write the whole record into FOLDER: pages, lists, feeds, sitemaps, cards and data, for any web server to host.

        Written again, what has changed is replaced, file by file; nothing is deleted. Ends with 1 if a page leads to what
        is not there.
        """
        if number not in sites.every():
            raise click.BadParameter(f"There is no site {number}.", param_hint="--site")
        url = base_url or sites.numbered(number).url
        if not urlsplit(url).netloc or urlsplit(url).scheme not in ("http", "https"):
            raise click.BadParameter(
                "has to be an address such as https://facts.example/archive", param_hint="--base-url"
            )
        with tqdm(unit=" files", disable=None) as bar, _unlogged():
            done = export(make_app(service.settings), folder, url, bar.update, number)
        for address in done.missing:
            click.echo(f"{address} is not there", err=True)
        click.echo(f"{done.files} files, of which {done.changed} are new or have changed")
        if done.missing:
            raise click.exceptions.Exit(1)

    return export_record
