"""What every app compiles for itself, kept for the next one: tests make an app and engines each, thousands in a run.

A connection to PostgreSQL is kept as well, where all tests use one database: a new one has to learn of all its tables, which takes
longer than most tests.

An app's routes are compiled by `ast` and its templates by Jinja: what comes out depends on their text alone. Statements are
compiled by SQLAlchemy, which keeps them for an engine; as a process of the desk does, so does one of tests keep them for all.
"""

import marshal
from functools import cache
from types import MethodType

from flask import Flask
from jinja2 import BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from shared import db

_routes = {}
_compile = Rule.compile
_create_engine = db.create_engine
_staying = set()  # addresses of databases
_kept = {}  # the first engine of each, by its address and options


class _Templates(BytecodeCache):
    """Jinja's code of each template, by its name and a checksum of its text."""

    def __init__(self):
        self._found = {}

    def load_bytecode(self, bucket):
        if code := self._found.get((bucket.key, bucket.checksum)):
            bucket.code = marshal.loads(code)

    def dump_bytecode(self, bucket):
        self._found[bucket.key, bucket.checksum] = marshal.dumps(bucket.code)


def _compile_once(rule):
    """What a route is matched with and what writes its addresses, which is given the rule when it is called."""
    key = (rule.rule, rule.subdomain, rule.host, rule.merge_slashes, repr(rule.defaults), rule.map.host_matching)
    if key not in _routes:
        _compile(rule)
        builders = rule._build.__func__, rule._build_unknown.__func__
        _routes[key] = rule._parts, rule._trace, rule._converters, rule.arguments, builders
    rule._parts, rule._trace, rule._converters, arguments, (build, build_unknown) = _routes[key]
    rule.arguments = set(arguments)
    rule._build = MethodType(build, rule)
    rule._build_unknown = MethodType(build_unknown, rule)


@cache
def _sort_of(dialect):
    """A dialect whose instances count as one: all are set up by `shared.db` and for one server, and so write the same SQL."""

    class Alike(dialect):
        supports_statement_cache = True
        statements = LRUCache(5_000)

        def __eq__(self, other):
            return type(other) is type(self)

        def __hash__(self):
            return id(type(self))

    return Alike


class _Staying(Engine):
    """An engine whose connections outlive it."""

    def dispose(self, close=True):
        pass


def _engine(url, **options):
    """An engine that has what those before it compiled, and their connections if they are to stay."""
    if url not in _staying:
        return _new_engine(url, **options)
    key = (url, *sorted(options.items()))
    if key not in _kept:
        _kept[key] = _new_engine(url, **options)
    engine = _Staying(_kept[key].pool, _kept[key].dialect, _kept[key].url)
    engine._compiled_cache = engine.dialect.statements
    return engine


def _new_engine(url, **options):
    engine = _create_engine(url, **options)
    engine.dialect.__class__ = _sort_of(type(engine.dialect))
    engine._compiled_cache = engine.dialect.statements
    return engine


def keep_connections_to(url):
    """From now on, until `close_connections`."""
    _staying.add(db._with_driver(url))


def close_connections():
    """Those that were kept."""
    for engine in _kept.values():
        engine.dispose()
    _kept.clear()
    _staying.clear()


def keep_what_apps_compile():
    """From now on, in this process."""
    db.create_engine = _engine
    Rule.compile = _compile_once
    Flask.jinja_options = Flask.jinja_options | {"bytecode_cache": _Templates()}
