"""How far a long job is: a bar where somebody watches, plain lines where the output is kept."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

_LINES_APART_SECONDS = 5.0


class _Rate(TextColumn):
    """How many are done each second."""

    def __init__(self) -> None:
        super().__init__("")

    def render(self, task: Task) -> Text:
        """Show the rate, once there is one."""
        return Text(f"{task.finished_speed or task.speed or 0:.0f}/s")


@contextmanager
def progress(title: str, *, total: int, console: Console) -> Iterator[Callable[[], None]]:
    """Show how a job of so many steps goes on; what it gives is called after each step."""
    shown = _bar if console.is_terminal else _lines
    began = time.monotonic()
    done = 0

    def count() -> None:
        nonlocal done
        done += 1

    with shown(title, total, console) as advance:

        def step() -> None:
            count()
            advance()

        yield step
    seconds = time.monotonic() - began
    console.print(f"✓ {title}: {done} ({seconds:.1f} s, {done / max(seconds, 0.001):.0f}/s)", highlight=False)


@contextmanager
def _bar(title: str, total: int, console: Console) -> Iterator[Callable[[], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda: bar.advance(task)


@contextmanager
def _lines(title: str, total: int, console: Console) -> Iterator[Callable[[], None]]:
    began = time.monotonic()
    said = began
    done = 0

    def advance() -> None:
        nonlocal done, said
        done += 1
        now = time.monotonic()
        if now - said >= _LINES_APART_SECONDS:
            said = now
            rate = done / (now - began)
            to_go = (total - done) / rate
            console.print(f"  {title}: {done} of {total}, {rate:.0f}/s, {to_go:.0f} s to go", highlight=False)

    yield advance
