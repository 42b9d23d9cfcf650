from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.ledger.leaf import Actor, Attachment, Leaf
from traceability.projections.epcis import events, items, joined_links, links

ENTITY, RUN = UUID(int=1), UUID(int=2)
PARTY = UUID(int=3)
PADDY, HUSK, RICE, BAG, PALLET = (UUID(int=number) for number in range(10, 15))
DIGEST = "ab" * 32
WRONG = {"reason": "incorrect_data", "time": "2026-09-29T00:00:00Z"}


@dataclass(frozen=True)
class Said:
    """One event of a history, as a projection reads it."""

    leaf: Leaf
    leaf_hash: bytes = b"\x00" * 32
    private: Mapping[str, object] = field(default_factory=dict)


def said(name: str, entity: str, body: Mapping[str, Any], *, eseq: int = 0) -> Said:
    return Said(
        Leaf(
            log="trace.test.example/log1",
            id=str(uuid4()),
            type=name,
            entity=entity,
            time="2026-09-28T08:30:00Z",
            actor=Actor(id=str(UUID(int=4)), party=str(PARTY), attested="import"),
            body=body,
            eseq=eseq,
            attachments=(Attachment(DIGEST, 300, "application/ld+json"),),
        )
    )


def captured(*mentions: tuple[str, UUID], eseq: int = 0, **members: Any) -> Said:
    touched = [{"item": f"urn:x:{lot}", "role": role, "lot": str(lot)} for role, lot in mentions]
    body = {
        "event_id": "urn:x:1",
        "hash_id": "ni:///sha-256;00?ver=CBV2.0",
        "event_type": "TransformationEvent",
        "event_time": "2026-09-28T08:30:00Z",
        **({"items": touched} if touched else {}),
        **members,
    }
    return said("epcis.captured", f"epcis:{ENTITY}", body, eseq=eseq)


def joined(number: int, *, inputs: Sequence[UUID] = (), outputs: Sequence[UUID] = (), undone: bool = False) -> Said:
    parts = {"inputs": [f"lot:{lot}" for lot in inputs], "outputs": [f"lot:{lot}" for lot in outputs]}
    body = {
        "transformation_id": "urn:x:run",
        "event": {"entity": f"epcis:{UUID(int=100 + number)}", "eseq": int(undone), "head": DIGEST},
        **{name: lots for name, lots in parts.items() if lots},
        **({"undone": True} if undone else {}),
    }
    return said("transformation.joined", f"transformation:{RUN}", body)


def pairs(rows: Sequence[Mapping[str, object]]) -> set[tuple[object, object]]:
    return {(row["product_id"], row["source_id"]) for row in rows}


MILLING = captured(("input", PADDY), ("output", RICE), ("output", HUSK))


class TestEvents:
    def test_an_event_becomes_a_row(self) -> None:
        one = captured(action="ADD", biz_step="packing", disposition="in_progress", eseq=1)

        (row,) = events([one])

        assert row | {"event_time": str(row["event_time"])} == {
            "record_id": UUID(one.leaf.id),
            "entity_id": ENTITY,
            "eseq": 1,
            "event_id": "urn:x:1",
            "hash_id": "ni:///sha-256;00?ver=CBV2.0",
            "event_type": "TransformationEvent",
            "action": "ADD",
            "event_time": "2026-09-28 08:30:00+00:00",
            "biz_step": "packing",
            "disposition": "in_progress",
            "party__public_id": PARTY,
            "document_sha256": bytes.fromhex(DIGEST),
        }

    def test_each_mention_of_an_item_becomes_a_row(self) -> None:
        rows = items([MILLING])

        assert [(row["position"], row["lot_id"], row["role"], row["quantity"]) for row in rows] == [
            (0, PADDY, "input", ""),
            (1, RICE, "output", ""),
            (2, HUSK, "output", ""),
        ]

    def test_a_note_that_the_file_was_withheld_makes_no_row(self) -> None:
        note = said("attachment.withheld", f"epcis:{ENTITY}", {"sha256": DIGEST, "reason": "personal"}, eseq=1)

        history = [MILLING, note]

        assert len(events(history)) == 1
        assert len(items(history)) == 3
        assert len(links(history)) == 2

    def test_an_empty_history_makes_nothing(self) -> None:
        assert (events([]), items([]), links([]), joined_links([])) == ([], [], [], [])


class TestLinks:
    def test_every_output_comes_of_every_input(self) -> None:
        two = captured(("input", PADDY), ("input", HUSK), ("output", RICE), ("output", BAG))

        assert pairs(links([two])) == {(RICE, PADDY), (RICE, HUSK), (BAG, PADDY), (BAG, HUSK)}

    @pytest.mark.parametrize(("action", "found"), [("ADD", 2), ("OBSERVE", 2), ("DELETE", 0)])
    def test_a_parent_comes_of_its_children_unless_they_are_taken_out(self, action: str, found: int) -> None:
        packing = captured(("child", BAG), ("child", RICE), ("parent", PALLET), action=action)

        assert len(links([packing])) == found

    def test_what_is_worked_into_itself_does_not_come_of_itself(self) -> None:
        rework = captured(("input", RICE), ("input", HUSK), ("output", RICE))

        assert pairs(links([rework])) == {(RICE, HUSK)}

    def test_items_that_are_only_seen_come_of_nothing(self) -> None:
        assert links([captured(("epc", BAG), ("quantity", RICE), ("input", PADDY))]) == []

    def test_nothing_comes_of_what_was_declared_wrong(self) -> None:
        declared = captured(("input", PADDY), ("output", RICE), eseq=1, error_declaration=WRONG)

        assert links([MILLING, declared]) == []
        assert links([declared]) == []


class TestParts:
    def test_what_one_part_takes_out_comes_of_what_another_put_in(self) -> None:
        parts = [joined(1, inputs=[PADDY, HUSK]), joined(2, outputs=[RICE])]

        for history in permutations(parts):
            rows = joined_links(history)
            assert pairs(rows) == {(RICE, PADDY), (RICE, HUSK)}
            assert {row["event"] for row in rows} == {RUN}

    def test_what_one_part_says_by_itself_is_said_by_its_event(self) -> None:
        assert joined_links([joined(1, inputs=[PADDY], outputs=[RICE])]) == []

    def test_a_part_that_was_taken_back_joins_nothing(self) -> None:
        into, out = joined(1, inputs=[PADDY]), joined(2, outputs=[RICE])

        assert joined_links([into, out, joined(1, undone=True)]) == []
        assert joined_links([joined(1, undone=True), into, out]) == []

    def test_what_goes_round_does_not_come_of_itself(self) -> None:
        assert joined_links([joined(1, inputs=[RICE]), joined(2, outputs=[RICE])]) == []

    @given(st.lists(st.tuples(*[st.sets(st.sampled_from([PADDY, HUSK, RICE, BAG, PALLET]))] * 2), max_size=5))
    def test_all_parts_together_make_what_one_event_would_make(self, parts: list[tuple[set[UUID], set[UUID]]]) -> None:
        history = [
            joined(number, inputs=sorted(used), outputs=sorted(made)) for number, (used, made) in enumerate(parts)
        ]
        own = [captured(*(("input", lot) for lot in used), *(("output", lot) for lot in made)) for used, made in parts]

        found = pairs(joined_links(history)).union(*(pairs(links([one])) for one in own))

        every_input, every_output = set().union(*(used for used, _ in parts)), set().union(*(made for _, made in parts))
        assert found == {(made, used) for made in every_output for used in every_input if made != used}
