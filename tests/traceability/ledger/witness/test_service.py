import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.traceability.ledger.makers import ORIGIN, SIGNER, VKEY
from tests.traceability.ledger.witness import histories
from tests.traceability.ledger.witness.histories import AT, BANK, COUNTY, ELSEWHERE, FORKED, TRUE
from traceability.ledger.checkpoint import open_checkpoint
from traceability.ledger.errors import NoteError
from traceability.ledger.note import cosign_note, sign_note
from traceability.ledger.witness import RefusedError, Store, Witness
from traceability.ledger.witness.conversation import submission_bytes
from traceability.ledger.witness.store import origin_hash


def test_a_checkpoint_is_cosigned_and_remembered(county: Witness) -> None:
    line = county.add_checkpoint(TRUE.submission(5, old=0), at=AT)

    checkpoint, note = open_checkpoint(TRUE.note(5) + line, [VKEY, county.vkey])
    assert checkpoint == TRUE.head(5)
    assert [(one.name, one.timestamp) for one in note.signatures] == [(ORIGIN, None), (COUNTY.vkey.name, AT)]
    assert county.size(ORIGIN) == 5


def test_a_fork_by_a_stolen_log_key_is_refused(county: Witness) -> None:
    county.add_checkpoint(TRUE.submission(5, old=0), at=AT)

    # The thief signs with the very key, from the size that the witness knows and from size 0.
    with pytest.raises(RefusedError, match="consistency proof") as forked:
        county.add_checkpoint(FORKED.submission(9, old=5), at=AT)
    with pytest.raises(RefusedError, match=r"^5$") as anew:
        county.add_checkpoint(FORKED.submission(9, old=0), at=AT)

    assert (forked.value.status, anew.value.status, county.size(ORIGIN)) == (422, 409, 5)


def test_signatures_of_strangers_are_neither_kept_nor_shown(county: Witness) -> None:
    note = cosign_note(TRUE.note(5), BANK.at(AT))

    county.add_checkpoint(submission_bytes(old_size=0, proof=[], note=note), at=AT)

    kept = county.newest_note(origin_hash(ORIGIN))
    assert kept == cosign_note(TRUE.note(5), COUNTY.at(AT))


def test_of_many_at_once_from_one_size_one_wins(county: Witness) -> None:
    county.add_checkpoint(TRUE.submission(5, old=0), at=AT)
    bodies = [TRUE.submission(size, old=5) for size in range(6, 22)]

    def hand_in(body: bytes) -> str:
        try:
            return county.add_checkpoint(body, at=AT)
        except RefusedError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(hand_in, bodies))

    cosigned = [size for size, answer in enumerate(answers, 6) if answer.startswith("— ")]
    assert cosigned == [county.size(ORIGIN)]
    assert {answer for answer in answers if not answer.startswith("— ")} == {str(cosigned[0])}


def test_logs_are_told_apart(tmp_path: Path) -> None:
    store = Store(tmp_path, vkey=COUNTY.vkey)
    county = Witness(key=COUNTY, store=store, logs=[VKEY, str(ELSEWHERE.signer.vkey)])

    county.add_checkpoint(TRUE.submission(5, old=0), at=AT)
    county.add_checkpoint(ELSEWHERE.submission(2, old=0), at=AT)

    assert {origin: county.size(origin) for origin in county.origins} == {"trace.example/other": 2, ORIGIN: 5}
    store.close()


def test_a_log_that_it_was_not_asked_to_watch_is_unknown(county: Witness) -> None:
    with pytest.raises(RefusedError, match="unknown log") as refused:
        county.add_checkpoint(ELSEWHERE.submission(2, old=0), at=AT)

    assert refused.value.status == 404


def test_noise_is_a_bad_request(county: Witness) -> None:
    with pytest.raises(RefusedError, match=r"^submission: ") as refused:
        county.add_checkpoint(b"noise", at=AT)

    assert refused.value.status == 400


def test_a_witness_key_is_no_log(tmp_path: Path) -> None:
    store = Store(tmp_path, vkey=COUNTY.vkey)

    with pytest.raises(NoteError, match="which no log has"):
        Witness(key=COUNTY, store=store, logs=[str(BANK.vkey)])

    store.close()


def test_two_keys_of_one_log_may_both_sign_while_one_takes_over_from_the_other(tmp_path: Path) -> None:
    old, new = SIGNER, histories.STRANGER.signer
    store = Store(tmp_path, vkey=COUNTY.vkey)
    county = Witness(key=COUNTY, store=store, logs=[str(old.vkey), str(new.vkey)])
    both = cosign_note(TRUE.note(5), new)

    county.add_checkpoint(submission_bytes(old_size=0, proof=[], note=both), at=AT)
    alone = sign_note(TRUE.head(9).text(), new)
    county.add_checkpoint(submission_bytes(old_size=5, proof=TRUE.proof(5, 9), note=alone), at=AT)

    assert county.size(ORIGIN) == 9
    store.close()


@settings(max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12), st.integers(0, 12)), max_size=12))
def test_whatever_comes_sizes_never_go_back_and_no_two_histories_are_cosigned(
    asked: list[tuple[bool, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        county, store = histories.witness(Path(folder))
        heads = []
        for is_true, old, size in asked:
            history = TRUE if is_true else FORKED
            try:
                county.add_checkpoint(history.submission(size, old=old), at=AT)
            except RefusedError:
                continue
            heads.append((history, size))
        store.close()

    sizes = [size for _, size in heads]
    assert sizes == sorted(sizes)
    # Beyond the point where they part, all that was cosigned is of one of them.
    assert len({history for history, size in heads if size > 3}) < 2
