"""Compare what the services told each other with what they know, and send again what is missing.

    python -m deploy.reconcile [--resend]        on the desk under VAR, as `make run` started it
    python -m deploy.reconcile FILE …            on ledgers written elsewhere by `python -m services.<name> ledger`

Exits with 1 if something is missing and was not sent again. What is on its way at this moment shows as missing. What a service
knows newer than its teller tells it shows, too: the teller was put back to an older backup. It tells it under a newer number then,
once nothing else of the same record is missing: run it until there are 0 differences.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from deploy.layout import SERVICES, Layout
from shared.ledger import Entry, differences, known_newer, read

TELLER = "review"  # of all in `ledger.LIFTED`


@click.command(help=__doc__)
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--resend", is_flag=True, help="Tell again what is missing.")
def main(files: Sequence[Path], resend: bool) -> None:
    if files and resend:
        raise click.UsageError("Ledgers from files can be compared, not sent again.")
    if not files:
        _look_for_desk()
    ledgers = {path.name: path.read_text() for path in files} or {name: _ask(name, "ledger") for name in SERVICES}
    lines = [line for ledger in ledgers.values() for line in ledger.splitlines()]
    missing, newer = differences(lines), known_newer(lines)
    for entry in missing:
        click.echo(f"missing in {entry.queue}: {entry.topic} {entry.key} revision {entry.revision}")
    for entry in newer:
        click.echo(f"known newer in {entry.queue} than told: {entry.topic} {entry.key} revision {entry.revision}")
    click.echo(f"{len(missing) + len(newer)} differences")
    if resend:
        _send_again(missing, ledgers)
        _lift(to_lift(newer, missing))
    elif missing or newer:
        sys.exit(1)


def _look_for_desk() -> None:
    try:
        Layout.of_a_desk()
    except FileNotFoundError as error:
        raise click.UsageError(str(error)) from error


def _send_again(missing: list[Entry], ledgers: dict[str, str]) -> None:
    """Whoever told of something tells of it again."""
    for name, ledger in ledgers.items():
        told = {entry for side, entry in read(ledger.splitlines()) if side == "told"}
        own = [entry for entry in missing if entry in told]
        if own:
            lines = "\n".join(json.dumps(entry._asdict()) for entry in own)
            click.echo(f"{name}: {_ask(name, 'tell-again', lines).strip()}")


def to_lift(newer: list[Entry], missing: list[Entry]) -> list[Entry]:
    """What to tell under a newer number now. What is still missing of the same record comes first: its teller may have to learn
    from it how things stand."""
    waiting = {entry.key.partition("/")[0] for entry in missing}
    return [entry for entry in newer if entry.key not in waiting]


def _lift(entries: list[Entry]) -> None:
    """Have what is known newer than it is told numbered anew, and told as it stands now."""
    if entries:
        lines = "\n".join(json.dumps({"side": "known", **entry._asdict()}) for entry in entries)
        click.echo(f"{TELLER}: {_ask(TELLER, 'tell-again', lines).strip()}")


def _ask(name: str, command: str, given: str = "") -> str:
    """Run a service's command as a process of its own: each knows its own database alone."""
    done = subprocess.run(
        [sys.executable, "-m", f"services.{name}", command],
        input=given, capture_output=True, text=True, env=Layout.from_environment().environment(), check=False,
    )  # fmt: skip
    if done.returncode:
        raise click.ClickException(f"{name} {command}: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    main()
