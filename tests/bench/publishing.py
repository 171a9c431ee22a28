"""Publishes the sample verdict, as often as is asked, in headlines that differ; writes the paths, one a line.

python -m bench.publishing [HOW MANY [HOW MANY A SECOND]]
"""

import json
import sys
import time
from pathlib import Path

from services.publish import workflow
from services.publish.models import Table
from services.publish.service import service, transaction
from shared.clock import new_id
from shared.contracts import VerdictApproved

SAMPLE = json.loads((Path(__file__).parents[1] / "publish/samples/guarantees.json").read_text())


def publish(number: int) -> str | None:
    given = SAMPLE | {"claim_id": str(new_id()), "revision": 1, "headline": f"{SAMPLE['headline']} {number or ''}"}
    with transaction() as session:
        return workflow.publish(session, VerdictApproved.model_validate(given)).path


def main(count: int = 1, rate: float = 0) -> None:
    service.start()
    Table.metadata.create_all(service.database.engine)
    began = time.perf_counter()
    for number in range(count):
        if rate:
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
        print(publish(number), flush=True)


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
