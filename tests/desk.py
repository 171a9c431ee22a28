"""A whole desk of real processes, started as `make run` starts it, for tests that look from outside."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from itertools import count
from pathlib import Path
from xmlrpc.client import Fault

from redis import Redis

from deploy import first_start
from deploy.layout import Layout
from deploy.supervisor import BACKGROUND, ask

ROOT = Path(__file__).parents[1]
PATIENCE = 300  # seconds: on a machine with other work, a desk of fourteen processes takes minutes
LAUNCHER = [sys.executable, "-m", "deploy.local", "--with-parent"]  # as `make run` calls it
LOOPBACK = {"INTAKE_ARCHIVE_MOST_BYTES": "0"}  # no page outside is visited
RUNNER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))  # each has ports of its own
_port_bases = count(18_001 + RUNNER % 14 * 1_000, 10)  # below those that the kernel gives to whoever connects


def free_ports():
    """The first of three ports that nobody listens on; it is given once."""
    return next(base for base in _port_bases if all(_is_free(base + one) for one in range(3)))


def _is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def make_folder(folder):
    """What a first start makes, without a start: tables, people and a key. Desks whose first start is not what a test is about
    begin with a copy of it, for it takes as long as all their processes."""
    first_start.prepare(Layout(Path(folder), free_ports()))


class Desk:
    """One desk: started, stopped in whatever way, and started again in its folder. `python` runs its commands; see `copies.py`."""

    def __init__(self, python=sys.executable):
        self.python = python
        self.port_base = free_ports()
        self.process = None

    def start(self, folder, made=None, command=LAUNCHER, **environment):
        """Start it in `folder` and wait until every process runs. `made` is what it begins with; see `make_folder`."""
        self.folder = Path(folder)
        if made:
            shutil.copytree(made, folder, dirs_exist_ok=True)
        self.layout = Layout(self.folder, self.port_base)
        self._environment = (
            os.environ | {"VAR": str(folder), "PORT_BASE": str(self.port_base), **LOOPBACK} | environment
        )
        with open(self.folder / "run.log", "a") as log:
            self._said_before = log.tell()
            self._logged_before = {name: len(self._logged(name)) for name in BACKGROUND}
            self.process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=log, stderr=log)
        try:
            self.wait_for(self._is_up, "the desk did not start")
            self.local = json.loads(self.layout.local_file.read_text())
        except BaseException:
            self.stop()
            raise

    def stop(self, how=signal.SIGTERM):
        """Stop it by telling the launcher alone; fails if something does not stop."""
        self.process.send_signal(how)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its processes follow it
            raise

    @property
    def runs(self):
        return self.process is not None and self.process.poll() is None

    def said(self):
        """What the launcher has written since this start."""
        return (self.folder / "run.log").read_bytes()[self._said_before :].decode()

    def run(self, service, *arguments, given=None):
        """A command of a service, on this desk."""
        return self._python("-m", "deploy.command", service, *arguments, given=given)

    def reconcile(self, *options):
        """Compare what the services know of each other."""
        return self._python("-m", "deploy.reconcile", *options)

    def processes(self):
        """What supervisord says of each program, by its name."""
        with ask(self.layout.supervisor_socket) as supervisor:
            return {program["name"]: program for program in supervisor.getAllProcessInfo()}

    def pid(self, program):
        return self.processes()[program]["pid"]

    def kill(self, program):
        """kill -9; supervisord starts it again. Returns the dead one's process id."""
        pid = self.wait_for(lambda: self.pid(program), f"{program} does not run")  # 0 while it is being started
        os.kill(pid, signal.SIGKILL)
        return pid

    def stop_program(self, program):
        with ask(self.layout.supervisor_socket) as supervisor:
            supervisor.stopProcess(self._full_name(program))

    def start_program(self, program):
        with ask(self.layout.supervisor_socket) as supervisor:
            supervisor.startProcess(self._full_name(program))

    @property
    def redis(self):
        return Redis.from_url(self.local["redis"])

    def database_url(self, service):
        """Where a service's tables are."""
        return self._environment.get(f"{service.upper()}_DATABASE_URL", f"sqlite:///{self.folder}/{service}.sqlite3")

    def log(self, program):
        """Everything a program has logged since this start."""
        return self._logged(program)[self._logged_before[program] :].decode()

    def _logged(self, program):
        file = self.layout.logs / f"{program}.log"
        return file.read_bytes() if file.exists() else b""

    def wait_for(self, ask_, otherwise, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not (answer := ask_()):
            assert self.runs, f"the desk ended: {self.said()}"
            assert time.monotonic() < deadline, f"{otherwise}: {self.said()}"
            time.sleep(0.1)
        return answer

    def _is_up(self):
        if "Ready after" not in self.said():
            return False
        try:
            found = self.processes()
            return all(found[name]["statename"] == "RUNNING" and self._has_loaded(name) for name in BACKGROUND)
        except (OSError, KeyError, Fault):  # Fault: the last one in this folder is still stopping
            return False

    def _has_loaded(self, program):
        """supervisord calls a program running that is still loading, seconds before it does anything."""
        return " started" in self.log(program)

    def _full_name(self, program):
        return f"{self.processes()[program]['group']}:{program}"

    def _python(self, *arguments, given=None):
        return subprocess.run(
            [self.python, *arguments],
            cwd=ROOT, env=self._environment, input=given, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
