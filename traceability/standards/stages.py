"""Growth stages by BBCH code, and the work that is done on a field."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass

from traceability.standards.files import rows
from traceability.standards.names import Name


@dataclass(frozen=True, slots=True)
class Stage:
    """A growth stage of a crop: its BBCH code, its name, and the name of its principal stage."""

    crop: str
    code: str
    name: Name
    principal: Name


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of field work and the type of event that records it."""

    operation: str
    event_type: str
    name: Name


def stages(crop: str) -> list[Stage]:
    """List the stages of a crop in the order of growth; a crop that the tables do not know has none."""
    return [stage for stage in _stages().values() if stage.crop == crop]


def stage(crop: str, code: str) -> Stage | None:
    """Find a stage by its code: one with a name of its own, else the principal stage of its first digit, else None."""
    named = _stages().get((crop, code))
    principal = _principals().get((crop, code[:1]))
    if named or not principal or not code.isdigit():
        return named
    return Stage(crop, code, principal, principal)


@functools.cache
def operations() -> Mapping[str, Operation]:
    """Read the kinds of field work, by their codes."""
    return {
        row["operation"]: Operation(row["operation"], row["event_type"], Name(row["english"], row["chinese"]))
        for row in rows("field_operations.csv")
    }


@functools.cache
def _stages() -> Mapping[tuple[str, str], Stage]:
    found = {}
    for row in rows("growth_stages.csv"):
        crop, code = row["crop"], row["code"]
        found[crop, code] = Stage(crop, code, Name(row["english"], row["chinese"]), _principals()[crop, code[0]])
    return found


@functools.cache
def _principals() -> Mapping[tuple[str, str], Name]:
    return {(row["crop"], row["digit"]): Name(row["english"], row["chinese"]) for row in rows("principal_stages.csv")}
