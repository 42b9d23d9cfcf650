import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.labels.reading import read
from traceability.labels.errors import LabelError
from traceability.labels.symbols import module_size, symbol_of

URI = "https://trace.example.cn/01/06901234000016/21/ABCDEFGHJKMNPQ"


@given(st.text("ABCXYZabcxyz0123456789/:%-._", min_size=1, max_size=70), st.sampled_from("mq"))
def test_a_code_says_what_it_was_made_of(tail: str, error: str) -> None:
    # Small letters keep the whole in byte mode.
    text = "a" + tail

    assert read(symbol_of(text, error=error).modules) == text


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_can_be_read(mask: int) -> None:
    assert read(symbol_of(URI, mask=mask).modules) == URI


def test_runs_cover_the_dark_modules_and_nothing_else() -> None:
    symbol = symbol_of(URI)

    dark = {(column + place, row) for column, row, length in symbol.runs() for place in range(length)}

    wanted = {(x + 4, y + 4) for y, row in enumerate(symbol.modules) for x, module in enumerate(row) if module}
    assert dark == wanted
    assert symbol.width == len(symbol.modules) + 8


def test_modules_must_not_be_too_small_for_scanners() -> None:
    symbol = symbol_of(URI)

    assert module_size(symbol, 0.33 * symbol.width) == pytest.approx(0.33)
    with pytest.raises(LabelError, match=r"scanners need 0\.33 mm"):
        module_size(symbol, 0.32 * symbol.width)
