"""How the web processes run: one process of a few threads a service; more by WEB_CONCURRENCY and WEB_THREADS."""

import ctypes
import gc
import os
from contextlib import suppress

from deploy.patience import Impatient
from deploy.unreadable import answer_with_problems
from shared.process import die_with_parent

die_with_parent()
gc.disable()  # until the service is loaded: its thousands of classes are there to stay, and it loads a tenth faster

M_ARENA_MAX = -8
with suppress(AttributeError):  # where it is not glibc
    # Else every thread keeps a heap of its own, and what a large batch needed is never given back.
    ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)

worker_class = "deploy.patience.PatientWorker"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "32"))
timeout = 30
graceful_timeout = 15
keepalive = 5
Impatient.patience = float(os.environ.get("WEB_PATIENCE", "20"))
limit_request_line = 8190
control_socket_disable = True
answer_with_problems(limit_request_line)


def post_fork(_server: object, _worker: object) -> None:
    """A worker that outlived its master would hold the port that the next master needs."""
    die_with_parent()


def post_worker_init(_worker: object) -> None:
    """The service is loaded: collect garbage from now on, but not what was loaded."""
    gc.freeze()
    gc.enable()
