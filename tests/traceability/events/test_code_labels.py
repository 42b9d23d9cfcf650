from collections.abc import Iterator

from traceability.enums import LotKind
from traceability.epcis.items import Role
from traceability.events import CODE_LABELS, EVENT_TYPES, ListOf, Members, code_label, vocabulary
from traceability.events.kinds import Choice, Kind


def choices(kind: Kind) -> Iterator[str]:
    match kind:
        case Choice():
            yield from kind.codes
        case ListOf():
            yield from choices(kind.kind)
        case Members():
            for member in kind.by_name.values():
                yield from choices(member.kind)


def codes() -> set[str]:
    return {code for one in EVENT_TYPES.values() for code in choices(one.body)}


def test_every_code_of_a_body_has_a_label() -> None:
    assert codes() - set(CODE_LABELS) == set(vocabulary.RESULT_UNITS)


def test_every_label_belongs_to_a_code() -> None:
    # What EPCIS says of items stands in bodies as plain words.
    of_items = {*map(str, Role), *map(str, LotKind)}
    private = {code for one in EVENT_TYPES.values() for code in choices(one.private)}

    assert set(CODE_LABELS) - codes() - private - of_items == set()


def test_a_code_without_a_label_stands_for_itself() -> None:
    assert (code_label("milling"), code_label("mg/kg")) == ("milling", "mg/kg")
