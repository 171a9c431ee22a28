"""`python -m deploy.with_parent COMMAND …`: become a program that ends with its parent, however that ends.

What supervisord starts is asked to before it loads anything: a relay needs a second for that, and a Redis that lived
on unseen would write to the same files as the next.
"""

import os
import sys

from shared.process import die_with_parent

if __name__ == "__main__":
    parent = os.getppid()
    die_with_parent()
    if os.getppid() != parent:
        sys.exit("The parent has ended meanwhile.")
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606
