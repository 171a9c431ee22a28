"""Run a command of a service on the desk under VAR: `python -m deploy.command review verify`; `factdesk export`, too."""

import os
import subprocess
import sys
from collections.abc import Sequence

import click

from deploy.layout import Layout


def main() -> None:
    """Hand the arguments on, with that desk's environment."""
    name, *arguments = sys.argv[1:]
    sys.exit(_run(Layout.from_environment().environment(), name, arguments))


@click.command("export", add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def export(arguments: tuple[str, ...]) -> None:
    """Write the desk's public record as files that any web server can host.

    As `python -m services.publish export`, on the desk that the environment names or else on the one under VAR.
    """
    is_named = "PUBLISH_DATABASE_URL" in os.environ
    environment = dict(os.environ) if is_named else Layout.from_environment().environment()
    sys.exit(_run(environment, "publish", ("export", *arguments)))


def _run(environment: dict[str, str], name: str, arguments: Sequence[str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", f"services.{name}", *arguments], env=environment, check=False
    ).returncode


if __name__ == "__main__":
    main()
