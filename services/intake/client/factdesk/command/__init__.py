"""The command `factdesk`: submit, status, claims, changes, match, earlier, import, listen.

It ends with 0 if all went well, 1 if something did not (a claim was refused, nobody answered) and 2 if it was called in a way
that can't be.
"""

import sys
from importlib.metadata import entry_points

import click

from factdesk.command.following import changes, claims, earlier, match, status
from factdesk.command.importing import import_file
from factdesk.command.listening import listen
from factdesk.command.submitting import submit
from factdesk.command.under import WithOthers
from factdesk.wire import VERSION


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="factdesk")
def cli() -> None:
    """Send claims to a newsroom's fact-check desk and learn what became of them.

    Where the desk is and with which key it is asked comes from --url and --api-key, from FACTDESK_URL and
    FACTDESK_API_KEY, or from the file that a desk on this machine writes: --local var/local.json.

    \b
    Examples:
      factdesk submit "The bridge was closed on four days." --claimant "Jo Marten"
      factdesk status 019d3c5e-8f10-7a3b-9c44-2f6f3f0b8d11 --watch
      factdesk import claims.csv --map "Claim=text" --map "Who=claimant.name" --dry-run
      factdesk listen --port 8400 --secret whsec_…
    """


for one in (submit, status, claims, changes, match, earlier, import_file, listen):
    cli.add_command(one)


def add_what_is_installed() -> None:
    """What else this machine has to offer: where a desk is installed, its own commands, `match.tune` under `match`."""
    for one in entry_points(group="factdesk.commands"):
        above, _, name = one.name.rpartition(".")
        if above:
            over = cli.commands[above]
            assert isinstance(over, WithOthers)  # noqa: S101
            over.others[name] = one.load()
        else:
            cli.add_command(one.load(), name)


def main() -> None:
    """The command's entry point."""
    add_what_is_installed()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal without UTF-8 is no reason to stop
    cli()
