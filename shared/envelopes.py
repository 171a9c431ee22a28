"""What a relay sends to a job, and the job's answer."""

from typing import Any

from shared.service import Service

Envelope = dict[str, Any]
Answer = dict[str, Any]


def is_signed(service: Service[Any], envelope: Envelope) -> bool:
    """Whether a relay of ours made this envelope."""
    unsigned = {name: value for name, value in envelope.items() if name != "signature"}
    return service.messages.holds(unsigned, envelope.get("signature"))
