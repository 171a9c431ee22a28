"""What stands in two files is seen before there is a third."""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]
OURS = ("services", "shared", "deploy")
IN_A_ROW = 9  # lines of code; shorter copies are fine


def what_it_does(text):
    """(number, line) of a file's code, without what is alike by nature: comments, docstrings, imports, the heads of functions,
    and lines of brackets alone."""
    left_out = set()
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant(value=str())):
                left_out.update(range(node.lineno, node.end_lineno + 1))
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                left_out.update(range(node.lineno, node.body[0].lineno))
    lines = [(number, line.split("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line) for number, line in lines if number not in left_out and re.search(r"\w", line)]


def copies(texts):
    """The places ("file:line") of lines in a row that more than one of these files has. Takes the files' texts by their names."""
    places = defaultdict(dict)
    for name, text in texts.items():
        code = what_it_does(text)
        for rows in zip(*(code[start:] for start in range(IN_A_ROW)), strict=False):
            places[tuple(line for _, line in rows)].setdefault(name, rows[0][0])
    return [[f"{name}:{number}" for name, number in found.items()] for found in places.values() if len(found) > 1]


def test_no_two_files_do_the_same_in_as_many_lines():
    paths = {path for folder in OURS for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts}
    assert copies({str(path.relative_to(ROOT)): path.read_text() for path in sorted(paths)}) == []


def test_lines_in_a_row_are_found_whatever_is_said_around_them():
    code = [f"found.append({number})" for number in range(IN_A_ROW)]
    one = "\n".join(['"""What it is for."""', "import json", *code])
    other = "\n".join(["def again(found):", *(f"    {line}  # so" for line in [*code[:4], "", *code[4:]]), "print()"])
    assert copies({"one": one, "other": other}) == [["one:3", "other:2"]]
    assert copies({"one": one, "other": other.replace("append(5)", "remove(5)")}) == []
    assert copies({"one": one + "\n" + one}) == []
