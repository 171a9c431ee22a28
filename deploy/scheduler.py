"""`python -m deploy.scheduler`: enqueue the periodic jobs of `schedule.toml` at their times."""

import os
from pathlib import Path

from shared import log
from shared.scheduler import run

if __name__ == "__main__":
    log.set_up("scheduler", os.environ.get("LOG_LEVEL", "INFO"), os.environ.get("LOG_FORMAT", "console"))
    run(Path(__file__).with_name("schedule.toml"), os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0"))
