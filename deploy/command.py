"""Run a command of a service on the desk under VAR: `python -m deploy.command review verify`."""

import subprocess
import sys

from deploy.layout import Layout


def main() -> None:
    """Hand the arguments on, with that desk's environment."""
    name, *arguments = sys.argv[1:]
    done = subprocess.run(
        [sys.executable, "-m", f"services.{name}", *arguments], env=Layout.from_environment().environment(), check=False
    )
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()
