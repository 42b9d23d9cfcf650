"""Events that a projection does not name as bearing can be left out of a history, and nothing changes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.events.bodies import BODIES
from tests.traceability.projections.histories import Said, corrected, said
from traceability.events import EVENT_TYPES
from traceability.projections.projection import Projection
from traceability.projections.registry import PROJECTIONS, silent

CORRECTABLE = {name for one in EVENT_TYPES.values() for name in one.corrects}
NAMED = [one for one in PROJECTIONS if one.bearing is not None]


def types_on(prefix: str) -> list[str]:
    return sorted(name for name, one in EVENT_TYPES.items() if prefix in one.entities)


def dated(kind: str, eseq: int, prefix: str, day: int) -> Said:
    body = dict(BODIES[kind])
    if "date" in body:
        body["date"] = str(date(2026, 6, 1) + timedelta(days=day))
    bare = said(kind, on=prefix, eseq=eseq)
    return replace(bare, leaf=replace(bare.leaf, body=body))


def history_of(prefix: str, work: Sequence[tuple[str, int, bool]]) -> list[Said]:
    """Make a history: its opening, then one event after the other, of which some are withdrawn at the end."""
    first = next(name for name in types_on(prefix) if EVENT_TYPES[name].place.value == "first")
    told = [dated(first, 0, prefix, 0)]
    told += [dated(kind, number, prefix, day) for number, (kind, day, _) in enumerate(work, 1)]
    undone = [event for event, (*_, is_undone) in zip(told[1:], work, strict=True) if is_undone]
    withdrawn = [event for event in undone if event.leaf.type in CORRECTABLE]
    return told + [corrected(event, eseq=len(told) + n, withdrawn=True) for n, event in enumerate(withdrawn)]


def later(prefix: str) -> list[str]:
    return [n for n in types_on(prefix) if EVENT_TYPES[n].place.value != "first" and not EVENT_TYPES[n].corrects]


@pytest.mark.parametrize("projection", NAMED, ids=lambda one: one.prefix)
@given(told=st.data())
def test_what_bears_nothing_changes_no_row(projection: Projection, told: st.DataObject) -> None:
    steps = st.tuples(st.sampled_from(later(projection.prefix)), st.integers(0, 200), st.booleans())
    history = history_of(projection.prefix, told.draw(st.lists(steps, max_size=12)))

    bearing = [event for event in history if event.leaf.type not in silent()]

    assert projection.rows(bearing) == projection.rows(history)


def test_silent_types_are_those_that_no_projection_needs() -> None:
    assert {"growth.fertilised", "growth.irrigated", "growth.photographed", "growth.tended"} <= silent()
    assert silent().isdisjoint({"season.opened", "growth.sprayed", "growth.corrected", "lot.harvested"})
