"""`python -m deploy.preloaded -c FILE`: supervisord that has loaded what the programs of a desk need. Each begins as a copy of it.

Twelve programs that load the same for themselves take fifteen seconds of a processor and more than a gigabyte. A copy takes
neither: it is there at once, also when it is started again after a crash, and shares what was loaded. It is told what to be by the
command that would start it alone; what is none of these, such as Redis, is started as ever.

What it costs: supervisord loads for three seconds before the first program begins, and changed code is run once the desk, not a
program, is started again. It must have no thread besides its own when it makes a copy, and only on Linux frameworks bear that.
"""

import os
import runpy
import signal
import sys
import threading
import traceback
from atexit import _run_exitfuncs
from importlib import import_module
from typing import Any, NoReturn

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is loaded, which starts threads otherwise

from supervisor import loggers, supervisord
from supervisor.options import ServerOptions

from deploy.layout import SERVICES
from deploy.with_parent import program_in
from shared.process import die_with_parent, loading, name_process

COPIED = {"gunicorn", "deploy.scheduler", *(f"services.{name}" for name in SERVICES)}  # run by `python -m`
LOADED = (
    "gunicorn.app.wsgiapp",
    "gunicorn.workers.gthread",
    *(f"services.{name}.{edge}" for edge in ("app", "cli", "jobs", "errands") for name in SERVICES),
    "shared.relay",
    "shared.scheduler",
    "shared.worker",
)
ours = os.getpid()  # who has to be the parent of every copy
HANDLED = (signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGCHLD, signal.SIGUSR2)  # by supervisord


class Options(ServerOptions):  # type: ignore[misc]
    """What supervisord asks of the system."""

    def execve(self, filename: str, argv: list[str], environment: dict[str, str]) -> None:
        """In the new process: become a program."""
        words = program_in(argv)
        if words[:2] == [sys.executable, "-m"] and words[2] in COPIED:
            os.environ.clear()
            os.environ.update(environment)
            become(words[2], words[3:], environment["SUPERVISOR_PROCESS_NAME"])
        super().execve(filename, argv, environment)


def lose_line(_handler: loggers.Handler) -> None:
    """What supervisord does where a line can't be written to a log. It would tell of that on its own output, and would end, and the
    desk with it, where that lies on the same full disk."""


def load() -> None:
    """Load what the programs need."""
    with loading():
        for module in LOADED:
            import_module(module)
        import_module("shared.matching.languages").load()  # else it takes half a second of the first post


def become(module: str, arguments: list[str], name: str) -> NoReturn:
    """Be, in this copy of a process that has loaded, what `python -m module arguments` is, and end as it ends."""
    for number in HANDLED:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    name_process(name)
    die_with_parent()
    sys.argv = [module, *arguments]
    code: Any = None
    try:
        if os.getppid() != ours:
            sys.exit("The parent has ended meanwhile.")
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - as Python itself does with what nobody catches
        traceback.print_exc()
        code = 1
    _end(code)


def _end(code: Any) -> NoReturn:
    """As Python ends a process, but for giving up what is supervisord's: its files have other numbers here."""
    if isinstance(code, str):
        print(code, file=sys.stderr)  # noqa: T201
    threading._shutdown()  # type: ignore[attr-defined]
    _run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else int(code is not None))


if __name__ == "__main__":
    load()
    supervisord.ServerOptions = Options
    loggers.Handler.handleError = lose_line
    supervisord.main()
