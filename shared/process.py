"""What a process of ours asks of the system it runs on."""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)


def die_with_parent() -> None:
    """Ask Linux to end this process when its parent ends, so that nothing lives on unseen when a supervisor is
    killed. Elsewhere the supervisor's word must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
