"""Commands of the intake service: `python -m services.intake --help`."""

import json
from datetime import timedelta
from urllib.parse import urlsplit

import click

from services.intake import auth, queries, webhooks
from services.intake.service import reading, service, transaction
from shared.cli import service_commands
from shared.clock import now
from shared.errors import NotFound

cli = service_commands(service)


class Name(click.ParamType[str]):
    """A name that people can see."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        name = " ".join(value.split())
        if not name.isprintable() or not 1 <= len(name) <= 200:
            self.fail("has to be a name of 1 to 200 characters.", param, ctx)
        return name


@cli.group("keys")
def keys() -> None:
    """API keys of newsrooms."""


@keys.command("create")
@click.option("--newsroom", type=Name(), required=True, help="Whose key it is; a new newsroom is made.")
@click.option("--name", type=Name(), required=True, help="What it is for, such as the system that uses it.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice(auth.SCOPES), default=auth.SCOPES, show_default=True
)
@click.option("--expires-days", type=click.IntRange(1, 36_500), help="After so many days it opens nothing.")
@click.option(
    "--per-minute", type=click.IntRange(1), help="Requests a minute; else as INTAKE_REQUESTS_PER_MINUTE says."
)
@click.option("--per-day", type=click.IntRange(0), help="Claims a day; else as INTAKE_CLAIMS_PER_DAY says.")
@click.option("--contact", type=Name(), help="An e-mail address of the newsroom, for when its system misbehaves.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def create_key(
    newsroom: str,
    name: str,
    scopes: tuple[auth.Scope, ...],
    expires_days: int | None,
    per_minute: int | None,
    per_day: int | None,
    contact: str | None,
    as_json: bool,
) -> None:
    """Make a key and show it, once."""
    expires_at = now() + timedelta(days=expires_days) if expires_days else None
    with transaction() as session:
        key = auth.make_key(session, newsroom, name, list(scopes), expires_at, contact, per_minute, per_day)
    if as_json:
        click.echo(json.dumps({"key": key, "newsroom": newsroom, "scopes": list(scopes)}))
    else:
        click.echo(f"{key}\nKeep it now: it can't be shown again.")


@keys.command("list")
def list_keys() -> None:
    """Every key, without its secret."""
    with reading() as session:
        for key, newsroom in queries.list_keys(session):
            state = (
                "revoked" if key.revoked_at else f"expires {key.expires_at:%Y-%m-%d}" if key.expires_at else "no expiry"
            )
            click.echo(f"{key.id}  {newsroom}: {key.name}  [{', '.join(key.scopes)}]  {state}")


@keys.command("revoke")
@click.argument("key_id")
def revoke_key(key_id: str) -> None:
    """Make a key open nothing from now on."""
    try:
        with transaction() as session:
            auth.revoke_key(session, key_id)
    except NotFound as error:
        raise click.ClickException(error.detail) from error
    click.echo(f"{key_id} is revoked")


@cli.group("webhooks")
def webhook_commands() -> None:
    """Endpoints of newsrooms that are told of events."""


@webhook_commands.command("list")
def list_webhooks() -> None:
    """Every endpoint, whose it is and how it is doing. Of its address only the host: the rest may be a secret."""
    with reading() as session:
        for endpoint, newsroom in webhooks.list_all(session):
            state = "ok"
            if endpoint.disabled_at:
                state = f"disabled {endpoint.disabled_at:%Y-%m-%d %H:%M} ({endpoint.disabled_because})"
            elif endpoint.failing_since:
                state = f"failing since {endpoint.failing_since:%Y-%m-%d %H:%M}, {endpoint.failures} times"
            click.echo(f"{endpoint.id}  {newsroom}: {urlsplit(endpoint.url).hostname}  {endpoint.about}  {state}")
