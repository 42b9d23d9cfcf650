import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from psycopg.pq import TransactionStatus
from pytest_django import Settings

from accounts.models import Membership
from tests.factories import device_keys, farm
from tests.factories.events import ACTOR, NOON, append, new_entity, opening, tending
from traceability import hot_statements
from traceability.errors import EventError
from traceability.ledger import LeafError, leaf_hash
from traceability.ledger.commitment import verify_opening
from traceability.ledger.leaf import Actor, Attachment, Leaf, parse_leaf, sign_leaf
from traceability.models import EntityHead, Opening, OutboxEntry, Receipt
from traceability.queries import history
from traceability.services import chain, chain_rows, keys
from traceability.services.chain import ChainConflictError, OutboxFullError, Record
from traceability.services.integrator import integrate_once
from traceability.services.signatures import SignatureError
from traceability.vault import unseal

pytestmark = pytest.mark.django_db


def stored(record: Record) -> Leaf:
    return parse_leaf(bytes(OutboxEntry.objects.get(pk=record.id).leaf))


def test_the_first_event_of_an_entity_names_nothing_before_it() -> None:
    record = opening(new_entity())

    (receipt,) = append(record)

    leaf = stored(record)
    assert (receipt.eseq, leaf.eseq, leaf.prev) == (0, 0, None)
    assert receipt.leaf_hash == leaf_hash(bytes(OutboxEntry.objects.get().leaf))


def test_each_event_names_the_one_before_it() -> None:
    entity = new_entity()
    records = [opening(entity), tending(entity), tending(entity)]

    receipts = [append(record)[0] for record in records]

    assert [stored(record).prev for record in records] == [None, *(one.leaf_hash.hex() for one in receipts[:2])]
    assert [one.eseq for one in receipts] == [0, 1, 2]
    head = EntityHead.objects.get(pk=entity)
    assert (head.eseq, bytes(head.head)) == (2, receipts[2].leaf_hash)


def test_one_call_may_append_many_events_to_many_entities() -> None:
    first, second = new_entity(), new_entity()

    receipts = append(opening(first), opening(second, inputs=[first]), tending(first), tending(second, inputs=[first]))

    assert [(one.entity, one.eseq) for one in receipts] == [(first, 0), (second, 0), (first, 1), (second, 1)]
    last = history.of(second)[-1].leaf
    assert [(one.entity, one.eseq, one.head) for one in last.inputs] == [(first, 1, receipts[2].leaf_hash.hex())]


def test_an_input_without_events_is_refused() -> None:
    with pytest.raises(ChainConflictError, match="is named as an input and has no event yet"):
        append(opening(new_entity(), inputs=[new_entity()]))


def test_an_expected_number_that_is_taken_is_a_conflict() -> None:
    entity = new_entity()
    append(opening(entity), tending(entity, expected_eseq=1))

    with pytest.raises(ChainConflictError, match="event 1 was expected, 2 is next"):
        append(tending(entity, expected_eseq=1))


def test_the_same_record_again_gives_its_first_receipt() -> None:
    entity = new_entity()
    record = tending(entity, private={"note": "雨后"})
    append(opening(entity))
    first = append(record)[0]
    append(tending(entity))

    again = append(record)[0]

    assert again == replace(first, repeated=True)
    assert OutboxEntry.objects.count() == 3


def test_the_same_record_again_is_known_after_it_was_integrated() -> None:
    record = opening(new_entity())
    first = append(record)[0]
    integrate_once()

    assert append(record)[0] == replace(first, repeated=True)


def test_the_same_record_twice_in_one_call_is_taken_once() -> None:
    record = opening(new_entity())

    first, second = append(record, record)

    assert second == replace(first, repeated=True)
    assert OutboxEntry.objects.count() == 1


@pytest.mark.parametrize(
    "other",
    [
        {"body": {"date": "2026-06-01", "operation": "ploughing"}},
        {"time": NOON + timedelta(seconds=1)},
        {"actor": replace(ACTOR, party=str(uuid4()))},
        {"private": {"note": "other"}},
        {"private": {}},
        {"inputs": ["season:other"]},
    ],
    ids=lambda one: next(iter(one)),
)
def test_the_same_id_with_other_content_is_a_conflict(other: dict[str, object]) -> None:
    entity = new_entity()
    append(opening(entity), opening("season:other"))
    record = tending(entity, private={"note": "雨后"})
    append(record)

    with pytest.raises(ChainConflictError, match="taken before, with other content"):
        append(replace(record, **other))  # type: ignore[arg-type]

    assert OutboxEntry.objects.count() == 3


def test_private_members_are_committed_to_and_kept_encrypted() -> None:
    entity = new_entity()
    record = opening(entity, private={"note": "东边缺水"})

    append(record)

    salt, value = unseal(bytes(Opening.objects.get().token))
    assert value == "东边缺水"
    verify_opening(stored(record).commit["note"], path="note", value=value, salt=salt)
    assert "东边缺水".encode() not in bytes(OutboxEntry.objects.get().leaf)
    assert history.of(entity)[0].private == {"note": "东边缺水"}


def test_two_equal_private_values_have_different_commitments() -> None:
    first, second = opening(new_entity(), private={"note": "雨"}), opening(new_entity(), private={"note": "雨"})

    append(first, second)

    assert stored(first).commit != stored(second).commit


def test_what_a_rollback_undoes_leaves_no_gap() -> None:
    entity = new_entity()
    append(opening(entity))
    with transaction.atomic():
        chain.append(tending(entity), at=NOON)
        transaction.set_rollback(True)

    receipt = append(tending(entity))[0]

    assert receipt.eseq == 1
    assert Receipt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_records_appended_alone_are_committed() -> None:
    entity = new_entity()

    chain.append_alone([opening(entity), tending(entity)], at=NOON)

    connection.close()
    assert [row.eseq for row in OutboxEntry.objects.order_by("eseq")] == [0, 1]
    assert EntityHead.objects.get().eseq == 1


@pytest.mark.django_db(transaction=True)
def test_a_record_appended_alone_once_more_gives_its_first_receipt() -> None:
    record = opening(new_entity())
    (first,) = chain.append_alone([record], at=NOON)

    (second,) = chain.append_alone([record], at=NOON)

    assert second == replace(first, repeated=True)
    assert not connection.in_atomic_block
    assert connection.connection.pgconn.transaction_status == TransactionStatus.IDLE


@pytest.mark.django_db(transaction=True)
def test_records_appended_alone_stand_or_fall_together() -> None:
    entity = new_entity()

    with pytest.raises(ChainConflictError, match="event 5 was expected"):
        chain.append_alone([opening(entity), tending(entity, expected_eseq=5)], at=NOON)

    assert connection.connection.pgconn.transaction_status == TransactionStatus.IDLE
    assert not OutboxEntry.objects.exists()
    assert not EntityHead.objects.exists()


def test_records_appended_alone_join_a_transaction_that_is_open() -> None:
    with transaction.atomic():
        chain.append_alone([opening(new_entity())], at=NOON)
        transaction.set_rollback(True)

    assert not OutboxEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_head_that_moved_while_it_was_held_takes_the_commit_along() -> None:
    entity = new_entity()
    (first,) = append(opening(entity))
    forked = (uuid4(), entity, 2, first.leaf_hash, b"{}", b"x" * 32)

    hot_statements.run(begin=True)
    with pytest.raises(ChainConflictError, match="a head moved"):
        chain_rows.write([forked], [], at=NOON, commit=True)
    hot_statements.roll_back()

    assert OutboxEntry.objects.count() == 1
    assert EntityHead.objects.get().eseq == 0


@pytest.mark.django_db(transaction=True)
def test_appending_outside_of_a_transaction_is_a_fault_of_the_program() -> None:
    with pytest.raises(RuntimeError, match="needs the caller's transaction"):
        chain.append(opening(new_entity()), at=NOON)


def test_a_full_outbox_refuses_more(settings: Settings) -> None:
    settings.OUTBOX_LIMIT = 3
    append(*(opening(new_entity()) for _ in range(4)))

    with pytest.raises(OutboxFullError, match="more than 3 events wait"):
        append(opening(new_entity()))

    integrate_once()
    assert append(opening(new_entity()))[0].eseq == 0


def test_an_event_of_an_unknown_type_is_refused() -> None:
    with pytest.raises(EventError, match="no registered type"):
        append(opening(new_entity(), type="season.exploded"))


def test_an_event_where_its_type_cannot_stand_is_refused() -> None:
    entity = new_entity()

    with pytest.raises(EventError, match="cannot be the first"):
        append(tending(entity))
    append(opening(entity))
    with pytest.raises(EventError, match="must be the first"):
        append(opening(entity))


def test_a_leaf_that_is_too_long_leaves_nothing_behind() -> None:
    members = [{"sha256": f"{number:064x}", "size": 1, "media": "image/jpeg"} for number in range(400)]
    attachments = [Attachment(**one) for one in members]  # type: ignore[arg-type]

    with pytest.raises(LeafError, match="more than 32768"):
        append(opening(new_entity(), attachments=attachments))

    assert (OutboxEntry.objects.count(), EntityHead.objects.count(), Receipt.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=8))), "2026-06-01T04:00:00Z"),
        (datetime(2026, 6, 1, 4, 0, 0, 120000, tzinfo=UTC), "2026-06-01T04:00:00.12Z"),
        (datetime(2026, 6, 1, 4, 0, 10, 1, tzinfo=UTC), "2026-06-01T04:00:10.000001Z"),
    ],
)
def test_times_are_written_in_one_way(moment: datetime, text: str) -> None:
    record = opening(new_entity(), time=moment)

    append(record)

    assert stored(record).time == text


def test_a_time_without_its_zone_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        append(opening(new_entity(), time=datetime(2026, 6, 1)))  # noqa: DTZ001 - that is the fault


class TestSignedRecords:
    @pytest.fixture
    def phone(self, farmer: Membership) -> Ed25519PrivateKey:
        phone = Ed25519PrivateKey.generate()
        device_keys.register(phone, by=farmer)
        return phone

    def signed(self, phone: Ed25519PrivateKey, member: Membership) -> Record:
        actor = Actor(str(member.user.public_id), str(member.organisation.public_id), "device")
        record = opening(new_entity(), actor=actor)
        leaf = Leaf(
            log="trace.test.example/log1",
            id=str(record.id),
            type=record.type,
            entity=record.entity,
            time="2026-06-01T04:00:00Z",
            actor=actor,
            body=record.body,
        )
        return replace(record, sig=sign_leaf(leaf, phone).sig)

    def test_a_signature_made_offline_is_kept(self, phone: Ed25519PrivateKey, farmer: Membership) -> None:
        record = self.signed(phone, farmer)

        append(record)

        assert stored(record).sig == record.sig

    def test_a_signature_of_other_content_is_refused(self, phone: Ed25519PrivateKey, farmer: Membership) -> None:
        record = replace(self.signed(phone, farmer), time=NOON + timedelta(hours=1))

        with pytest.raises(LeafError, match="signature"):
            append(record)

    def test_a_key_of_somebody_else_is_refused(self, phone: Ed25519PrivateKey, stranger: Membership) -> None:
        with pytest.raises(SignatureError, match="belongs to somebody else"):
            append(self.signed(phone, stranger))

    def test_a_key_that_was_never_added_is_refused(self, farmer: Membership) -> None:
        with pytest.raises(SignatureError, match="is not registered"):
            append(self.signed(Ed25519PrivateKey.generate(), farmer))

    def test_a_revoked_key_is_refused(self, phone: Ed25519PrivateKey, farmer: Membership) -> None:
        key = farmer.user.actor_keys.get()
        keys.revoke_actor_key(key=key, entry=farm.entry(), reason="lost", membership=farmer, at=farm.NOW)

        with pytest.raises(SignatureError, match="is revoked"):
            append(self.signed(phone, farmer))


@pytest.mark.django_db(transaction=True)
class TestRaces:
    def together(self, number: int, work: object) -> list[object]:
        start = threading.Barrier(number)

        def one(_: int) -> object:
            start.wait()
            try:
                return work()  # type: ignore[operator]
            except ChainConflictError as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(number) as pool:
            return list(pool.map(one, range(number)))

    @pytest.mark.parametrize("expected", [None, 1])
    def test_sixteen_senders_of_one_record_get_one_receipt(self, expected: int | None) -> None:
        entity = new_entity()
        append(opening(entity))
        record = tending(entity, expected_eseq=expected)

        receipts = self.together(16, lambda: append(record)[0])

        assert {(one.eseq, one.leaf_hash) for one in receipts} == {(1, receipts[0].leaf_hash)}  # type: ignore[attr-defined]
        assert [one.repeated for one in receipts].count(False) == 1  # type: ignore[attr-defined]
        assert OutboxEntry.objects.count() == 2

    def test_sixteen_writers_of_one_entity_stand_in_a_row(self) -> None:
        entity = new_entity()
        append(opening(entity))

        receipts = self.together(16, lambda: append(tending(entity))[0])

        assert sorted(one.eseq for one in receipts) == list(range(1, 17))  # type: ignore[attr-defined]

    def test_of_sixteen_writers_that_saw_the_same_head_one_goes_on(self) -> None:
        entity = new_entity()
        append(opening(entity))

        outcomes = self.together(16, lambda: append(tending(entity, expected_eseq=1))[0])

        assert sum(isinstance(one, ChainConflictError) for one in outcomes) == 15
        assert OutboxEntry.objects.count() == 2

    def test_writers_that_lock_two_entities_in_opposite_orders_do_not_wait_for_each_other(self) -> None:
        first, second = new_entity(), new_entity()
        append(opening(first), opening(second))
        orders = iter([(first, second), (second, first)] * 8)
        lock = threading.Lock()

        def both() -> object:
            with lock:
                one, other = next(orders)
            return append(tending(one, inputs=[other]), tending(other, inputs=[one]))

        outcomes = self.together(16, both)

        assert not any(isinstance(one, Exception) for one in outcomes)
        assert EntityHead.objects.get(pk=first).eseq == EntityHead.objects.get(pk=second).eseq == 16

    def test_sixteen_writers_of_an_entity_that_is_not_there_make_it_once(self) -> None:
        entity = new_entity()

        outcomes = self.together(16, lambda: append(opening(entity, expected_eseq=0))[0])

        assert sum(isinstance(one, ChainConflictError) for one in outcomes) == 15
        assert EntityHead.objects.get(pk=entity).eseq == 0
