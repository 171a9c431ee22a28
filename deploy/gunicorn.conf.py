"""How the web processes run: one process of a few threads a service; more by WEB_CONCURRENCY and WEB_THREADS."""

import os

from shared.process import die_with_parent

die_with_parent()

worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "1"))
threads = int(os.environ.get("WEB_THREADS", "8"))
timeout = 30
graceful_timeout = 15
keepalive = 5
control_socket_disable = True
