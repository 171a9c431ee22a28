"""`python -m deploy.with_parent PIDFILE COMMAND …`: become a program that ends with its parent, however that ends.

What supervisord starts is asked to before it loads anything: a relay needs a second for that, and a Redis that lived
on unseen would write to the same files as the next. The parent may have ended before it is asked, and whoever adopts
orphans is not told from it by looking: who it has to be stands in supervisord's file.
"""

import os
import sys
from pathlib import Path

from shared.process import die_with_parent


def with_parent(pidfile: Path, command: list[str]) -> list[str]:
    """The command that becomes that program."""
    return [sys.executable, "-m", "deploy.with_parent", str(pidfile), *command]


def program_in(command: list[str]) -> list[str]:
    """The program that `with_parent` was given."""
    return command[4:]


def is_child_of(pidfile: Path) -> bool:
    """Whether our parent is the process that wrote this file, and still lives."""
    try:
        return pidfile.read_text().strip() == str(os.getppid())
    except FileNotFoundError:  # it has removed it at its end
        return False


if __name__ == "__main__":
    die_with_parent()
    if not is_child_of(Path(sys.argv[1])):
        sys.exit("The parent has ended meanwhile.")
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606
