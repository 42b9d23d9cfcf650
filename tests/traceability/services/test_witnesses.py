import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as live_settings
from django.db import connection, transaction
from pytest_django import Settings

from tests import databases
from tests.factories import farm, log
from tests.factories.events import append, new_entity, opening, tending
from tests.factories.witnesses import BANK, COUNTY, Circle
from traceability import log_key, witness_client
from traceability.ledger import Checkpoint, open_checkpoint, sign_checkpoint
from traceability.ledger.note import cosign_note
from traceability.ledger.witness.conversation import submission_bytes
from traceability.models import Publication, SignedCheckpoint, WitnessStanding
from traceability.queries import proofs, witnesses
from traceability.services import publisher
from traceability.services import witnesses as services
from traceability.services.integrator import integrate_once
from traceability.services.publisher import PublishError, publish_once
from traceability.services.witnesses import QuorumError

pytestmark = pytest.mark.django_db

SIZE = "text/x.tlog.size"
PLAIN = "text/plain"


def grow(number: int) -> None:
    entity = new_entity()
    append(opening(entity), *(tending(entity) for _ in range(number - 1)))
    integrate_once()


def publish(number: int) -> SignedCheckpoint:
    grow(number)
    published = publish_once(at=farm.NOW)
    assert published
    return published


def signers(note: str) -> list[str]:
    _, opened = open_checkpoint(note, witnesses.vkeys(), origin=log.origin())
    assert not opened.unverified
    return [one.name for one in opened.signatures]


def faults() -> dict[str, str]:
    return {one.vkey.partition("+")[0]: one.fault for one in WitnessStanding.objects.all()}


def test_what_is_published_carries_the_cosignatures_of_all(circle: Circle) -> None:
    first, second = publish(3), publish(4)

    assert signers(first.note) == signers(second.note) == [log.origin(), COUNTY.vkey.name, BANK.vkey.name]
    assert witnesses.policy().open_checkpoint(second.note)[0] == Checkpoint(log.origin(), 7, proofs.root(7))


def test_how_each_stands_is_noted(circle: Circle) -> None:
    publish(3)

    rows = list(WitnessStanding.objects.order_by("vkey"))
    assert [(row.vkey, row.size, row.asked_at, row.fault) for row in rows] == [
        (str(BANK.vkey), 3, farm.NOW, ""),
        (str(COUNTY.vkey), 3, farm.NOW, ""),
    ]
    assert all(row.cosigned_at and row.seconds and row.seconds > 0 for row in rows)


def test_below_the_quorum_nothing_is_published_and_it_is_said_why(circle: Circle) -> None:
    circle.stop("bank")
    circle.agree()
    grow(3)

    with pytest.raises(QuorumError, match=r"quorum 'both'; bank: it does not answer \(ConnectionRefusedError\)"):
        publish_once(at=farm.NOW)

    assert not SignedCheckpoint.objects.exists()
    assert not Publication.objects.exists()
    assert faults() == {COUNTY.vkey.name: "", BANK.vkey.name: "it does not answer (ConnectionRefusedError)"}


def test_one_of_two_is_enough_where_the_policy_says_so(circle: Circle) -> None:
    circle.stop("bank")
    circle.agree("any")

    assert signers(publish(3).note) == [log.origin(), COUNTY.vkey.name]


def test_one_that_was_away_catches_up_with_what_it_missed(circle: Circle) -> None:
    publish(2)
    circle.stop("bank")
    circle.agree("any")
    publish(3)
    publish(1)
    circle.start("bank")
    circle.agree()

    assert signers(publish(2).note) == [log.origin(), COUNTY.vkey.name, BANK.vkey.name]
    assert [one.size for one in WitnessStanding.objects.all()] == [8, 8]


def test_a_log_at_rest_has_one_that_was_away_cosign_what_is_published(circle: Circle) -> None:
    circle.stop("bank")
    circle.agree("any")
    note = publish(3).note
    circle.start("bank")
    circle.agree("any")

    assert publish_once(at=farm.NOW + timedelta(seconds=29)) is None
    soon = [one.name for one in witnesses.missing()]
    assert publish_once(at=farm.NOW + timedelta(seconds=30)) is None

    assert (soon, list(witnesses.missing())) == (["bank"], [])
    assert SignedCheckpoint.objects.get().note == note


def test_a_log_at_rest_that_all_have_cosigned_asks_nobody(circle: Circle) -> None:
    publish(3)
    circle.stop("county")
    circle.agree()

    assert publish_once(at=farm.NOW + timedelta(hours=1)) is None
    assert set(WitnessStanding.objects.values_list("asked_at", flat=True)) == {farm.NOW}


@pytest.mark.django_db(transaction=True)
def test_after_a_restore_nothing_is_signed_below_what_a_witness_knows(circle: Circle) -> None:
    circle.agree("any")
    publish(8)
    # Another machine, another disk: neither the database nor the memory beside the key tells of it.
    Path(live_settings.LOG_KEY_FILE).with_suffix(".checkpoint").unlink()
    databases.empty()
    grow(3)

    with pytest.raises(PublishError, match="log of size 3: the witness county knows size 8"):
        publish_once(at=farm.NOW)
    with pytest.raises(PublishError, match="log of size 5: the witness county knows size 8"):
        publisher.check_goes_on(5)

    assert not SignedCheckpoint.objects.exists()
    assert faults()[COUNTY.vkey.name] == "it knows size 8, more than this log has"


@pytest.mark.django_db(transaction=True)
def test_another_history_of_the_same_key_gets_no_quorum(circle: Circle) -> None:
    publish(3)
    Path(live_settings.LOG_KEY_FILE).with_suffix(".checkpoint").unlink()
    databases.empty()
    grow(5)

    with pytest.raises(QuorumError, match="county: it refuses with 422; bank: it refuses with 422"):
        publish_once(at=farm.NOW)

    assert not SignedCheckpoint.objects.exists()


def test_what_was_cosigned_and_not_committed_is_cosigned_again(circle: Circle) -> None:
    grow(5)
    with transaction.atomic():
        publish_once(at=farm.NOW)
        # As in a crash between the witnesses' answers and the commit.
        transaction.set_rollback(True)
    assert not SignedCheckpoint.objects.exists()

    published = publish_once(at=farm.NOW)

    assert published
    assert signers(published.note) == [log.origin(), COUNTY.vkey.name, BANK.vkey.name]


def test_another_publisher_that_signs_what_grew_there_meets_the_same_witnesses(circle: Circle) -> None:
    publish(4)
    grow(2)
    # What a second publisher with the key would hand in: nothing that ours could not go on from.
    ahead = sign_checkpoint(Checkpoint(log.origin(), 5, proofs.root(5)), log_key.signer())
    answer = witness_client.submit(
        witnesses.standings()[0].url, submission_bytes(old_size=4, proof=proofs.consistency(4, 5), note=ahead)
    )

    published = publish_once(at=farm.NOW)

    assert answer.status == 200
    assert published
    assert signers(published.note) == [log.origin(), COUNTY.vkey.name, BANK.vkey.name]


@pytest.mark.django_db(transaction=True)
def test_of_two_publishers_at_once_one_has_it_cosigned(circle: Circle) -> None:
    grow(5)
    together = threading.Barrier(2)

    def publish_too() -> SignedCheckpoint | None:
        try:
            together.wait(30)
            return publish_once(at=farm.NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        published = [one.result() for one in [pool.submit(publish_too), pool.submit(publish_too)]]

    (note,) = [one.note for one in published if one]
    assert signers(note) == [log.origin(), COUNTY.vkey.name, BANK.vkey.name]
    assert [one.size for one in WitnessStanding.objects.all()] == [5, 5]


def lines_of(note: str, at: int) -> bytes:
    return cosign_note(note, BANK.at(at)).removeprefix(note).encode()


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ((200, PLAIN, b"yes\n"), "answered without a cosignature of its key"),
        ((200, PLAIN, b"\xff"), "answered without a cosignature of its key"),
        ((200, PLAIN, b""), "answered without a cosignature of its key"),
        ((409, SIZE, b"1\n"), "answered without a cosignature of its key"),
        ((409, SIZE, b"one\n"), "not a decimal number"),
        ((409, PLAIN, b"1\n"), "it refuses with 409"),
        ((404, PLAIN, b""), "it refuses with 404"),
        ((302, PLAIN, b""), "it refuses with 302"),
        ((500, PLAIN, b""), "it refuses with 500"),
    ],
)
def test_who_answers_anything_else_has_not_cosigned(circle: Circle, answer: tuple[int, str, bytes], fault: str) -> None:
    circle.replace("bank", lambda _: answer)
    circle.agree("any")

    published = publish(3)

    assert signers(published.note) == [log.origin(), COUNTY.vkey.name]
    assert fault in faults()[BANK.vkey.name]


def test_a_cosignature_of_another_text_is_none(circle: Circle) -> None:
    circle.replace("bank", lambda _: (200, PLAIN, lines_of(f"{log.origin()}\n9\nroot\n\n— x AAAAAAAA\n", 7)))
    circle.agree("any")

    assert signers(publish(3).note) == [log.origin(), COUNTY.vkey.name]
    assert "does not verify" in faults()[BANK.vkey.name]


def test_who_claims_to_know_more_stops_the_log_and_is_named(circle: Circle) -> None:
    circle.replace("bank", lambda _: (409, SIZE, b"999\n"))
    circle.agree("any")
    grow(3)

    with pytest.raises(PublishError, match="the witness bank knows size 999") as refused:
        publish_once(at=farm.NOW)

    assert "take it out of the policy" in str(refused.value)


def test_a_slow_one_is_not_waited_for_once_the_quorum_is_there(circle: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness_client, "GRACE_SECONDS", 0.0)
    # The one that is left hanging here must be nobody whom the next test waits for.
    monkeypatch.setattr(services, "asking", witness_client.Asking())
    let_go = threading.Event()

    def dawdle(_: bytes) -> tuple[int, str, bytes]:
        let_go.wait(30)
        return 500, PLAIN, b""

    circle.replace("bank", dawdle)
    circle.agree("any")
    published = publish(3)
    let_go.set()

    assert signers(published.note) == [log.origin(), COUNTY.vkey.name]
    assert faults()[BANK.vkey.name].startswith("no answer in time")


def test_one_that_owes_an_answer_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witness_client, "SECONDS", 0.01)
    asking, let_go = witness_client.Asking(), threading.Event()

    def dawdle() -> witness_client.Answer:
        let_go.wait(30)
        return witness_client.Answer(200, PLAIN, b"", 0.0)

    first = asking.all({"slow": dawdle}, enough=lambda _: False)
    second = asking.all({"slow": dawdle}, enough=lambda _: False)
    let_go.set()
    for _ in range(500):
        third = asking.all({"slow": dawdle}, enough=lambda _: False)
        if isinstance(third["slow"], witness_client.Answer):
            break
        time.sleep(0.01)

    assert [str(found["slow"]) for found in (first, second)] == [
        "no answer in time (0.01 s)",
        "it still owes an answer",
    ]
    assert isinstance(third["slow"], witness_client.Answer)


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("ftp://witness.example", "neither http:// nor https://"),
        ("http://", "neither http:// nor https://"),
        ("http://witness.example:port", "has no such port"),
        ("https://127.0.0.1:1", "it does not answer"),
    ],
)
def test_an_address_that_is_none_is_told(url: str, fault: str) -> None:
    with pytest.raises(witness_client.WitnessError, match=fault):
        witness_client.submit(url, b"")


@pytest.mark.parametrize("text", [None, "", "quorum both\n", "witness county nonsense\nquorum county\n"])
def test_a_policy_that_is_none_stops_the_publisher(circle: Circle, settings: Settings, text: str | None) -> None:
    circle.path.unlink()
    if text is not None:
        circle.path.write_text(text)
    grow(3)

    with pytest.raises(witnesses.PolicyError, match="witness policy policy: "):
        publish_once(at=farm.NOW)

    assert not SignedCheckpoint.objects.exists()


def test_a_witness_that_left_is_not_asked_and_what_it_cosigned_stays_readable(circle: Circle) -> None:
    before = publish(3)
    lines = circle.path.read_text().splitlines()
    bank = next(line for line in lines if line.startswith("witness bank"))
    circle.path.write_text("\n".join([lines[0], bank.rpartition(" ")[0], "quorum county", ""]))

    after = publish(1)

    assert signers(before.note) == [log.origin(), COUNTY.vkey.name, BANK.vkey.name]
    assert signers(after.note) == [log.origin(), COUNTY.vkey.name]
    assert list(witnesses.missing()) == []
