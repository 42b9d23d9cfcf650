import io

import pytest
from rich.console import Console

from config.demo import progress
from config.demo.progress import progress as shown


def written(*, terminal: bool, steps: int) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=100, color_system=None)
    with shown("plots", total=3, console=console) as advance:
        for _ in range(steps):
            advance()
    return file.getvalue()


def test_long_job_says_how_far_it_is_in_plain_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "_LINES_APART_SECONDS", 0.0)

    lines = written(terminal=False, steps=2).splitlines()

    assert [line.partition(",")[0] for line in lines[:2]] == ["  plots: 1 of 3", "  plots: 2 of 3"]
    assert lines[0].endswith(" s to go")
    assert lines[2].startswith("✓ plots: 2 (")


def test_quick_job_says_only_that_it_is_done() -> None:
    lines = written(terminal=False, steps=3).splitlines()

    assert len(lines) == 1
    assert lines[0].startswith("✓ plots: 3 (")


def test_terminal_shows_a_bar_with_rate_and_time_to_go() -> None:
    text = written(terminal=True, steps=3)

    assert "3/3" in text
    assert "/s" in text
    assert "✓ plots: 3 (" in text.rstrip().splitlines()[-1]
