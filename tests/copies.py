"""Commands of a desk as copies of one process that has loaded what they need: alone, each loads for two seconds of a processor.

`Copies.python` stands in for `sys.executable`. It hands its arguments, environment, folder and files on to that process, a copy
of which becomes the command by `deploy.preloaded`, as the programs of a desk do; what the command itself starts is a copy, too.
That each starts alone is proved where a desk starts for the first time, and by `test_make_run.py`.
"""

import contextlib
import json
import os
import select
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
MOST = 200_000  # bytes of arguments and environment


class Copies:
    """The process, from its first command on until `close`."""

    def __init__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="factdesk-copies-", dir="/tmp"))
        address = self._folder / "socket"
        self.python = str(self._folder / "python")
        words = shlex.join(
            [sys.executable, "-ISE", str(Path(__file__).with_name("copied.py")), str(address), self.python]
        )
        Path(self.python).write_text(f'#!/bin/sh\nexec {words} "$@"\n')
        Path(self.python).chmod(0o700)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as door:
            door.bind(str(address))
            door.listen()  # who asks while it loads, waits
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(door.fileno())],
                pass_fds=[door.fileno()], cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def close(self):
        self._process.terminate()
        self._process.wait(240)
        shutil.rmtree(self._folder, ignore_errors=True)


def serve(door):
    """Answer whoever asks, each by a copy that waits for the command."""
    from deploy import preloaded
    from shared.process import die_with_parent

    die_with_parent()
    preloaded.load()
    signal.signal(signal.SIGCHLD, _forget_who_ended)
    while True:
        asker, _ = door.accept()
        if os.fork() == 0:
            door.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            die_with_parent()
            _answer(asker, preloaded)
        asker.close()


def _forget_who_ended(*_):
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _answer(asker, preloaded):
    told, files, _, _ = socket.recv_fds(asker, MOST, 3)
    python, folder, environment, (flag, module, *arguments) = json.loads(told)
    assert flag == "-m", "only modules are run"
    preloaded.ours = os.getpid()
    program = os.fork()
    if program == 0:
        asker.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        time.tzset()
        sys.executable = python
        preloaded.become(module, arguments, module)
    ended = os.pidfd_open(program)
    if ended not in select.select([ended, asker], [], [])[0]:  # who asked was killed
        os.kill(program, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(program, 0)[1])
    with contextlib.suppress(BrokenPipeError):
        asker.send(b"%d" % code)
    os._exit(0)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
