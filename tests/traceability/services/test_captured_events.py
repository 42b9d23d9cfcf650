import base64
import json
from typing import Any, ClassVar

import pytest

from accounts.models import Membership
from tests.factories import epcis, farm, stories
from tests.factories.epcis import WHEN, faults_of, lot, send
from tests.factories.log import integrate, publish
from tests.traceability.epcis.samples import (
    BAG,
    BRAN,
    CONTEXT,
    PADDY,
    PALLET,
    RICE,
    amount,
    document,
    milling,
    observation,
    packing,
)
from traceability import log_key
from traceability.ledger.leaf import parse_leaf
from traceability.ledger.report import verify_bundle
from traceability.models import EpcisEvent, EpcisItem, LogEntry, Lot, LotLink, OutboxEntry
from traceability.queries import history
from traceability.queries.bundles import bundle_of
from traceability.queries.closures import closure
from traceability.queries.lots import ancestors_of, descendants_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("log_keys")]

HARVEST = observation(eventID="urn:x:harvest", action="ADD")
MILLING = milling(eventID="urn:x:milling")
WRONG = {"errorDeclaration": {"declarationTime": "2026-09-29T08:00:00+08:00", "reason": "incorrect_data"}}


def ancestors(epc: str) -> list[str]:
    return [one.lot.epc for one in ancestors_of(lot(epc))]


def kilograms(epc: str) -> str:
    return str(lot(epc).kg)


class TestLeaves:
    def test_an_event_and_each_of_its_items_get_a_leaf(self, processor: Membership) -> None:
        send(processor, MILLING)

        leaves = [parse_leaf(bytes(entry.leaf)) for entry in OutboxEntry.objects.all()]
        roles = sorted((leaf.type, leaf.body.get("role", "")) for leaf in leaves)
        linked = [("item.linked", "input"), ("item.linked", "output"), ("item.linked", "output")]
        assert roles == [("epcis.captured", ""), *linked, ("item.named", "")]
        assert {leaf.actor.party for leaf in leaves} == {str(processor.organisation.public_id)}
        assert {leaf.actor.attested for leaf in leaves} == {"import"}

    def test_what_comes_out_rests_on_the_event_and_the_event_on_what_went_in(self, processor: Membership) -> None:
        send(processor, HARVEST, MILLING)

        event = EpcisEvent.objects.get(event_id="urn:x:milling")
        (captured,) = history.of(f"epcis:{event.entity_id}")
        assert [one.entity for one in captured.leaf.inputs] == [lot(PADDY).entity]
        assert [one.entity for one in history.of(lot(RICE).entity)[0].leaf.inputs] == [f"epcis:{event.entity_id}"]
        # The paddy only points at the event: its proof must not grow with all that is ever made of it.
        used = history.of(lot(PADDY).entity)[1].leaf
        assert (used.inputs, used.body["event"]["head"]) == ((), captured.leaf_hash.hex())

    def test_the_proof_of_a_bag_reaches_the_harvest_and_not_the_bran(self, processor: Membership) -> None:
        send(processor, HARVEST, MILLING, packing(eventID="urn:x:packing"))

        entities = {event.leaf.entity for event in closure(lot(PALLET).entity)}

        assert {lot(PADDY).entity, lot(RICE).entity, lot(BAG).entity} <= entities
        assert lot(BRAN).entity not in entities

    def test_the_proof_holds_what_is_told_of_an_input_later(self, processor: Membership) -> None:
        send(processor, MILLING)
        send(processor, HARVEST)

        told = [event.leaf.body["event_id"] for event in closure(lot(RICE).entity) if "event_id" in event.leaf.body]

        assert sorted(told) == ["urn:x:harvest", "urn:x:milling"]

    def test_the_leaf_names_the_event_by_the_hash_of_its_own_bytes(self, processor: Membership) -> None:
        epcis.take(
            processor, document({**MILLING, "ln:note": "一"}, **{"@context": [CONTEXT, {"ln": "https://ln.cn/"}]})
        )

        event = EpcisEvent.objects.get()
        (attached,) = history.of(f"epcis:{event.entity_id}")[0].leaf.attachments
        assert (attached.size, attached.media) == (len(bytes(event.document)), "application/ld+json")
        assert bytes.fromhex(attached.sha256) == bytes(event.document_sha256)

    def test_the_proof_of_a_pallet_verifies_without_us(self, processor: Membership) -> None:
        send(processor, *reversed(epcis.a_chain()[:4]))
        publish()

        report = verify_bundle(bundle_of(lot(PALLET)), vkeys=[log_key.vkey()])

        assert report.subject == lot(PALLET).entity
        assert {one.partition(":")[0] for one in report.entities} == {"epcis", "lot", "transformation"}
        assert lot(PADDY).entity in report.entities

    def test_all_of_it_is_clean_before_and_after_it_is_published(self, processor: Membership) -> None:
        send(processor, HARVEST, MILLING, packing(eventID="urn:x:packing"))

        assert epcis.is_clean()
        publish()
        assert epcis.is_clean()
        assert LogEntry.objects.count() == (1 + 1) + (1 + 3) + (1 + 1 + 3)


class TestSecrets:
    SECRETS: ClassVar[dict[str, Any]] = {
        "bizTransactionList": [{"type": "po", "bizTransaction": "urn:x:order:4711"}],
        "sourceList": [{"type": "owning_party", "source": "urn:x:seller"}],
        "destinationList": [{"type": "owning_party", "destination": "urn:x:buyer"}],
        "readPoint": {"id": "geo:41.1512,122.0712"},
        "bizLocation": {"id": "GEO:41.1513,122.0713"},
    }

    def test_orders_partners_and_coordinates_are_commitments_in_the_leaf(self, processor: Membership) -> None:
        send(processor, observation(eventID="urn:x:1", **self.SECRETS))

        leaf = b"".join(bytes(entry.leaf) for entry in OutboxEntry.objects.all())
        assert [one for one in (b"4711", b"seller", b"buyer", b"41.151", b"122.07") if one in leaf] == []
        (captured,) = history.of(f"epcis:{EpcisEvent.objects.get().entity_id}")
        names = {"biz_transactions", "sources", "destinations", "read_point", "biz_location"}
        assert set(captured.leaf.commit) == set(captured.private) == names
        assert captured.private["biz_transactions"] == [{"type": "po", "id": "urn:x:order:4711"}]
        assert captured.leaf.body["hash_id"].startswith("ni:///sha-256;")
        assert epcis.is_clean()

    def test_their_owner_reads_the_whole_event(self, processor: Membership) -> None:
        sent = observation(eventID="urn:x:1", **self.SECRETS)
        send(processor, sent)

        document = json.loads(bytes(EpcisEvent.objects.get().document))
        assert {name: document[name] for name in self.SECRETS} == self.SECRETS

    def test_a_place_with_a_name_is_public(self, processor: Membership) -> None:
        place = {"id": "https://id.gs1.org/414/6901234001006"}

        send(processor, observation(eventID="urn:x:1", readPoint=place))

        (captured,) = history.of(f"epcis:{EpcisEvent.objects.get().entity_id}")
        assert (captured.leaf.body["read_point"], dict(captured.leaf.commit)) == (place["id"], {})

    def test_the_bundle_of_an_item_discloses_none_of_it(self, processor: Membership) -> None:
        send(processor, observation(eventID="urn:x:1", **self.SECRETS))
        publish()

        bundle = json.loads(bundle_of(lot(PADDY)))

        assert bundle["disclosed"] == []
        assert any(b"commit" in base64.b64decode(record) for record in bundle["records"])


class TestItems:
    def test_a_lot_gets_name_kind_day_and_weight(self, processor: Membership) -> None:
        send(processor, milling(outputQuantityList=[amount(RICE, 680.5)], outputEPCList=[BAG]))

        rice, bag = lot(RICE), lot(BAG)
        assert (rice.kind, rice.gtin, rice.code) == ("LOT", "06901234000023", "RICE-01")
        assert (str(rice.produced_on), str(rice.kg)) == ("2026-09-28", "680.500")
        assert (bag.kind, bag.gtin, bag.code, bag.kg) == ("INSTANCE", "06901234000023", "", None)
        assert {rice.registrant, rice.custodian} == {processor.organisation}

    def test_spellings_of_one_name_are_one_lot(self, processor: Membership) -> None:
        urn = "urn:epc:class:lgtin:6901234.000001.PJ240928A01"
        own_domain = "HTTPS://shop.example.cn/some/gtin/6901234000016/lot/PJ240928A01?x=1"
        send(processor, HARVEST, *(observation(quantityList=[amount(name, 1000)]) for name in (urn, own_domain)))

        assert [one.epc for one in Lot.objects.all()] == [PADDY]
        assert EpcisItem.objects.filter(lot=lot(PADDY)).count() == 3

    @pytest.mark.parametrize(
        ("time", "offset", "day"),
        [
            ("2026-09-28T20:00:00Z", "+08:00", "2026-09-29"),
            ("2026-09-28T01:00:00+08:00", "-05:00", "2026-09-27"),
            ("0001-01-01T00:00:00Z", "-05:00", "0001-01-01"),
        ],
    )
    def test_the_day_of_production_is_the_local_one(
        self, processor: Membership, time: str, offset: str, day: str
    ) -> None:
        send(processor, observation(action="ADD", eventTime=time, eventTimeZoneOffset=offset))

        assert str(lot(PADDY).produced_on) == day

    @pytest.mark.parametrize(
        ("quantity", "uom", "kg"),
        [(1.5, "TNE", "1500.000"), (250, "GRM", "0.250"), (10, "LBR", "4.536"), (5, "LTR", "None"), (0, "KGM", "None")],
    )
    def test_units_of_mass_become_kilograms(self, processor: Membership, quantity: float, uom: str, kg: str) -> None:
        send(processor, observation(quantityList=[{"epcClass": PADDY, "quantity": quantity, "uom": uom}]))

        assert kilograms(PADDY) == kg
        assert EpcisItem.objects.get().uom == uom

    def test_more_than_a_lot_can_hold_is_kept_as_it_was_said(self, processor: Membership) -> None:
        many = [observation(action="ADD", eventID=f"urn:x:{number}") for number in range(3)]
        for one, tonnes in zip(many, (10**15, 99_999_999, 99_999_999), strict=True):
            one["quantityList"] = [{"epcClass": PADDY, "quantity": tonnes, "uom": "TNE"}]

        job = send(processor, *many)

        assert job.errors == []
        assert lot(PADDY).kg is None
        assert EpcisItem.objects.filter(quantity="1000000000000000").count() == 1

    def test_a_place_and_a_thing_without_a_key_are_other_items(self, processor: Membership) -> None:
        send(processor, packing(parentID="https://id.gs1.org/414/6901234001006", childEPCs=["urn:x:crate:1"]))

        assert {one.kind for one in Lot.objects.exclude(epc=RICE)} == {"OTHER"}

    @pytest.mark.parametrize("name", ["urn:", "X:"])
    def test_a_name_with_nothing_behind_its_scheme_is_refused(self, processor: Membership, name: str) -> None:
        job = send(processor, observation(epcList=[name]))

        assert faults_of(job) == [("/epcisBody/eventList/0/epcList/0", "not_a_uri")]

    def test_an_item_may_stand_in_an_event_several_times(self, processor: Membership) -> None:
        send(processor, milling(inputQuantityList=[amount(PADDY, 60), amount(PADDY, 40)], outputEPCList=[BAG]))

        assert EpcisItem.objects.filter(lot=lot(PADDY)).count() == 2
        assert [one.leaf.type for one in history.of(lot(PADDY).entity)] == ["item.named", "item.linked", "item.linked"]
        assert epcis.is_clean()


class TestWeights:
    def test_what_is_used_is_taken_from_what_was_made(self, processor: Membership) -> None:
        send(processor, HARVEST, milling(inputQuantityList=[amount(PADDY, 400)]))

        assert kilograms(PADDY) == "600.000"

    def test_what_is_made_twice_adds_up_and_what_is_only_seen_does_not(self, processor: Membership) -> None:
        second = observation(eventID="urn:x:2", action="ADD", quantityList=[amount(PADDY, 200)])
        seen = observation(eventID="urn:x:3", quantityList=[amount(PADDY, 50)])
        sold = observation(eventID="urn:x:4", action="DELETE", quantityList=[amount(PADDY, 100)])

        send(processor, HARVEST, second, seen, sold)

        assert kilograms(PADDY) == "1100.000"

    def test_of_what_nobody_made_the_first_look_counts_and_nothing_falls_below_zero(
        self, processor: Membership
    ) -> None:
        send(processor, observation(eventID="urn:x:1"), observation(eventID="urn:x:2", quantityList=[amount(PADDY, 9)]))
        assert kilograms(PADDY) == "1000.000"

        send(processor, milling(inputQuantityList=[amount(PADDY, 5000)]))

        assert kilograms(PADDY) == "0.000"


class TestErrorDeclarations:
    def test_what_was_declared_wrong_stands_beside_the_event_and_takes_it_back(self, processor: Membership) -> None:
        send(processor, HARVEST, MILLING)
        assert ancestors(RICE) == [PADDY]

        job = send(processor, {**MILLING, **WRONG})

        assert job.errors == []
        assert [
            (one.eseq, one.event_id) for one in EpcisEvent.objects.order_by("eseq").filter(event_id="urn:x:milling")
        ] == [
            (0, "urn:x:milling"),
            (1, "urn:x:milling"),
        ]
        assert (ancestors(RICE), descendants_of(lot(PADDY))) == ([], [])
        assert (kilograms(PADDY), lot(RICE).kg, lot(RICE).produced_on) == ("1000.000", None, None)
        assert epcis.is_clean()

    def test_event_and_declaration_may_come_in_one_document(self, processor: Membership) -> None:
        corrected = milling(eventID="urn:x:right", inputQuantityList=[amount(PADDY, 900)])

        job = send(processor, HARVEST, MILLING, {**MILLING, **WRONG}, corrected)

        assert job.captured == 4
        assert ancestors(RICE) == [PADDY]
        assert (kilograms(PADDY), kilograms(RICE)) == ("100.000", "680.000")

    def test_it_reaches_items_that_the_declaration_leaves_out(self, processor: Membership) -> None:
        send(processor, HARVEST, MILLING)

        send(processor, {**milling(eventID="urn:x:milling", outputQuantityList=[amount(RICE, 680)]), **WRONG})

        assert lot(BRAN).kg is None
        assert history.of(lot(BRAN).entity)[-1].leaf.body["effect"] == "undone"

    def test_a_second_declaration_repeats_the_first(self, processor: Membership) -> None:
        send(processor, MILLING, {**MILLING, **WRONG})

        job = send(processor, {**MILLING, **WRONG})

        assert faults_of(job) == [("/epcisBody/eventList/0/eventID", "repeated_event")]

    def test_of_an_event_that_was_never_sent_only_the_names_are_kept(self, processor: Membership) -> None:
        job = send(processor, {**MILLING, **WRONG})

        assert job.errors == []
        assert (ancestors(RICE), lot(RICE).kg, lot(RICE).code) == ([], None, "RICE-01")
        assert EpcisItem.objects.count() == 3
        assert epcis.is_clean()

    def test_who_handed_the_lot_on_may_take_back_what_was_said(
        self, farmer: Membership, processor: Membership, stranger: Membership
    ) -> None:
        made = farm.make_lot(farmer, gtin="06901234000016", code="PJ240928A01")
        farm.give(made, by=farmer, to=processor)
        send(processor, MILLING)
        farm.give(made, by=processor, to=stranger)

        declared = send(processor, {**MILLING, **WRONG})
        again = send(processor, milling(eventID="urn:x:other"))

        assert declared.errors == []
        assert faults_of(again) == [("/epcisBody/eventList/0/inputQuantityList/0", "foreign_item")]


class TestAggregation:
    def test_a_parent_comes_of_its_children(self, processor: Membership) -> None:
        send(processor, packing(eventID="urn:x:in"))

        assert sorted(ancestors(PALLET)) == sorted([BAG, RICE])

    def test_a_child_that_was_taken_out_had_still_been_in_it(self, processor: Membership) -> None:
        other = "https://id.gs1.org/01/06901234000023/21/000018"
        out = packing(eventID="urn:x:out", action="DELETE", childEPCs=[BAG], childQuantityList=[amount(RICE, 500)])
        again = packing(eventID="urn:x:again", childEPCs=[other], childQuantityList=[amount(RICE, 400)])

        send(processor, packing(eventID="urn:x:in"), out, again)

        assert sorted(ancestors(PALLET)) == sorted([BAG, other, RICE])
        assert LotLink.objects.filter(product=lot(PALLET), source=lot(RICE)).count() == 2

    def test_taking_out_alone_makes_no_genealogy(self, processor: Membership) -> None:
        send(processor, packing(action="DELETE"))

        assert ancestors(PALLET) == []

    def test_a_false_unpacking_changes_nothing_of_what_was_in_it(self, processor: Membership) -> None:
        out = packing(eventID="urn:x:out", action="DELETE")
        send(processor, packing(eventID="urn:x:in"), out)

        send(processor, {**out, **WRONG})

        assert sorted(ancestors(PALLET)) == sorted([BAG, RICE])

    def test_a_false_packing_leaves_the_one_that_was_true(self, processor: Membership) -> None:
        first = packing(eventID="urn:x:in")
        again = packing(eventID="urn:x:again", childEPCs=[], childQuantityList=[amount(RICE, 500)])
        send(processor, first, again)

        send(processor, {**first, **WRONG})

        assert ancestors(PALLET) == [RICE]


class TestTransformationsInParts:
    RUN = {"transformationID": "https://mill.example.cn/runs/17"}

    def into(self, **said: object) -> dict[str, object]:
        return {**milling(eventID="urn:x:into", **self.RUN, **said), "outputQuantityList": []}

    def out(self, epc: str = RICE, **said: object) -> dict[str, object]:
        made = milling(eventID=f"urn:x:out:{epc[-4:]}", outputQuantityList=[amount(epc, 600)], **self.RUN, **said)
        return {name: value for name, value in made.items() if name != "inputQuantityList"}

    def part(self, event: dict[str, object]) -> dict[str, object]:
        return {name: value for name, value in event.items() if value != []}

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
    def test_what_one_event_puts_in_another_takes_out(self, processor: Membership, order: tuple[int, ...]) -> None:
        parts = [self.part(self.into()), self.out(RICE), self.out(BRAN)]

        jobs = [send(processor, parts[number]) for number in order]

        assert [job.errors for job in jobs] == [[], [], []]
        assert (ancestors(RICE), ancestors(BRAN)) == ([PADDY], [PADDY])
        assert epcis.is_clean()

    def test_the_proof_of_what_came_out_reaches_what_went_in(self, processor: Membership) -> None:
        send(processor, HARVEST)
        send(processor, self.out())
        send(processor, self.part(self.into()))

        types = {event.leaf.type for event in closure(lot(RICE).entity) if event.leaf.entity == lot(PADDY).entity}

        assert types == {"item.linked"}

    def test_a_part_that_was_declared_wrong_joins_nothing(self, processor: Membership) -> None:
        into = self.part(self.into())
        send(processor, into, self.out())

        send(processor, {**into, **WRONG})

        assert ancestors(RICE) == []
        assert epcis.is_clean()

    def test_another_partys_run_of_this_name_is_another_run(self, processor: Membership, stranger: Membership) -> None:
        send(processor, self.part(self.into()))
        send(stranger, self.out())

        assert ancestors(RICE) == []

    def test_a_run_has_so_many_items_at_most(self, processor: Membership) -> None:
        def part(number: int) -> dict[str, object]:
            lots = [f"urn:x:lot:{number}-{position}" for position in range(80)]
            event = self.part(self.into(inputQuantityList=[], inputEPCList=lots))
            return {**event, "eventID": f"urn:x:part:{number}"}

        job = send(processor, *(part(number) for number in range(6)), proceed=True)

        assert job.captured == 5
        assert faults_of(job) == [("/epcisBody/eventList/5/transformationID", "too_many_items")]


class TestWhoseItems:
    EPC = "https://id.gs1.org/01/06901234567892/10/PJ261005A01"

    @pytest.mark.parametrize(
        "name",
        [
            EPC,
            "urn:epc:class:lgtin:6901234.056789.PJ261005A01",
            "https://mill.example.cn/01/6901234567892/10/PJ261005A01",
        ],
    )
    def test_a_lot_of_the_farm_is_found_under_any_of_its_names(self, name: str) -> None:
        told = stories.rice()
        assert told.bag.epc == self.EPC

        job = send(told.mill, packing(childEPCs=[], childQuantityList=[amount(name, 100)]))

        assert job.errors == []
        assert ancestors_of(lot(PALLET))[0].lot == told.bag
        assert told.plot.entity in {event.leaf.entity for event in closure(lot(PALLET).entity)}

    def test_a_lot_without_a_gtin_is_found_under_the_name_that_it_got_here(self, farmer: Membership) -> None:
        made = farm.make_lot(farmer)

        job = send(farmer, milling(inputQuantityList=[amount(made.epc, 300)]))

        made.refresh_from_db()
        assert job.errors == []
        assert (ancestors(RICE), str(made.kg)) == ([made.epc], "700.000")
        assert epcis.is_clean()

    def test_more_of_a_farms_lot_than_there_is_leaves_nothing(self, farmer: Membership) -> None:
        made = farm.make_lot(farmer)

        send(farmer, milling(inputQuantityList=[amount(made.epc, 3000)]))

        made.refresh_from_db()
        assert str(made.kg) == "0.000"

    def test_a_foreign_party_may_not_speak_of_it(self, farmer: Membership, stranger: Membership) -> None:
        farm.make_lot(farmer, gtin="06901234000016", code="PJ240928A01")
        before = epcis.rows()

        job = send(stranger, MILLING)

        assert job.errors == [
            {"pointer": "/epcisBody/eventList/0/inputQuantityList/0", "rule": "foreign_item", "params": {"name": PADDY}}
        ]
        assert epcis.new_rows(before) == {"traceability_capturejob": 1, "traceability_taskrequest": 1}

    def test_custodian_and_registrant_may_speak_of_it(self, farmer: Membership, processor: Membership) -> None:
        made = farm.make_lot(farmer, gtin="06901234000016", code="PJ240928A01")
        farm.give(made, by=farmer, to=processor)

        assert send(processor, MILLING).errors == []
        assert send(farmer, observation(eventID="urn:x:seen")).errors == []

    def test_a_lot_that_epcis_told_of_first_cannot_be_made_by_another(
        self, processor: Membership, farmer: Membership
    ) -> None:
        send(processor, HARVEST)

        with pytest.raises(Exception, match="the lot number PJ240928A01 is taken already"):
            farm.make_lot(farmer, gtin="06901234000016", code="PJ240928A01")


def test_rows_are_read_in_the_order_of_the_document(processor: Membership) -> None:
    ids = [f"urn:x:{number}" for number in range(40)]

    send(processor, *(observation(eventID=event_id, **WHEN) for event_id in ids))
    integrate()

    assert list(EpcisEvent.objects.order_by("record_time").values_list("event_id", flat=True)) == ids
