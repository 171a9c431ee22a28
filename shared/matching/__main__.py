"""`python -m shared.matching SOCKET [MODEL …]`: hold the sentence models for the other processes of this machine."""

import os
import sys
from pathlib import Path

from shared import log
from shared.matching.sharing import serve

GIVES_WAY = 5  # of 19: it holds nothing that others wait for, and who gets no answer in time finds by words

if __name__ == "__main__":
    os.nice(GIVES_WAY)
    log.set_up("encoder", os.environ.get("LOG_LEVEL", "INFO"), os.environ.get("LOG_FORMAT", "console"))
    serve(Path(sys.argv[1]), sys.argv[2:])
