"""The browser that makes pictures in tests: the one that `make test` installs."""

from pathlib import Path

import pytest

from services.intake.browsing import Browser

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ("--no-sandbox",)  # which root can't have; the pages are ours
BROWSER = Browser(str(CHROMIUM), ARGUMENTS)
PATIENCE = 80.0  # seconds for a picture, on a busy machine
needs_browser = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"there is no {CHROMIUM}; `make test` installs it")
