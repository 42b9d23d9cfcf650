import pytest

from traceability.epcis.errors import DocumentError, EpcisError, RuleError, SchemaError, SizeError, join
from traceability.errors import InputError


@pytest.mark.parametrize("kind", [DocumentError, SchemaError, RuleError, SizeError])
def test_every_error_of_the_package_names_member_and_rule(kind: type[EpcisError]) -> None:
    error = kind("/epcisBody/eventList/3/action", "missing_member", name="action")

    assert isinstance(error, EpcisError)
    assert isinstance(error, InputError)
    assert (error.pointer, error.rule) == ("/epcisBody/eventList/3/action", "missing_member")
    assert str(error) == "/epcisBody/eventList/3/action: the member action is missing"


def test_a_pointer_is_led_on_by_names_and_positions() -> None:
    assert join("/epcisBody", "eventList", 3, "ln:a/b~c") == "/epcisBody/eventList/3/ln:a~1b~0c"
    assert join("/a") == "/a"
