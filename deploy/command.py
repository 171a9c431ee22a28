"""Run a command of a service on the desk under VAR: `python -m deploy.command review verify`; `factdesk export`, `match tune`."""

import os
import subprocess
import sys
from collections.abc import Sequence

import click

from deploy.layout import SERVICES, Layout


def main() -> None:
    """Hand the arguments on, with that desk's environment."""
    name, *arguments = sys.argv[1:] or ["--help"]
    if name not in SERVICES:
        is_help = name in ("-h", "--help")
        print(
            __doc__ if is_help else f"{name} is none of {', '.join(SERVICES)}.",
            file=sys.stdout if is_help else sys.stderr,
        )
        sys.exit(0 if is_help else 2)
    sys.exit(_run(_environment(), name, arguments))


@click.command("export", add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def export(arguments: tuple[str, ...]) -> None:
    """Write the desk's public record as files that any web server can host.

    As `python -m services.publish export`, on the desk that the environment names or else on the one under VAR.
    """
    sys.exit(_run_on_desk("publish", ("export", *arguments)))


@click.command("tune", add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def tune(arguments: tuple[str, ...]) -> None:
    """Learn the matching's weights from what was accepted and refused at the desk of this machine.

    As `python -m services.review matching tune`, on the desk that the environment names or else on the one under VAR.
    """
    sys.exit(_run_on_desk("review", ("matching", "tune", *arguments)))


def _run_on_desk(name: str, arguments: Sequence[str]) -> int:
    is_named = f"{name.upper()}_DATABASE_URL" in os.environ
    return _run(dict(os.environ) if is_named else _environment(), name, arguments)


def _environment() -> dict[str, str]:
    """What the processes of the desk under VAR are told. Ends with 2, and words, if there is none."""
    try:
        return Layout.of_a_desk().environment()
    except FileNotFoundError as error:
        click.echo(error, err=True)
        sys.exit(2)


def _run(environment: dict[str, str], name: str, arguments: Sequence[str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", f"services.{name}", *arguments], env=environment, check=False
    ).returncode


if __name__ == "__main__":
    main()
