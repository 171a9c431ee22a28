"""Commands of the publish service: `python -m services.publish --help`."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import click
from flask import Flask
from sqlmodel import col, func, select
from tqdm import tqdm

from services.publish import disputes, listing, search, sites, workflow
from services.publish.exporting import export
from services.publish.models import Check
from services.publish.service import reading, service, transaction
from services.publish.settings import Settings
from shared.cli import service_commands
from shared.errors import NotFound
from shared.matching.command import index_commands
from shared.matching.keeping import Step

AT_ONCE = 50

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


@cli.command("rerender")
def rerender() -> None:
    """Render every page anew from its current revision, after a change of templates, style or address."""
    done, last = 0, None
    while ids := _after(last):
        with transaction() as session:  # a few at a time, so that new verdicts need not wait
            for claim_id in ids:
                workflow.render_again(session, claim_id)
        done, last = done + len(ids), ids[-1]
        click.echo(f"{done} pages rendered")
    click.echo(f"All {done} pages are rendered anew")


def _after(last: UUID | None) -> list[UUID]:
    chosen = select(col(Check.claim_id)).where(Check.revision > 0).order_by(col(Check.claim_id)).limit(AT_ONCE)
    with reading() as session:
        return list(session.exec(chosen if last is None else chosen.where(col(Check.claim_id) > last)))


def _index_anew() -> Iterator[Step]:
    with reading() as session:
        total = session.exec(select(func.max(Check.position))).one()
    yield "checks", total or 0, _index_checks()


def _index_checks() -> Iterator[int]:
    last = None
    while ids := _after(last):
        with transaction() as session:
            listing.index_again(session, ids)
        last = ids[-1]
        yield len(ids)


cli.add_command(index_commands(service, search.index, _index_anew, search.order_encoding))


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
        with tqdm(unit=" files", disable=None) as bar:
            done = export(make_app(service.settings), folder, url, bar.update, number)
        for address in done.missing:
            click.echo(f"{address} is not there", err=True)
        click.echo(f"{done.files} files, of which {done.changed} are new or have changed")
        if done.missing:
            raise click.exceptions.Exit(1)

    return export_record
