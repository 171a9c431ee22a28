"""Publishes the sample verdict into an empty database, and writes its path."""

import json
from pathlib import Path

from services.publish import workflow
from services.publish.models import Table
from services.publish.service import service, transaction
from shared.clock import new_id
from shared.contracts import VerdictApproved

SAMPLE = Path(__file__).parents[1] / "publish/samples/guarantees.json"


def main() -> None:
    service.start()
    Table.metadata.create_all(service.database.engine)
    given = json.loads(SAMPLE.read_text()) | {"claim_id": str(new_id()), "revision": 1}
    with transaction() as session:
        print(workflow.publish(session, VerdictApproved.model_validate(given)).path)


if __name__ == "__main__":
    main()
