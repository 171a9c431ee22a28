"""What every app compiles for itself when it is made, kept for the next one: tests make an app each, thousands in a run.

An app's routes are compiled by `ast` and its templates by Jinja: what comes out depends on their text alone.
"""

import marshal

from flask import Flask
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

_builders = {}
_compile_builder = Rule._compile_builder


class _Templates(BytecodeCache):
    """Jinja's code of each template, by its name and a checksum of its text."""

    def __init__(self):
        self._found = {}

    def load_bytecode(self, bucket):
        if code := self._found.get((bucket.key, bucket.checksum)):
            bucket.code = marshal.loads(code)

    def dump_bytecode(self, bucket):
        self._found[bucket.key, bucket.checksum] = marshal.dumps(bucket.code)


def _compiled_once(rule, append_unknown=True):
    """The function that writes a route's addresses; it is given the rule when it is called."""
    key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


def keep_what_apps_compile():
    """From now on, in this process."""
    Rule._compile_builder = _compiled_once
    Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": _Templates()}
