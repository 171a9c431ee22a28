"""Files for `factdesk import`, and what it reports."""

import csv
import io
import json


def buses(count):
    """So many rows, each with a number of its own."""
    return "text,external_id\n" + "".join(f"Bus {n} was late.,bus-{n}\n" for n in range(count))


def csv_of(rows):
    """Rows as a spreadsheet writes them."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue()


def rows_in(path, delimiter=","):
    """The rows of a file, its header first."""
    with open(path, newline="", encoding="utf-8-sig") as stream:
        return list(csv.reader(stream, delimiter=delimiter))


def report(result, code=0):
    """What a run with `--json` told, which ended with that code."""
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)
