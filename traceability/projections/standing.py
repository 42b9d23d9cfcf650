"""What an entity's events say after all that corrected them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from traceability.decimals import read_decimal
from traceability.events import EVENT_TYPES
from traceability.projections.projection import Recorded
from traceability.standards.days import day_in_china

_EXPLANATION = "explanation"


@dataclass(frozen=True, slots=True)
class Standing:
    """An event as it stands: what it says now, whether it was withdrawn, and which events corrected it.

    A private member that was erased is missing from `private`, whatever an older event still says of it.
    """

    event: Recorded
    body: Mapping[str, Any]
    private: Mapping[str, Any]
    corrections: tuple[Recorded, ...] = ()
    withdrawn: bool = False

    @property
    def type(self) -> str:
        """Type of the event."""
        return self.event.leaf.type

    @property
    def day(self) -> date:
        """The day on which it was done, in China. Requires a body with a date."""
        return date.fromisoformat(self.body["date"])

    def number(self, name: str) -> Decimal | None:
        """Give a decimal member, or None where the body has none."""
        return decimal_of(self.body, name)


def standing(history: Sequence[Recorded]) -> list[Standing]:
    """Apply all corrections of a history, and give its other events in order, those that were withdrawn included."""
    found: dict[str, Standing] = {}
    for event in history:
        if EVENT_TYPES[event.leaf.type].corrects:
            corrected = event.leaf.body["corrects"]["id"]
            if corrected in found:
                found[corrected] = _corrected(found[corrected], event)
        else:
            found[event.leaf.id] = Standing(event, event.leaf.body, event.private)
    return list(found.values())


def valid(history: Sequence[Recorded], *types: str) -> list[Standing]:
    """Give the events of these types that were not withdrawn, as they stand."""
    return [one for one in standing(history) if one.type in types and not one.withdrawn]


def day_of(event: Recorded) -> date:
    """Give the day in China on which its actor says the event happened."""
    return day_in_china(datetime.fromisoformat(event.leaf.time))


def decimal_of(body: Mapping[str, Any], name: str) -> Decimal | None:
    """Give a decimal member, or None where there is none."""
    return read_decimal(body[name]) if name in body else None


def _corrected(before: Standing, correction: Recorded) -> Standing:
    replaced = correction.leaf.commit.keys() - {_EXPLANATION}
    kept = {path: value for path, value in before.private.items() if path not in replaced}
    new = {path: value for path, value in correction.private.items() if path in replaced}
    return Standing(
        event=before.event,
        body={**before.body, **correction.leaf.body.get("changes", {})},
        private=kept | new,
        corrections=(*before.corrections, correction),
        withdrawn=before.withdrawn or bool(correction.leaf.body.get("withdrawn")),
    )
