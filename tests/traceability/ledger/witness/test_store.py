from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.traceability.ledger.makers import ORIGIN
from tests.traceability.ledger.witness.histories import AT, BANK, COUNTY, TRUE
from traceability.ledger.note import cosign_note
from traceability.ledger.witness import Store, StoreError
from traceability.ledger.witness.store import origin_hash


def cosigned(size: int) -> str:
    return cosign_note(TRUE.note(size), COUNTY.at(AT))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "store", vkey=COUNTY.vkey)
    yield made
    made.close()


def test_a_new_store_knows_nothing(store: Store) -> None:
    assert (store.note(ORIGIN), store.newest(ORIGIN)) == (None, None)


def test_what_is_kept_outlasts_the_process(tmp_path: Path) -> None:
    first = Store(tmp_path, vkey=COUNTY.vkey)
    first.replace(cosigned(5), origin=ORIGIN)
    first.close()

    second = Store(tmp_path, vkey=COUNTY.vkey)

    assert (second.newest(ORIGIN), second.note(ORIGIN)) == (TRUE.head(5), cosigned(5))
    second.close()


def test_a_second_process_does_not_get_the_folder(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="another witness runs on it"):
        Store(tmp_path / "store", vkey=COUNTY.vkey)


def test_it_never_goes_back(store: Store) -> None:
    store.replace(cosigned(5), origin=ORIGIN)

    with pytest.raises(StoreError, match="size 4 is below the known size 5"):
        store.replace(cosigned(4), origin=ORIGIN)

    assert store.newest(ORIGIN) == TRUE.head(5)


def test_logs_lie_apart_whatever_their_names_hold(store: Store, tmp_path: Path) -> None:
    store.replace(cosigned(5), origin=ORIGIN)

    assert store.note("../../etc/passwd") is None
    assert [path.name for path in (tmp_path / "store").glob("*.checkpoint")] == [f"{origin_hash(ORIGIN)}.checkpoint"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: "",
        lambda note: note[:-20],
        lambda note: note.replace("\n5\n", "\n4\n"),
        lambda _: TRUE.note(5),
        lambda _: cosign_note(TRUE.note(4), BANK.at(AT)),
    ],
)
def test_a_damaged_file_stops_its_log_in_place_of_beginning_anew(
    store: Store, tmp_path: Path, damage: Callable[[str], str]
) -> None:
    store.replace(cosigned(5), origin=ORIGIN)
    path = next((tmp_path / "store").glob("*.checkpoint"))
    path.write_text(damage(path.read_text()))

    with pytest.raises(StoreError, match="is damaged"):
        store.newest(ORIGIN)
    with pytest.raises(StoreError, match="is damaged"):
        store.replace(cosigned(9), origin=ORIGIN)


def test_a_file_that_is_no_text_is_damaged_too(store: Store, tmp_path: Path) -> None:
    store.replace(cosigned(5), origin=ORIGIN)
    next((tmp_path / "store").glob("*.checkpoint")).write_bytes(b"\xff")

    with pytest.raises(StoreError, match="cannot be read"):
        store.newest(ORIGIN)


def test_what_a_crash_left_half_written_is_not_read(store: Store, tmp_path: Path) -> None:
    store.replace(cosigned(5), origin=ORIGIN)
    path = next((tmp_path / "store").glob("*.checkpoint"))
    path.with_suffix(".new").write_text("half of a no")

    assert store.newest(ORIGIN) == TRUE.head(5)
    store.replace(cosigned(9), origin=ORIGIN)
    assert store.newest(ORIGIN) == TRUE.head(9)
