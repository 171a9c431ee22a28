"""The child that reads: `python -m services.intake.parsing`.

Takes an order as a line of JSON and so many bytes, answers with a line of JSON. The kernel ends it when an order takes too
long (SIGALRM, whose usual effect no parser can put off) or too much.
"""

import json
import os
import resource
import signal
import sys
import warnings

from services.intake.parsing import MEMORY, SECONDS, Unreadable, articles, feeds, pages, reviews

KINDS = {"page": pages.read, "feed": feeds.read, "article": articles.read, "reviews": reviews.read}


def main() -> None:
    """Read until nobody asks."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    orders, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    while line := orders.readline():
        order = json.loads(line)
        body = orders.read(order["bytes"])
        signal.alarm(SECONDS)
        try:
            answer = KINDS[order["kind"]](body, order["url"], order["content_type"])
        except Unreadable as error:
            answer = {"error": str(error)}
        except Exception as error:  # noqa: BLE001 - whatever a parser makes of what somebody wrote
            answer = {"error": f"It can't be read ({type(error).__name__})."}
        signal.alarm(0)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


if __name__ == "__main__":
    main()
