"""What the fuzzer has to know and no document can say: a key names one request."""

import uuid

import schemathesis
from schemathesis import GenerationMode


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """In a request that holds, a key becomes one that was never used. What does not hold stays as it is."""
    holds = case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE
    if holds and "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = str(uuid.uuid4())
