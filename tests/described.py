"""Every answer that a test gets of a service's app is held against what its OpenAPI document says: the status, the kind, the body.

So the document is tried by all that tests ask, good and bad, and an answer in JSON that it does not name is noticed.
"""

import gzip
import json
import re
from functools import cache

from flask.testing import FlaskClient
from jsonschema_rs import Draft202012Validator
from werkzeug.exceptions import HTTPException

from shared.openapi import describe

# What the scripts of our own pages ask, and the document itself.
OF_PAGES = {
    "/news",
    "/cases/<uuid:case_id>/draft",
    "/account/passkeys/options",
    "/invitation/<token>/passkey/options",
    "/sign-in/passkey/options",
    "/openapi.json",
}
_open = FlaskClient.open
_documents = {}


def watch():
    """From now on, in this process."""
    FlaskClient.open = _watched


def _watched(client, *arguments, **options):
    answer = _open(client, *arguments, **options)
    if fault := _fault(client.application, answer.request, answer):
        answer.close()
        raise AssertionError(f"{answer.request.method} {answer.request.path}: {fault}")
    return answer


def _fault(app, request, answer):
    """What the document says otherwise, in words; None if nothing, or if it is none of its matters."""
    if not app.import_name.startswith("services.") or request.method in ("HEAD", "OPTIONS"):
        return None
    try:
        rule, _ = app.url_map.bind("localhost").match(request.path, method=request.method, return_rule=True)
    except HTTPException:  # there is nothing, or not by this method
        return None
    if hasattr(app.view_functions[rule.endpoint], "operation"):
        return _fault_of_described(app, rule, request.method.lower(), answer)
    is_data = answer.mimetype == "application/json" and answer.status_code < 300
    return "JSON that the OpenAPI document does not tell of" if is_data and rule.rule not in OF_PAGES else None


def _fault_of_described(app, rule, method, answer):
    kind, status = answer.mimetype, answer.status_code
    if (kind == "text/html" and status >= 400) or status >= 500:
        return None  # an error told to a browser; a bug
    path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule.rule)
    described = _document(app)["paths"][path][method]["responses"].get(str(status))
    if described is None:
        return f"{status} is not described"
    content = described.get("content", {})
    if not content:
        return f"{status} has a body that is not described" if answer.get_data() else None
    if kind not in content and "*/*" not in content:
        return f"{status} is {kind} and not {' or '.join(content)}"
    if kind != "application/json" and not kind.endswith("+json"):
        return None
    body = answer.get_data()
    value = json.loads(gzip.decompress(body) if answer.content_encoding == "gzip" else body)
    wrong = next(_validator(app.import_name, path, method, status, kind).iter_errors(value), None)
    return wrong and f"{status}: {'/'.join(map(str, wrong.instance_path))} {wrong.message[:300]}"


def _document(app):
    if app.import_name not in _documents:
        with app.app_context():
            _documents[app.import_name] = describe(app, "", "", "")
    return _documents[app.import_name]


@cache
def _validator(import_name, path, method, status, kind):
    document = _documents[import_name]
    schema = document["paths"][path][method]["responses"][str(status)]["content"][kind]["schema"]
    needed = _refer_to(schema, document["components"]["schemas"])  # of all, each of some hundred takes 2 MB
    return Draft202012Validator({**schema, "components": {"schemas": needed}}, validate_formats=True)


def _refer_to(schema, schemas):
    """Those of the schemas that one refers to, and that these refer to."""
    needed, left = {}, [schema]
    while left:
        for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(left.pop())):
            if name not in needed:
                needed[name] = schemas[name]
                left.append(schemas[name])
    return needed
