import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import traceability
from traceability import errors
from traceability.errors import MESSAGES, GeometryError, InputError, TraceabilityError, child

SOURCE = Path(traceability.__file__).parent
INPUT_ERRORS = {name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, InputError)}


def places(rule: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(MESSAGES[rule]) if name is not None}


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Every error of the app that is made with a rule in plain sight: where, the rule, the names of its params."""
    for path in sorted(SOURCE.rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match call:
                case ast.Call(func=ast.Name(id=name), args=[_, ast.Constant(value=str(rule))]) if name in INPUT_ERRORS:
                    where = f"{path.relative_to(SOURCE)}:{call.lineno}"
                    yield where, rule, {keyword.arg or "**" for keyword in call.keywords}


def test_an_input_error_names_member_rule_and_params() -> None:
    error = InputError("/body/kg", "below_minimum", limit="0.001")

    assert (error.pointer, error.rule, error.params) == ("/body/kg", "below_minimum", {"limit": "0.001"})
    assert error.message == "must not be below 0.001"
    assert str(error) == "/body/kg: must not be below 0.001"


def test_an_error_of_the_whole_document_has_no_pointer_in_its_text() -> None:
    assert str(GeometryError("", "one_plot_wanted", count=2)) == "must hold exactly one plot; it holds 2"


def test_every_input_error_is_an_error_of_the_app() -> None:
    assert issubclass(GeometryError, InputError)
    assert issubclass(InputError, TraceabilityError)


def test_an_unknown_rule_is_a_fault_of_the_program() -> None:
    with pytest.raises(KeyError, match="no_such_rule"):
        InputError("", "no_such_rule")


def test_message_places_are_plain_names() -> None:
    for rule in MESSAGES:
        assert all(name.isidentifier() for name in places(rule)), rule


def test_every_rule_that_is_raised_has_a_message_and_what_fills_its_places() -> None:
    found = list(raised())

    assert len(found) > 50
    for where, rule, params in found:
        assert rule in MESSAGES, where
        assert places(rule) == params or "**" in params, where


@pytest.mark.parametrize(
    ("name", "pointer"),
    [("kg", "/body/kg"), (3, "/body/3"), ("a/b", "/body/a~1b"), ("m~n", "/body/m~0n")],
)
def test_a_pointer_grows_by_escaped_names(name: str | int, pointer: str) -> None:
    assert child("/body", name) == pointer
