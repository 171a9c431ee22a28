"""Supervisord for one machine: which programs run, and what is asked of it while it runs.

What dies is started again, whatever its exit code: a crashed RQ worker exits with 0. Nothing begins before it is told to: Redis
and the group `front` first, the group `background` when the web answers, so that a desk opens quickly. The encoder is of the first,
for those in the background ask it at once. It stops in the other direction, Redis last.
"""

import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from xmlrpc.client import ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from deploy import redis_server
from deploy.layout import ROOT, SERVICES, Layout
from deploy.with_parent import with_parent
from shared.process import die_with_parent

WEB = [f"{name}-web" for name in SERVICES]
ERRANDS = [f"{name}-errands" for name in SERVICES if (ROOT / "services" / name / "errands.py").exists()]
FRONT = [*WEB, "encoder"]
BACKGROUND = [f"{name}-{what}" for name in SERVICES for what in ("relay", "worker")] + ERRANDS + ["scheduler"]

LOADED, ALONE = "deploy.preloaded", "supervisor.supervisord"  # the first one's programs need not load

HEAD = """\
[supervisord]
nodaemon = true
logfile = {logs}/supervisord.log
pidfile = {var}/supervisord.pid
childlogdir = {logs}
silent = true

[unix_http_server]
file = {socket}
chmod = 0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[supervisorctl]
serverurl = unix://{socket}

[group:front]
programs = {front}
priority = 20

[group:background]
programs = {background}
priority = 30
"""

PROGRAM = """
[program:{name}]
command = {command}
directory = {root}
autostart = false
autorestart = true
priority = 10
startsecs = 1
startretries = 1000
stopwaitsecs = 20
stopasgroup = false
killasgroup = true
redirect_stderr = true
stdout_logfile = {logfile}
stdout_logfile_maxbytes = 10MB
stdout_logfile_backups = 3
"""


def programs(layout: Layout) -> dict[str, list[str]]:
    """The command of each program by its name."""
    found: dict[str, list[str]] = {}
    if layout.redis_url.startswith(f"unix://{layout.sockets}/"):
        server = redis_server.find_server()
        found["redis"] = redis_server.command(server, layout.sockets / "redis.sock", layout.var / "redis")
    python = sys.executable
    for name, port in layout.ports.items():
        found[f"{name}-web"] = [
            python, "-m", "gunicorn", "-c", str(ROOT / "deploy/gunicorn.conf.py"),
            "-b", f"127.0.0.1:{port}", f"services.{name}.app:create_app()",
        ]  # fmt: skip
    for name in SERVICES:
        found[f"{name}-relay"] = [python, "-m", f"services.{name}", "relay"]
        found[f"{name}-worker"] = [python, "-m", f"services.{name}", "worker"]
    for program in ERRANDS:
        found[program] = [python, "-m", f"services.{program.removesuffix('-errands')}", "errands"]
    found["encoder"] = [python, "-m", "shared.matching", str(layout.encoder_socket), "english", "many"]
    found["scheduler"] = [python, "-m", "deploy.scheduler"]
    return found


def configuration(layout: Layout) -> str:
    """The text of supervisord.conf. Environment variables are inherited, so no secret stands in it."""
    paths = {"var": layout.var, "logs": layout.logs, "socket": layout.supervisor_socket, "root": ROOT}
    values = {name: str(path).replace("%", "%%") for name, path in paths.items()}
    pidfile = layout.var / "supervisord.pid"
    text = HEAD.format(front=",".join(FRONT), background=",".join(BACKGROUND), **values)
    for name, command in programs(layout).items():
        words = shlex.join(with_parent(pidfile, command)).replace("%", "%%")
        logfile = f"{values['logs']}/{name}.log".replace("%", "%%")  # which supervisord fills in twice
        text += PROGRAM.format(name=name, command=words, logfile=logfile, **values)
    return text


class Supervisor:
    """A running supervisord."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, held: IO[str]) -> None:
        """Start supervisord, in a session of its own so that Ctrl-C reaches it through us alone.

        It holds the lock of the file `held` as long as it lives.
        """
        file = self._layout.var / "supervisord.conf"
        file.write_text(configuration(self._layout))
        self._process = subprocess.Popen(
            [sys.executable, "-m", LOADED if sys.platform == "linux" else ALONE, "-c", str(file)],
            stdin=held,
            cwd=ROOT,
            env=self._layout.environment(),
            start_new_session=True,
            preexec_fn=die_with_parent,
        )

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def wait(self) -> int:
        """Until supervisord ends; its exit code."""
        return self._process.wait() if self._process else 0

    def stop(self) -> None:
        """Stop everything and wait for it. Workers finish the job they are at."""
        if self._process and self.runs:
            self._process.terminate()
            self._process.wait()

    def start_front(self, patience: float) -> None:
        """Start Redis, if it is ours, the web processes and the encoder, as soon as supervisord has loaded. Raises OSError
        if it has not within `patience` seconds, or has ended."""
        deadline = time.monotonic() + patience
        while not self._answers():
            if not self.runs or time.monotonic() > deadline:
                raise OSError(f"Supervisord did not start; see {self._layout.logs}/supervisord.log.")
            time.sleep(0.05)
        with ask(self._layout.supervisor_socket) as supervisor:
            if "redis" in programs(self._layout):
                supervisor.startProcess("redis", False)
            supervisor.startProcessGroup("front", False)

    def _answers(self) -> bool:
        try:
            with ask(self._layout.supervisor_socket) as supervisor:
                return bool(supervisor.getState()["statename"] == "RUNNING")
        except OSError:
            return False

    def start_background(self) -> None:
        """Start relays, workers and the scheduler."""
        with ask(self._layout.supervisor_socket) as supervisor:
            supervisor.startProcessGroup("background", False)


@contextmanager
def ask(socket: Path) -> Iterator[Any]:
    """Supervisord's XML-RPC interface, `supervisor.*`, over its Unix socket."""
    with ServerProxy("http://127.0.0.1", transport=SupervisorTransport(None, None, f"unix://{socket}")) as proxy:
        yield proxy.supervisor
