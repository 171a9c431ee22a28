"""`factdesk` and `python -m factdesk`: the command, or what it lacks."""

import sys

try:
    from factdesk.command import main
except ModuleNotFoundError as missing:
    if missing.name not in ("click", "standardwebhooks", "tqdm"):
        raise
    sys.exit(f"The command needs {missing.name}: pip install 'factdesk-client[command]'")

if __name__ == "__main__":
    main()
