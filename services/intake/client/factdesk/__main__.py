"""`python -m factdesk`: the command."""

from factdesk.command import main

main()
