"""The commands that every service has; each service adds its own to the same group."""

import json
import sys
from importlib import import_module
from typing import Any
from uuid import UUID

import click
from sqlmodel import col, select
from tqdm import tqdm

from shared import ledger
from shared import outbox as messages
from shared.log import words_of
from shared.migrations import migrate, write_migration
from shared.moving import CannotMove, move
from shared.service import Service
from shared.settings import SettingsError
from shared.unable import unable

ONLY_HELP = "only help is asked for"  # in the context's meta


class _Commands(click.Group):
    """A group that knows whether it is asked for more than help: that needs no settings, and no database."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[ONLY_HELP] = "--help" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. That a database is away or a disk full is said in words."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            if (problem := unable(error)) is None:
                raise
            raise click.ClickException(f"{problem.detail} ({words_of(error)})") from error


def service_commands(service: Service[Any]) -> click.Group:
    """`migrate`, `relay`, `worker`, `outbox …` for one service. The group starts the service."""

    @click.group(cls=_Commands, help=f"Commands of the {service.name} service. Settings come from the environment.")
    @click.pass_context
    def cli(ctx: click.Context) -> None:
        if not ctx.meta[ONLY_HELP]:
            _start(service)

    @cli.command("migrate")
    def migrate_database() -> None:
        """Bring the database to the newest form."""
        migrate(service.database, service.migrations)

    @cli.command("new-migration")
    @click.argument("name")
    def new_migration(name: str) -> None:
        """Write the next migration from what the models have and the database has not."""
        write_migration(service.database, service.migrations, name)

    @cli.command("relay")
    def run_relay() -> None:
        """Send the outbox's messages until stopped."""
        from shared.relay import Relay

        Relay(service).run()

    @cli.command("worker")
    def run_worker() -> None:
        """Apply the messages sent to this service until stopped."""
        from shared.worker import run_worker

        run_worker(service)

    if (service.folder / "errands.py").exists():
        cli.add_command(_errands_command(service))
    cli.add_command(_move_command(service))
    cli.add_command(_ledger_command(service))
    cli.add_command(_tell_again_command(service))
    cli.add_command(_outbox_commands(service))
    return cli


def _start(service: Service[Any]) -> None:
    try:
        service.start_process()
    except SettingsError as error:
        raise click.UsageError(str(error)) from error


def _errands_command(service: Service[Any]) -> click.Command:
    @click.command("errands")
    def run_errands() -> None:
        """Do what waits for the network until stopped."""
        from shared.worker import run_errands

        run_errands(service)

    return run_errands


def _move_command(service: Service[Any]) -> click.Command:
    @click.command("move-to")
    @click.argument("url")
    def move_to(url: str) -> None:
        """Move everything from this service's SQLite database to the empty PostgreSQL database at URL.

        The desk has to be stopped. All is moved or nothing; the old file stays as it is. Leave the password out of URL, which `ps`
        shows to everybody on this machine: PGPASSWORD, PGPASSFILE and ~/.pgpass are read as psql reads them.
        """
        moving: Any = import_module(f"services.{service.name}.moving")
        with tqdm(unit=" rows", disable=None) as bar:

            def moved(count: int, total: int) -> None:
                bar.total = total
                bar.update(count)

            try:
                rows = move(service, url, moving.INDEXES, moved)
            except CannotMove as problem:
                raise click.ClickException(str(problem)) from problem
        click.echo(f"{rows} rows were moved, and each is as it was.")
        click.echo(f"Set {service.name.upper()}_DATABASE_URL to the new address, and start the desk.")

    return move_to


def _ledger_command(service: Service[Any]) -> click.Command:
    @click.command("ledger")
    def write_ledger() -> None:
        """Write what others must know and what is known from them, one JSON object a line."""
        with service.reading() as session:
            ledger.write(_ledger_of(service), session, sys.stdout)

    return write_ledger


def _tell_again_command(service: Service[Any]) -> click.Command:
    @click.command("tell-again")
    def tell_again() -> None:
        """Send once more what the ledger's lines on standard input name. What another knows newer than it is told, a line of the
        side "known", gets a newer number first."""
        entries = list(ledger.read(sys.stdin))
        its = _ledger_of(service)
        with service.transaction() as session:
            for side, entry in entries:
                if side == "known":
                    its.lift(session, entry)
                else:
                    its.tell_again(session, entry)
        click.echo(f"{len(entries)} messages will be sent again")

    return tell_again


def _ledger_of(service: Service[Any]) -> ledger.Ledger:
    module: Any = import_module(f"services.{service.name}.ledger")
    return module  # type: ignore[no-any-return]


def _outbox_commands(service: Service[Any]) -> click.Group:
    @click.group("outbox")
    def group() -> None:
        """Look at the messages out, and send parked ones again."""

    @group.command("parked")
    def show_parked() -> None:
        """List the parked messages, one JSON object a line."""
        with service.reading() as session:
            for row in session.exec(select(service.outbox).where(col(service.outbox.parked_at).is_not(None))):
                click.echo(json.dumps(row.model_dump(mode="json", exclude={"payload"})))

    @group.command("replay")
    @click.argument("ids", nargs=-1, type=click.UUID)
    def replay(ids: tuple[UUID, ...]) -> None:
        """Send parked messages again: those with the given IDS, or all."""
        with service.transaction() as session:
            click.echo(f"{messages.replay(session, service.outbox, ids or None)} messages will be sent again")

    return group
