"""Copies of a process that has loaded are as good as processes that load for themselves."""

import os
import subprocess
import sys
import time

import pytest

from deploy.layout import ROOT

TWENTY_COPIES = """
import os, secrets, random
from shared.clock import new_id
new_id()  # even then
for _ in range(20):
    if os.fork() == 0:
        print(new_id(), secrets.token_hex(8), random.random(), flush=True)
        os._exit(0)
    os.wait()
"""


def run_python(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True, text=True, cwd=ROOT, timeout=240, env=os.environ | environment,
    )  # fmt: skip


def test_ids_and_secrets_of_copies_differ():
    made = [line.split() for line in run_python("-c", TWENTY_COPIES).stdout.splitlines()]
    assert [len(set(one)) for one in zip(*made, strict=True)] == [20, 20, 20]
    assert len({own_id[-12:] for own_id, *_ in made}) == 20, "not by their time alone"


PROGRAM = """
import atexit, sys, threading

def wait():
    threading.main_thread().join()
    print("after all else")

atexit.register(print, "at the end")
threading.Thread(target=wait).start()
print(__name__, *sys.argv[1:])
ways = {"reason": lambda: sys.exit("a reason"), "number": lambda: sys.exit(3), "nothing": sys.exit}
ways.get(sys.argv[1], lambda: {}["nothing"])()
"""
BECOME = "import os, sys; from deploy import preloaded as p; p.ours = int(sys.argv[2]); p.become('program', sys.argv[1:2], 'one')"


@pytest.mark.parametrize(
    ("how", "code", "says"),
    [("reason", 1, "a reason"), ("number", 3, ""), ("nothing", 0, ""), ("error", 1, "KeyError")],
)
def test_a_program_ends_as_python_would_end_it(tmp_path, how, code, says):
    (tmp_path / "program.py").write_text(PROGRAM)
    for command in (["-m", "program", how], ["-c", BECOME, how, str(os.getpid())]):
        done = run_python(*command, PYTHONPATH=f"{tmp_path}:{ROOT}")
        assert done.returncode == code
        assert done.stdout.splitlines() == [f"__main__ {how}", "after all else", "at the end"]
        assert says in done.stderr


def test_a_program_whose_supervisord_has_ended_does_not_begin():
    done = run_python("-c", BECOME, "number", "1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "ended meanwhile" in done.stderr


GUESS_IN_A_COPY = """
import os, sys
from deploy import preloaded
preloaded.load()
print("threads:", len(os.listdir("/proc/self/task")), flush=True)
if os.fork() == 0:
    from shared.matching.languages import guess
    sys.addaudithook(lambda event, about: print(*about) if event == "open" else None)
    print(guess("Gericht stoppt Abschiebung"), flush=True)
    os._exit(0)
os.wait()
"""


def test_what_is_copied_has_no_threads_and_its_copies_guess_languages_without_loading_anything():
    done = run_python("-c", GUESS_IN_A_COPY)
    assert (done.stdout.splitlines(), done.stderr) == (["threads: 1", "de"], "")


WRITES = """
import os, time
for number in range(1_000_000):
    print("line", number, flush=True)
    with open("{place}.new", "w") as file:
        file.write(str(number))
    os.replace("{place}.new", "{place}")
    time.sleep(0.02)
"""


def test_a_desk_whose_logs_have_no_room_goes_on(tmp_path):
    place, config = tmp_path / "number", tmp_path / "supervisord.conf"
    (tmp_path / "program.py").write_text(WRITES.format(place=place))
    config.write_text(
        f"[supervisord]\nnodaemon = true\nlogfile = /dev/full\nlogfile_maxbytes = 0\npidfile = {tmp_path}/pid\n"
        f"[program:one]\ncommand = {sys.executable} {tmp_path}/program.py\nautorestart = false\nredirect_stderr = true\n"
        "stdout_logfile = /dev/full\nstdout_logfile_maxbytes = 0\n"
    )
    with open("/dev/full", "w") as full:
        desk = subprocess.Popen(
            [sys.executable, "-m", "deploy.preloaded", "-c", config], cwd=ROOT, stdout=full, stderr=full
        )
    try:
        deadline = time.monotonic() + 240
        while not (place.exists() and int(place.read_text()) > 50):
            assert desk.poll() is None, "it ended with its logs"
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        desk.terminate()
        desk.wait(240)
