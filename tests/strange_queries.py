"""A query parameter that nobody knows, asked of every operation of a service's API."""

import re

ANY_ID = "01a218f8-2086-7081-9ee9-7ab0acbce895"


def refused_everywhere(app):
    """Whether each operation under /v1 refuses a parameter that it doesn't declare, and names those that it does. Without anybody
    signed in: it is told before who asks is looked at, in words that `/openapi.json` says, too."""
    client, asked = app.test_client(), 0
    for rule in app.url_map.iter_rules():
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation is None or not rule.rule.startswith("/v1/"):
            continue
        path = re.sub("<[^>]+>", ANY_ID, rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            answer = client.open(f"{path}?utm_source=x&%E2%80%AE=1", method=method)
            refused = answer.status_code == 400 and answer.json.get("unknown") == ["utm_source", "\u202e"]
            assert refused != operation.any_query, f"{method} {rule.rule}: {answer.status_code}"
            assert not refused or answer.json["known"] == list(operation.query)
            asked += 1
    return asked
