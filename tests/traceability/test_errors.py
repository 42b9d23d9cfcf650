import string

import pytest

from traceability.errors import MESSAGES, GeometryError, InputError, TraceabilityError, child


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
    for rule, message in MESSAGES.items():
        names = [name for _, name, _, _ in string.Formatter().parse(message) if name is not None]

        assert all(name.isidentifier() for name in names), rule


@pytest.mark.parametrize(
    ("name", "pointer"),
    [("kg", "/body/kg"), (3, "/body/3"), ("a/b", "/body/a~1b"), ("m~n", "/body/m~0n")],
)
def test_a_pointer_grows_by_escaped_names(name: str | int, pointer: str) -> None:
    assert child("/body", name) == pointer
