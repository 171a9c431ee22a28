"""Which desk is asked and how: the options that every command has."""

import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, NoReturn, ParamSpec

import click
from click.core import ParameterSource

from factdesk.client import Client
from factdesk.command.showing import printable, problem_as_json
from factdesk.errors import FactdeskError, Problem

P = ParamSpec("P")
Command = Callable[P, None]

OPTIONS = (
    click.option("--url", envvar="FACTDESK_URL", metavar="URL", help="The desk's intake. [env: FACTDESK_URL]"),
    click.option("--api-key", envvar="FACTDESK_API_KEY", metavar="KEY", help="[env: FACTDESK_API_KEY]"),
    click.option(
        "--local",
        envvar="FACTDESK_LOCAL",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="Both from the local.json of a desk on this machine. [env: FACTDESK_LOCAL]",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=30.0,
        show_default=True,
        help="Seconds to wait for a sign of life in one try.",
    ),
    click.option(
        "--patience",
        type=click.FloatRange(min=0, min_open=True),
        default=60.0,
        show_default=True,
        help="Seconds to go on trying.",
    ),
)
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")


def connected(function: Callable[Concatenate[Client, bool, P], None]) -> Callable[..., None]:
    """Gives a command the options above and `--json`: it is called with the client, whether JSON is wanted, and its own
    options. What the client raises is told in words, or as JSON, and ends it with 1."""

    @click.pass_context
    @wraps(function)
    def run(ctx: click.Context, /, *args: Any, **options: Any) -> None:
        as_json = options.pop("as_json")
        given = {name: options.pop(name) for name in ("url", "api_key", "local", "timeout", "patience")}
        with _client(ctx, **given) as client:
            try:
                function(client, as_json, *args, **options)
            except FactdeskError as error:
                fail(error, as_json)

    for option in (as_json_option, *reversed(OPTIONS)):
        run = option(run)
    return run


def fail(error: FactdeskError, as_json: bool, hint: str = "") -> NoReturn:
    """Tell what went wrong, and end with 1."""
    if as_json:
        click.echo(json.dumps(problem_as_json(error), ensure_ascii=False))
    else:
        click.echo(f"Error: {printable(str(error))}", err=True)
        for one in error.errors if isinstance(error, Problem) else ():
            click.echo(f"  {printable(one.pointer)}: {printable(one.detail)}", err=True)
        if hint and error.may_be_done:
            click.echo(hint, err=True)
    raise click.exceptions.Exit(1)


def _client(
    ctx: click.Context, url: str | None, api_key: str | None, local: Path | None, timeout: float, patience: float
) -> Client:
    if local is not None:
        told = _read_local(local)
        url = url if _is_on_command_line(ctx, "url") else told.get("intake")
        api_key = api_key if _is_on_command_line(ctx, "api_key") else told.get("api_key")
    if not url or not api_key:
        raise click.UsageError(
            "Which desk? Give --url and --api-key, set FACTDESK_URL and FACTDESK_API_KEY, or for a desk on this machine "
            "give --local var/local.json."
        )
    try:
        return Client(url, api_key, timeout, patience)
    except ValueError as error:
        raise click.UsageError(printable(str(error))) from error


def _is_on_command_line(ctx: click.Context, name: str) -> bool:
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _read_local(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise click.UsageError(f"{path} can't be read: {error}") from error
    if not isinstance(told, dict):
        raise click.UsageError(f"{path} is not what a desk writes.")
    return told
