import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT, code_lines, modules

LONGEST_FUNCTION = 40
LONGEST_MODULE = 400
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
# Settings and tables of addresses are lists, and migrations are generated.
EXEMPT = {"settings", "migrations", "urls.py"}


def test_functions_are_short() -> None:
    long = [
        f"{name}: {node.name} has {count} lines of code"
        for name, source in _sources()
        for node, count in _functions(source)
        if count > LONGEST_FUNCTION
    ]

    assert long == []


def test_modules_hold_one_concept() -> None:
    sources = dict(_sources())
    long = [name for name, source in sources.items() if len(source.splitlines()) > LONGEST_MODULE]

    assert [name for name in long if not name.startswith("tests/")] == []
    assert [name for name in sources if Path(name).stem in SAYS_NOTHING] == []


def test_no_rule_hides_in_a_signal() -> None:
    signals = {"django.db.models.signals", "django.dispatch"}

    found = [
        name
        for name, source in _sources()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and node.module in signals
    ]

    assert found == []


def _sources() -> Iterator[tuple[str, str]]:
    for path in modules("accounts", "traceability", "orders", "finance", "config", "scripts", "benchmarks", "tests"):
        if not EXEMPT & set(path.parts):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def _functions(source: str) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, int]]:
    """Give the functions that may be too long, each with the number of its lines of code."""
    spans = [
        (node, range(node.lineno, (node.end_lineno or node.lineno) + 1))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    # To tell code from comments takes longer than all the rest, and most functions are short with both.
    spans = [(node, span) for node, span in spans if len(span) > LONGEST_FUNCTION]
    lines = code_lines(source) if spans else set()
    for node, span in spans:
        yield node, len(lines & set(span))
